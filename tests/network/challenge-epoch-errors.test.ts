import {
  challengeEpoch,
  type LedgerEntry,
  ownerRecordAddress,
  type ProvenLeaf,
  promote,
  witnessAddress,
  witnessLeaf,
} from '@commonwire/sdk/network';
import { Keypair, PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import {
  expectError,
  fund,
  NO_ACCOUNT,
  NOT_INITIALIZED,
  SAME_ACCOUNT_TWICE,
  WRONG_ADDRESS,
  WRONG_OWNER,
} from '../support/chain';
import {
  accountOf,
  challenging,
  entry,
  leafOf,
  networkChain,
  TestNetwork,
  transfer,
} from '../support/network';

describe('challenge_epoch refuses', () => {
  let network: TestNetwork;
  let payer: PublicKey;
  let a: Keypair;
  let b: Keypair;
  let current: LedgerEntry[];
  /** Device 0 fell, device 1 was rightly handed to `b`, device 2 is new. */
  let pending: LedgerEntry[];
  const thief = Keypair.generate();

  before(async () => {
    network = await TestNetwork.create(await networkChain());
    payer = network.chain.payer.publicKey;
    [a, b] = [await fund(network.chain.connection, 1), await fund(network.chain.connection, 1)];
    await network.register([a, a]);
    current = [entry(a, 500n), entry(a, 700n)];
    await network.epoch(current);
    await network.register([b]);
    await expectError(challenge(leafOf(current, 0), null), 'nothing-pending');
    await transfer(network, current, 1, a, b);
    await network.cut();
    pending = [entry(a, 499n), entry(b, 701n), entry(b, 0n)];
    await network.post(pending);
    for (const index of [0, 1])
      await network.send(witnessLeaf({ network: network.address, payer, leaf: leafOf(current, index) }));
  });
  afterEach(async () => {
    expect((await network.account()).pending?.epoch).to.equal(2n);
  });

  const at = (index: number, of = network.address) => witnessAddress({ payer, network: of, index });
  const building = (leaf: ProvenLeaf, witness: PublicKey | null) =>
    challengeEpoch({ network: network.address, leaf, witness });
  const challenge = (leaf: ProvenLeaf, index: number | null) =>
    network.send(building(leaf, index === null ? null : at(index)));

  it('a leaf that breaks no rule', async () => {
    for (const index of [1, 2])
      await expectError(network.send(challenging(network, { current, pending }, index)), 'no-fault');
  });

  it('a leaf that is not in the pending ledger, though the current one has it', async () => {
    const leaf = leafOf(pending, 0);
    const [first, ...rest] = leaf.proof as [Uint8Array, ...Uint8Array[]];
    for (const wrong of [
      { earned: 0n },
      { owner: thief.publicKey },
      { index: 1 },
      { proof: rest },
      { proof: [...leaf.proof, first] },
      { proof: [new Uint8Array(32).fill(1), ...rest] },
      { proof: [...leaf.proof, first.slice(0, 31)] },
      leafOf(current, 0),
    ])
      await expectError(challenge({ ...leaf, ...wrong }, 0), 'bad-proof');
  });

  it('an index beyond the pending ledger', async () => {
    const hole = { index: 3, owner: PublicKey.default, earned: 0n, proof: leafOf(pending, 2).proof };
    for (const index of [3, 4, 2 ** 32 - 1])
      await expectError(challenge({ ...hole, index }, null), 'run-out-of-range');
  });

  it('a device of the current ledger without its witness: it would count as new', () =>
    expectError(challenge(leafOf(pending, 1), null), 'witness-missing'));

  it('the witness of another device', async () => {
    await expectError(challenge(leafOf(pending, 0), 1), 'wrong-witness');
    await expectError(challenge(leafOf(pending, 2), 0), 'wrong-witness');
  });

  it('a witness of another network, or an account that is none', async () => {
    const other = await TestNetwork.create(network.chain);
    await other.register([a]);
    const entries = [entry(a, 100_000n)];
    await other.epoch(entries);
    await other.send(witnessLeaf({ network: other.address, payer, leaf: leafOf(entries, 0) }));
    const leaf = leafOf(pending, 0);
    await expectError(network.send(building(leaf, at(0, other.address))), 'wrong-witness');
    const record = ownerRecordAddress({ network: network.address, index: 1 });
    for (const [account, code] of [
      [network.address, SAME_ACCOUNT_TWICE],
      [record, NO_ACCOUNT],
      [payer, WRONG_OWNER],
      [at(2), NOT_INITIALIZED],
      [TOKENS, WRONG_OWNER],
    ] as const)
      await expectError(network.send(building(leaf, account)), code);
  });

  it("a record other than the device's own: a transfer can't be hidden", async () => {
    const { address } = network;
    const honest = building(leafOf(pending, 1), at(1));
    await expectError(network.send(honest), 'no-fault');
    for (const [pubkey, code] of [
      [ownerRecordAddress({ network: address, index: 0 }), WRONG_ADDRESS],
      [ownerRecordAddress({ network: payer, index: 1 }), WRONG_ADDRESS],
      [PublicKey.default, WRONG_ADDRESS],
      [honest.programId, WRONG_ADDRESS],
      [at(1), WRONG_ADDRESS],
      [address, SAME_ACCOUNT_TWICE],
      [payer, WRONG_ADDRESS],
    ] as const) {
      const hiding = building(leafOf(pending, 1), at(1));
      accountOf(hiding, 'record').pubkey = pubkey;
      await expectError(network.send(hiding), code);
    }
  });

  it('a network other than the one challenged', async () => {
    const other = await TestNetwork.create(network.chain);
    await other.cut();
    await other.post([]);
    const elsewhere = building(leafOf(pending, 0), at(0));
    accountOf(elsewhere, 'network').pubkey = other.address;
    await expectError(network.send(elsewhere), WRONG_ADDRESS);
    expect((await other.account()).pending?.epoch).to.equal(1n);
  });

  it('a witness made under an older root', async () => {
    const old = await TestNetwork.create(network.chain);
    await old.register([a]);
    const ledgers = [10n, 20n, 15n].map((earned) => [entry(a, earned)]);
    await old.epoch(ledgers[0]!);
    await old.send(witnessLeaf({ network: old.address, payer, leaf: leafOf(ledgers[0]!, 0) }));
    await old.epoch(ledgers[1]!);
    await old.cut();
    await old.post([entry(a, 20n)]);
    const leaf = leafOf([entry(a, 20n)], 0);
    const stale = challengeEpoch({ network: old.address, leaf, witness: at(0, old.address) });
    await expectError(old.send(stale), 'wrong-witness');
    await old.send(witnessLeaf({ network: old.address, payer, leaf: leafOf(ledgers[1]!, 0) }));
    await expectError(old.send(stale), 'no-fault');
    await old.promote();
    await expectError(old.send(stale), 'nothing-pending');
    await expectError(old.send(promote({ network: old.address, mint: old.mint })), 'nothing-pending');
  });
});

/** A program's account. */
const TOKENS = new PublicKey('TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA');
