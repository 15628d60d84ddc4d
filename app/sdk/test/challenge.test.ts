import { Keypair, PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError, fund } from '../../../tests/support/chain';
import {
  entry,
  networkChain,
  registryFacts,
  repost,
  reseat,
  TestNetwork,
  transfer,
  veto,
} from '../../../tests/support/network';
import {
  challenge,
  examinePending,
  type LedgerEntry,
  type Ledgers,
  type RegistryFacts,
} from '../src/network';

/** Lamports that a signature costs. */
const FEE = 5000;

describe('challenging a pending epoch', () => {
  let network: TestNetwork;
  let payer: Keypair;
  let a: Keypair;
  let b: Keypair;
  let current: LedgerEntry[];
  let registry: RegistryFacts;
  const thief = Keypair.generate();

  before(async () => {
    network = await TestNetwork.create(await networkChain());
    const { connection } = network.chain;
    [a, b, payer] = [await fund(connection, 1), await fund(connection, 1), await fund(connection, 1)];
    await network.register([a, a, b]);
    current = [entry(a, 500n), entry(a, 700n), entry(b, 0n)];
    await network.epoch(current);
    await network.register([b]);
    // Shown from epoch 3 on.
    await transfer(network, current, 1, a, b);
    await network.cut();
    registry = await registryFacts(network, 2n);
  });

  const challenged = (pending: LedgerEntry[], ledgers: Partial<Ledgers> = {}, facts = registry) =>
    challenge(network.chain.connection, payer, {
      network: network.address,
      ledgers: { current, pending, ...ledgers },
      registry: facts,
    });
  const examined = async (ledgers: Ledgers) => examinePending(await network.account(), ledgers, registry);
  const balance = () => network.chain.connection.getBalance(payer.publicKey);

  it('leaves an honest epoch alone, records and new devices considered', async () => {
    const pending = [entry(a, 500n), entry(a, 700n), entry(b, 9n), entry(b, 9n)];
    await repost(network, pending);
    const before = await balance();
    expect(await challenged(pending)).to.deep.equal({ outcome: 'no-fault', fault: null, signature: null });
    expect(await balance()).to.equal(before);
    expect((await network.account()).pending?.epoch).to.equal(2n);
  });

  it('makes an epoch void by what it finds, in one transaction, for the fee alone', async () => {
    for (const [wrong, index, ground] of [
      [[entry(a, 499n), entry(a, 700n), entry(b, 9n), entry(b, 0n)], 0, 'earned-fell'],
      [[entry(thief, 500n), entry(a, 700n), entry(b, 9n), entry(b, 0n)], 0, 'wrong-owner'],
      [[entry(a, 500n), entry(b, 700n), entry(b, 9n), entry(b, 0n)], 1, 'wrong-owner'],
      [[entry(a, 500n), entry(a, 700n), entry(b, 1_000_001n), entry(b, 0n)], 2, 'above-device-cap'],
      [[entry(a, 500n), entry(a, 700n), entry(b, 0n), entry(b, 1_000_001n)], 3, 'above-device-cap'],
      [[entry(a, 500n), entry(a, 700n), entry(b, 0n), entry(thief, 5n)], 3, 'wrong-owner'],
    ] as const) {
      const pending = [...wrong];
      await repost(network, pending);
      const before = await balance();
      const { outcome, fault, signature } = await challenged(pending);
      expect([outcome, fault?.index, fault?.grounds]).to.deep.equal(['void', index, [ground]]);
      expect(signature).to.be.a('string');
      expect((await network.account()).pending).to.equal(null);
      expect(before - (await balance())).to.equal(FEE);
      await reseat(network);
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
      [3, 'wrong-owner'],
    ]);
  });

  it('is paid a tenth of the bonds of those who signed', async () => {
    const { chain } = network;
    const bonded = await TestNetwork.create(chain, { policy: { oracleBond: 1_000_000n } });
    await bonded.register([a]);
    await bonded.cut();
    const pending = [entry(thief, 5n)];
    await bonded.post(pending);
    const before = await balance();
    const { outcome } = await challenge(chain.connection, payer, {
      network: bonded.address,
      ledgers: { current: [], pending },
      registry: await registryFacts(bonded, 1n),
    });
    expect(outcome).to.equal('void');
    expect((await balance()) - before).to.equal(300_000 - FEE);
  });

  it('proves a device anew where others were registered meanwhile, a few times', async () => {
    const pending = [entry(a, 500n), entry(a, 700n), entry(b, 0n), entry(thief, 5n)];
    await repost(network, pending);
    let proofs = 0;
    const late: RegistryFacts = {
      devices: registry.devices,
      prove: async (index) => {
        const proof = await (await registryFacts(network, 2n)).prove(index);
        proofs += 1;
        // The device's subtree grows with the fifth to the eighth device of the registry.
        if (proofs <= 1) await network.register([b, b, b, b]);
        return proof;
      },
    };
    expect((await challenged(pending, {}, late)).outcome).to.equal('void');
    expect(proofs).to.equal(2);

    await repost(network, pending);
    const stale = await (await registryFacts(network, 2n)).prove(0);
    let tries = 0;
    const never: RegistryFacts = {
      devices: registry.devices,
      prove: async () => {
        tries += 1;
        return stale;
      },
    };
    await expectError(challenged(pending, {}, never), 'bad-registry-proof');
    expect(tries).to.equal(5);
  });

  it('gives way to whoever voids the epoch first', async () => {
    const pending = [entry(a, 498n), entry(a, 701n), entry(b, 9n), entry(b, 0n)];
    await repost(network, pending);
    const late = new Proxy(network.chain.connection, {
      get(target, name) {
        if (name === 'getLatestBlockhashAndContext')
          return async (...args: Parameters<typeof target.getLatestBlockhashAndContext>) => {
            if ((await network.account()).pending) await veto(network);
            return target.getLatestBlockhashAndContext(...args);
          };
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const { outcome, fault, signature } = await challenge(late, payer, {
      network: network.address,
      ledgers: { current, pending },
      registry,
    });
    expect([outcome, fault?.index, signature]).to.deep.equal(['nothing-pending', 0, null]);
    expect(await challenged(pending)).to.deep.equal({
      outcome: 'nothing-pending',
      fault: null,
      signature: null,
    });
  });

  it('error: ledgers that are not those on chain', async () => {
    const pending = [entry(a, 499n), entry(a, 701n), entry(b, 9n), entry(b, 0n)];
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
        registry,
      }),
      'account-missing',
    );
  });
});
