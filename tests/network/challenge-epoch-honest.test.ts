import { type LedgerEntry, retireDevice } from '@commonwire/sdk/network';
import type { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError, fund } from '../support/chain';
import {
  challenging,
  entry,
  govern,
  leafOf,
  networkChain,
  POLICY,
  repost,
  survives,
  TestNetwork,
  transfer,
} from '../support/network';

const CAP = POLICY.deviceEpochCap;

describe('challenge_epoch of an honest epoch', () => {
  let network: TestNetwork;
  let a: Keypair;
  let b: Keypair;
  let c: Keypair;

  before(async () => {
    const { connection } = await networkChain();
    [a, b, c] = [await fund(connection, 1), await fund(connection, 1), await fund(connection, 1)];
  });
  beforeEach(async () => {
    network = await TestNetwork.create(await networkChain());
  });

  /** Cuts, posts and promotes an epoch that every device is challenged by. */
  async function stands(current: LedgerEntry[], pending: LedgerEntry[]): Promise<LedgerEntry[]> {
    await network.cut();
    await network.post(pending);
    await survives(network, { current, pending });
    await network.promote();
    return pending;
  }

  /** First epoch whose ledger shows a transfer made now. */
  const effective = async () => {
    const { current, pending, lastCutEpoch } = await network.account();
    const posted = pending?.epoch ?? current.epoch;
    return posted + 2n > lastCutEpoch + 1n ? posted + 2n : lastCutEpoch + 1n;
  };

  it('stands from a transfer to its effect, and through the next transfer', async () => {
    await network.register([a, b]);
    let ledger = await stands([], [entry(a, 1n), entry(b, 1n)]);
    await transfer(network, ledger, 0, a, b);
    expect(await effective()).to.equal(3n);
    ledger = await stands(ledger, [entry(a, 1n + CAP), entry(b, 2n)]);
    // Outstanding: the device can't be handed on, and whoever it goes to can't hand it on either.
    await expectError(transfer(network, ledger, 0, a, c), 'transfer-outstanding');
    ledger = await stands(ledger, [entry(b, 1n + 2n * CAP), entry(b, 2n)]);
    await transfer(network, ledger, 0, b, c);
    ledger = await stands(ledger, [entry(b, 2n + 2n * CAP), entry(b, 3n)]);
    await stands(ledger, [entry(c, 2n + 3n * CAP), entry(b, 3n)]);
  });

  it('stands where the transfer was made while it was pending, and is voided and posted again', async () => {
    await network.register([a]);
    const ledger = await stands([], [entry(a, 1n)]);
    await network.cut();
    await network.post([entry(a, 2n)]);
    await transfer(network, ledger, 0, a, b);
    await survives(network, { current: ledger, pending: [entry(a, 2n)] });
    await repost(network, [entry(a, 2n)]);
    await survives(network, { current: ledger, pending: [entry(a, 2n)] });
    await network.promote();
    // Made while epoch 2 was posted: shown from epoch 4 on.
    const third = await stands([entry(a, 2n)], [entry(a, 3n)]);
    await stands(third, [entry(b, 4n)]);
  });

  it('stands with new devices, which can be handed over once they are in the ledger', async () => {
    await network.register([a]);
    let ledger = await stands([], [entry(a, CAP)]);
    await network.register([b]);
    await expectError(transfer(network, [...ledger, entry(b, 0n)], 1, b, c), 'run-out-of-range');
    ledger = await stands(ledger, [entry(a, CAP), entry(b, CAP)]);
    await transfer(network, ledger, 1, b, c);
    await network.register([c]);
    ledger = await stands(ledger, [entry(a, CAP), entry(b, 2n * CAP), entry(c, 0n)]);
    await stands(ledger, [entry(a, CAP), entry(c, 3n * CAP), entry(c, CAP)]);
  });

  it('stands with a retired device, whose leaf stays', async () => {
    await network.register([a, b]);
    let ledger = await stands([], [entry(a, 5n), entry(b, 5n)]);
    const payer = network.chain.payer.publicKey;
    const leaf = leafOf(ledger, 0);
    await network.send(retireDevice({ network: network.address, payer, leaf }), [a]);
    ledger = await stands(ledger, [entry(a, 6n), entry(b, 6n)]);
    ledger = await stands(ledger, [entry(a, 6n), entry(b, 7n)]);
    await expectError(transfer(network, ledger, 0, a, b), 'device-retired');
    await stands(ledger, [entry(a, 6n), entry(b, 7n)]);
  });

  for (const [change, cap] of [
    ['lowered', 1n],
    ['raised', 5n * CAP],
  ] as const)
    it(`is held to the cap of its cut, though the policy's was ${change} before or after it was posted`, async () => {
      await network.register([a]);
      await network.cut();
      await govern(network, { deviceEpochCap: cap });
      for (const later of [cap, 3n * CAP]) {
        const [pending, greater] = [[entry(a, CAP)], [entry(a, CAP + 1n)]];
        await repost(network, pending);
        await survives(network, { current: [], pending });
        await govern(network, { deviceEpochCap: later });
        await survives(network, { current: [], pending });
        await repost(network, greater);
        await network.send(await challenging(network, { current: [], pending: greater }, 0));
      }
    });

  it('is held to its own cap, where two are cut with a change of policy between', async () => {
    await network.register([a]);
    const first = await stands([], [entry(a, 1n)]);
    await network.cut();
    await govern(network, { deviceEpochCap: 10n });
    await network.register([b]);
    await network.cut();
    await govern(network, { deviceEpochCap: 2n * CAP });

    const second = [entry(a, 1n + CAP)];
    await network.post(second);
    await survives(network, { current: first, pending: second });
    await network.promote();

    const third = [entry(a, 11n + CAP), entry(b, 10n)];
    await network.post(third);
    await survives(network, { current: second, pending: third });
    for (const [index, wrong] of [
      [0, [entry(a, 12n + CAP), entry(b, 10n)]],
      [1, [entry(a, 1n + CAP), entry(b, 11n)]],
    ] as const) {
      await repost(network, wrong);
      await network.send(await challenging(network, { current: second, pending: wrong }, index));
    }
  });
});
