import { Keypair, PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError, fund } from '../../../tests/support/chain';
import {
  entry,
  leafOf,
  networkChain,
  repost,
  TestNetwork,
  transfer,
  veto,
} from '../../../tests/support/network';
import {
  challenge,
  closeWitnesses,
  examinePending,
  fetchNetwork,
  fetchWitness,
  type LedgerEntry,
  type Ledgers,
  witnessLeaf,
} from '../src/network';

/** Lamports that a signature costs. */
const FEE = 5000;

describe('challenging a pending epoch', () => {
  let network: TestNetwork;
  let payer: Keypair;
  let a: Keypair;
  let b: Keypair;
  let current: LedgerEntry[];
  const thief = Keypair.generate();

  before(async () => {
    network = await TestNetwork.create(await networkChain());
    const { connection } = network.chain;
    [a, b, payer] = [await fund(connection, 1), await fund(connection, 1), await fund(connection, 1)];
    await network.register([a, a, b]);
    current = [entry(a, 500n), entry(a, 700n), entry(b, 0n)];
    await network.epoch(current);
    await network.register([b]);
    await transfer(network, current, 1, a, b);
    await network.cut();
  });

  const challenged = (pending: LedgerEntry[], ledgers: Partial<Ledgers> = {}) =>
    challenge(network.chain.connection, payer, {
      network: network.address,
      ledgers: { current, pending, ...ledgers },
    });
  const examined = async (ledgers: Ledgers) => {
    const { connection } = network.chain;
    return examinePending(connection, await fetchNetwork(connection, network.address), ledgers);
  };
  const balance = () => network.chain.connection.getBalance(payer.publicKey);
  const witnessed = (index: number) =>
    fetchWitness(network.chain.connection, { payer: payer.publicKey, network: network.address, index });

  it('leaves an honest epoch alone, records and new devices considered', async () => {
    const pending = [entry(a, 500n), entry(b, 700n), entry(b, 9n), entry(b, 9n)];
    await repost(network, pending);
    const before = await balance();
    expect(await challenged(pending)).to.deep.equal({ outcome: 'no-fault', fault: null, signatures: [] });
    expect(await balance()).to.equal(before);
    expect((await network.account()).pending?.epoch).to.equal(2n);
  });

  it('makes an epoch void by what it finds, for the fee alone', async () => {
    for (const [wrong, index, ground] of [
      [[entry(a, 499n), entry(a, 700n), entry(b, 9n), entry(b, 0n)], 0, 'earned-fell'],
      [[entry(a, 500n), entry(thief, 700n), entry(b, 9n), entry(b, 0n)], 1, 'wrong-owner'],
      [[entry(a, 500n), entry(b, 700n), entry(b, 1_000_001n), entry(b, 0n)], 2, 'above-device-cap'],
      [[entry(a, 500n), entry(b, 700n), entry(b, 0n), entry(b, 1_000_001n)], 3, 'above-device-cap'],
    ] as const) {
      const pending = [...wrong];
      await repost(network, pending);
      const before = await balance();
      const { outcome, fault, signatures } = await challenged(pending);
      expect([outcome, fault?.index, fault?.grounds]).to.deep.equal(['void', index, [ground]]);
      expect(signatures).to.have.length(1);
      expect((await network.account()).pending).to.equal(null);
      expect(before - (await balance())).to.equal(FEE);
    }
  });

  it('says every device that is wrong', async () => {
    const pending = [entry(thief, 499n), entry(thief, 1n + 700n), entry(b, 9n), entry(thief, 0n)];
    await repost(network, pending);
    const { faults, pending: found } = await examined({ current, pending });
    expect(found.epoch).to.equal(2n);
    expect(faults.map(({ index, grounds }) => [index, ...grounds])).to.deep.equal([
      [0, 'earned-fell', 'wrong-owner'],
      [1, 'wrong-owner'],
    ]);
  });

  it('takes a witness that is there already, and closes what another challenge left behind', async () => {
    const pending = [entry(a, 499n), entry(b, 701n), entry(b, 9n), entry(b, 0n)];
    await repost(network, pending);
    const leaf = leafOf(current, 0);
    const before = await balance();
    const left = witnessLeaf({ network: network.address, payer: payer.publicKey, leaf });
    await network.send(left, [payer]);
    expect((await challenged(pending)).outcome).to.equal('void');
    expect(await witnessed(0)).to.equal(null);
    expect(before - (await balance())).to.equal(FEE);

    await network.send(left, [payer]);
    const again = await challenged(pending);
    expect(again).to.deep.include({ outcome: 'nothing-pending', fault: null });
    expect(again.signatures).to.have.length(1);
    expect(await witnessed(0)).to.equal(null);
    expect((await challenged(pending)).signatures).to.deep.equal([]);
  });

  it("closes only the payer's own witnesses", async () => {
    const { connection, payer: other } = network.chain;
    const leaf = leafOf(current, 2);
    await network.send(witnessLeaf({ network: network.address, payer: other.publicKey, leaf }));
    expect(await closeWitnesses(connection, payer, network.address)).to.deep.equal([]);
    expect(await closeWitnesses(connection, other, network.address)).to.have.length(1);
  });

  it('gives way to whoever voids the epoch first', async () => {
    const pending = [entry(a, 498n), entry(b, 701n), entry(b, 9n), entry(b, 0n)];
    await repost(network, pending);
    const late = new Proxy(network.chain.connection, {
      get(target, name) {
        if (name === 'getLatestBlockhash')
          return async (...args: Parameters<typeof target.getLatestBlockhash>) => {
            if ((await network.account()).pending) await veto(network);
            return target.getLatestBlockhash(...args);
          };
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const ledgers = { current, pending };
    const { outcome, fault, signatures } = await challenge(late, payer, {
      network: network.address,
      ledgers,
    });
    expect([outcome, fault?.index, signatures]).to.deep.equal(['nothing-pending', 0, []]);
  });

  it('error: ledgers that are not those on chain', async () => {
    const pending = [entry(a, 499n), entry(b, 701n), entry(b, 9n), entry(b, 0n)];
    await repost(network, pending);
    const richer = [entry(a, 501n), ...current.slice(1)];
    for (const ledgers of [
      { current: richer },
      { current: current.slice(1) },
      { current: [] },
      { pending: current },
      { pending: [] },
      { pending: [...pending.slice(0, 3), entry(thief, 0n)] },
    ])
      await expectError(challenged(pending, ledgers), 'ledger-differs');
    await veto(network);
    await expectError(examined({ current, pending }), 'nothing-pending');
    await expectError(
      challenge(network.chain.connection, payer, {
        network: PublicKey.unique(),
        ledgers: { current, pending },
      }),
      'account-missing',
    );
  });
});
