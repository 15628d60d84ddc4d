import {
  crank,
  destination,
  fetchPages,
  HOLE,
  hashOf,
  type LedgerEntry,
  LedgerTree,
  ledgerLeaves,
  ledgerNode,
  nodeOf,
  pageAddress,
  parentNode,
  postEpoch,
  type SettleData,
  type SettleSegment,
  settle,
  settleWidth,
  sumOf,
  vaultAddress,
} from '@commonwire/sdk/network';
import {
  AuthorityType,
  closeAccount,
  createSetAuthorityInstruction,
  TOKEN_2022_PROGRAM_ID,
} from '@solana/spl-token';
import { type Keypair, TransactionInstruction } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError, fund, NO_ACCOUNT, SAME_ACCOUNT_TWICE } from '../support/chain';
import { accountOf, correct, networkChain, POLICY, TestNetwork, veto } from '../support/network';

describe('settle', () => {
  /** Seven devices: three of Ann's, one of Bob's, then Ann's, Cleo's and Bob's again. */
  const OWNERS = [0, 0, 0, 1, 0, 2, 1];
  let network: TestNetwork;
  let owners: Keypair[];
  let entries: LedgerEntry[];
  let tree: LedgerTree;

  beforeEach(async () => {
    network = await TestNetwork.create(await networkChain());
    owners = await Promise.all([0, 1, 2].map(() => fund(network.chain.connection, 1)));
    await network.register(OWNERS.map((owner) => owners[owner]!));
    await network.openPage();
    await network.openAccounts(owners.map((owner) => owner.publicKey));
    entries = OWNERS.map((owner, index) => ({ owner: keyOf(owner), earned: 100n * BigInt(index + 1) }));
    tree = await network.epoch(entries);
  });

  const keyOf = (owner: number) => owners[owner]!.publicKey.toBytes();
  const destinationOf = (owner: number) =>
    destination({ owner: owners[owner]!.publicKey, mint: network.mint });
  const each = (...indices: number[]): SettleSegment => ({
    kind: 'each',
    leaves: indices.map((index) => ({
      bump: destinationOf(OWNERS[index]!).bump,
      earned: entries[index]!.earned,
    })),
  });
  const fleet = (...indices: number[]): SettleSegment => ({
    kind: 'fleet',
    bump: destinationOf(OWNERS[indices[0]!]!).bump,
    earned: indices.map((index) => entries[index]!.earned),
  });
  const skip = (...indices: number[]): SettleSegment => ({
    kind: 'skip',
    leaves: indices.map((index) => ledgerNode({ index, ...entries[index]! })),
  });
  const build = (
    first: number,
    count: number,
    segments: SettleSegment[],
    paidTo: number[],
    changes: Partial<SettleData> = {},
  ): TransactionInstruction =>
    settle({
      network: network.address,
      mint: network.mint,
      data: { first, width: settleWidth(segments), segments, proof: tree.proveRun(first, count), ...changes },
      destinations: paidTo.map((owner) => destinationOf(owner).address),
    });
  const balances = () => Promise.all(owners.map((owner) => network.balance(owner.publicKey)));
  const slots = async () =>
    (await fetchPages(network.chain.connection, network.address, [0]))[0]!.paid.slice(0, 8);
  const NOTHING = [0n, 0n, 0n];
  const refused = async (instruction: TransactionInstruction, code: string) => {
    const before = await slots();
    await expectError(network.send(instruction), code);
    expect(await slots()).to.deep.equal(before);
  };

  it('pays each owner of a run what was earned, and each slot says so', async () => {
    await network.send(build(0, 7, [fleet(0, 1, 2), each(3, 4, 5, 6)], [0, 1, 0, 2, 1]));
    expect(await balances()).to.deep.equal([1100n, 1100n, 600n]);
    expect([...(await slots())]).to.deep.equal([100n, 200n, 300n, 400n, 500n, 600n, 700n, 0n]);
    const account = await network.account();
    expect(account.totalPaid).to.equal(2800n);
    expect(account.totalPaid).to.equal(account.current.earnedTotal);
    expect(await network.balance(network.address)).to.equal(0n);
  });

  it('pays one device alone', async () => {
    await network.send(build(5, 1, [each(5)], [2]));
    expect(await balances()).to.deep.equal([0n, 0n, 600n]);
  });

  it('pays nothing the second time, and that is no error', async () => {
    const instruction = build(3, 2, [each(3, 4)], [1, 0]);
    await network.send(instruction);
    await network.send(instruction);
    expect(await balances()).to.deep.equal([500n, 400n, 0n]);
    expect((await network.account()).totalPaid).to.equal(900n);
  });

  it('pays the difference after later epochs, in whatever pieces', async () => {
    await network.send(build(0, 2, [fleet(0, 1)], [0]));
    entries = entries.map((entry) => ({ ...entry, earned: entry.earned + 7n }));
    tree = await network.epoch(entries);
    await network.send(build(1, 3, [fleet(1, 2), each(3)], [0, 1]));
    await network.send(build(0, 7, [fleet(0, 1, 2), each(3, 4, 5, 6)], [0, 1, 0, 2, 1]));
    expect((await balances()).reduce((sum, balance) => sum + balance)).to.equal(2849n);
    expect((await network.account()).totalPaid).to.equal(2849n);
  });

  it('skips leaves whose hash is given, so that one closed account stops nobody', async () => {
    const { connection, payer } = network.chain;
    await closeAccount(connection, payer, destinationOf(2).address, payer.publicKey, owners[2]!);
    await refused(build(4, 3, [each(4, 5, 6)], [0, 2, 1]), 'wrong-destination');
    await network.send(build(4, 3, [each(4), skip(5), each(6)], [0, 1]));
    expect([...(await slots())].slice(4)).to.deep.equal([500n, 0n, 700n, 0n]);
    await network.openAccounts([owners[2]!.publicKey]);
    await network.send(build(5, 1, [each(5)], [2]));
    expect(await network.balance(owners[2]!.publicKey)).to.equal(600n);
  });

  it('is planned and sent by the SDK, which pays everybody in one transaction', async () => {
    const { connection, payer } = network.chain;
    const summary = await crank({ connection, payer, network: network.address, tree, entries });
    expect(await balances()).to.deep.equal([1100n, 1100n, 600n]);
    expect(summary).to.deep.include({
      outcome: 'done',
      devices: 7,
      recipients: 3,
      amount: 2800n,
      unpaid: [],
    });
    expect(summary.transactions.settle).to.equal(1);
  });

  it('error: another amount, index, owner or proof', async () => {
    const raised: SettleSegment = { kind: 'each', leaves: [{ bump: destinationOf(2).bump, earned: 601n }] };
    await refused(build(5, 1, [raised], [2]), 'bad-proof');
    await refused(build(4, 1, [each(5)], [2]), 'bad-proof');
    await refused(build(5, 1, [{ ...each(5) }], [2], { proof: tree.proveRun(4, 1) }), 'bad-proof');
    const stolen: SettleSegment = { kind: 'each', leaves: [{ bump: destinationOf(0).bump, earned: 600n }] };
    await refused(build(5, 1, [stolen], [0]), 'bad-proof');
    expect(await balances()).to.deep.equal(NOTHING);
  });

  it('error: a proof with a hash too few, too many or altered', async () => {
    const proof = tree.proveRun(5, 1);
    await refused(build(5, 1, [each(5)], [2], { proof: proof.slice(1) }), 'bad-proof');
    await refused(build(5, 1, [each(5)], [2], { proof: [...proof, HOLE] }), 'bad-proof');
    await refused(build(5, 1, [each(5)], [2], { proof: [proof[0]!, proof[0]!, proof[2]!] }), 'bad-proof');
  });

  it('error: an inner node given as a leaf to skip', async () => {
    const node = tree.proveRun(0, 2);
    const skipped: SettleSegment = { kind: 'skip', leaves: [node[0]!] };
    await refused(build(1, 1, [skipped], [], { proof: node.slice(1) }), 'bad-proof');
  });

  it('error: a run that is empty, beyond the devices, or over the end of a page', async () => {
    const hole: SettleSegment = { kind: 'skip', leaves: [HOLE] };
    await refused(build(6, 1, [each(6), hole], [1], { proof: [] }), 'run-out-of-range');
    const overflowing = build(5, 1, [each(5)], [2], { first: 4_294_967_295 });
    accountOf(overflowing, 'page').pubkey = pageAddress({ network: network.address, number: 0 });
    await refused(overflowing, 'wrong-page');
    const beyond: SettleSegment = {
      kind: 'each',
      leaves: [each(5), each(6)].flatMap((s) => (s.kind === 'each' ? s.leaves : [])),
    };
    await refused(build(5, 1, [beyond], [2, 1], { first: 1023 }), 'run-out-of-range');
  });

  it('error: a destination that is not the associated account of the owner', async () => {
    const { payer } = network.chain;
    const wrongBump: SettleSegment = {
      kind: 'each',
      leaves: [{ bump: destinationOf(2).bump - 1, earned: 600n }],
    };
    await refused(build(5, 1, [wrongBump], [2]), 'wrong-destination');

    const instruction = build(5, 1, [each(5)], [2]);
    for (const pubkey of [
      network.mint,
      payer.publicKey,
      pageAddress({ network: network.address, number: 7 }),
    ]) {
      accountOf(instruction, 'further 0').pubkey = pubkey;
      await refused(instruction, 'wrong-destination');
    }
    // An account whose owner gave it away is no longer where that owner is paid.
    const { address } = destinationOf(2);
    const role = AuthorityType.AccountOwner;
    await network.send(createSetAuthorityInstruction(address, owners[2]!.publicKey, role, payer.publicKey), [
      owners[2]!,
    ]);
    await refused(build(5, 1, [each(5)], [2]), 'wrong-destination');
  });

  it('error: the associated account of the same owner for another mint', async () => {
    const other = await TestNetwork.create(network.chain);
    await other.openAccounts([owners[2]!.publicKey]);
    const foreign = destination({ owner: owners[2]!.publicKey, mint: other.mint });
    const segment: SettleSegment = { kind: 'each', leaves: [{ bump: foreign.bump, earned: 600n }] };
    const instruction = build(5, 1, [segment], [2]);
    accountOf(instruction, 'further 0').pubkey = foreign.address;
    await refused(instruction, 'wrong-destination');
  });

  it('error: too few or too many destinations, or the vault among them', async () => {
    await refused(build(3, 2, [each(3, 4)], [1]), 'wrong-destination-count');
    await refused(build(3, 2, [each(3, 4)], [1, 0, 2]), 'wrong-destination-count');
    const instruction = build(5, 1, [each(5)], [2]);
    accountOf(instruction, 'further 0').pubkey = vaultAddress({
      network: network.address,
      mint: network.mint,
    });
    await refused(instruction, SAME_ACCOUNT_TWICE);
  });

  it('error: a substituted network, page, vault or token program', async () => {
    const other = await TestNetwork.create(network.chain);
    await other.openPage();
    await network.openPage(1);
    const { vault } = await other.account();
    for (const [name, pubkey, code] of [
      ['network', other.address, 'wrong-vault'],
      ['page', pageAddress({ network: other.address, number: 0 }), 'wrong-page'],
      ['page', pageAddress({ network: network.address, number: 1 }), 'wrong-page'],
      ['page', network.address, SAME_ACCOUNT_TWICE],
      ['vault', vault, 'wrong-vault'],
      ['tokenProgram', TOKEN_2022_PROGRAM_ID, 'wrong-token-program'],
    ] as const) {
      const instruction = build(5, 1, [each(5)], [2]);
      accountOf(instruction, name).pubkey = pubkey;
      await refused(instruction, code);
    }
    expect(await balances()).to.deep.equal(NOTHING);
  });

  it('error: malformed data', async () => {
    const good = build(5, 1, [each(5)], [2]);
    // Discriminator, length of four bytes, then the run.
    const run = good.data.subarray(5);
    const altered = (change: (bytes: Buffer) => Buffer): TransactionInstruction => {
      const bytes = change(Buffer.from(run));
      const length = Buffer.alloc(4);
      length.writeUInt32LE(bytes.length);
      return new TransactionInstruction({
        ...good,
        data: Buffer.concat([good.data.subarray(0, 1), length, bytes]),
      });
    };
    const set = (offset: number, value: number) => (bytes: Buffer) => {
      bytes[offset] = value;
      return bytes;
    };
    for (const change of [
      () => Buffer.alloc(0),
      (bytes: Buffer) => bytes.subarray(0, 9),
      (bytes: Buffer) => bytes.subarray(0, -1),
      set(4, 0),
      set(4, 9),
      set(6, 0xc0),
    ]) {
      await refused(altered(change), 'malformed-settlement');
    }
    await refused(altered(set(5, 0)), 'wrong-destination-count');
    // A second segment, whose head is the proof's first byte.
    const second = (head: number) => (bytes: Buffer) => set(10, head)(set(5, 2)(bytes));
    await refused(altered(second(0)), 'wrong-destination-count');
    await refused(altered(second(0xc0)), 'malformed-settlement');
  });

  it('error: a ledger in which a device earned less than it was paid', async () => {
    await network.send(build(5, 1, [each(5)], [2]));
    // The committee itself signs it: another device's gain hides this one's loss.
    entries = entries.map((entry, index) => ({ ...entry, earned: index === 5 ? 599n : entry.earned + 1n }));
    tree = await network.epoch(entries);
    await refused(build(5, 1, [each(5)], [2]), 'earned-below-paid');
  });

  it('error: a device above the cap of all epochs so far', async () => {
    entries = entries.map((entry, index) =>
      index === 5 ? { ...entry, earned: 2n * POLICY.deviceEpochCap + 1n } : entry,
    );
    tree = await network.epoch(entries);
    await refused(build(5, 1, [each(5)], [2]), 'above-device-cap');
    expect(await balances()).to.deep.equal(NOTHING);
  });

  it('error: a ledger whose leaves add up to more than its root says', async () => {
    const inflated = entries.map((entry) => ({ ...entry, earned: entry.earned * 2n }));
    const honest = LedgerTree.fromLeaves(ledgerLeaves(entries)).opening(undefined);
    const richer = LedgerTree.fromLeaves(ledgerLeaves(inflated));
    // The root's children say that they are worth what was earned; what they hash is worth twice as much.
    const opening = richer.opening(undefined);
    const halves = [0, 40].map((at) =>
      nodeOf(sumOf(honest.slice(at, at + 40)), hashOf(opening.slice(at, at + 40))),
    );
    const root = parentNode(halves[0]!, halves[1]!);
    await network.cut();
    const message = await network.message([], { ledgerRoot: hashOf(root), earnedTotal: sumOf(root) });
    const signed = { ...network.sign(message), opening: Buffer.concat(halves) };
    await network.send(postEpoch(network.address, signed));
    await network.promote();
    expect((await network.account()).current.earnedTotal).to.equal(2800n);

    [entries, tree] = [inflated, richer];
    const claimed = (first: number, count: number) => [
      ...tree.proveRun(first, count).slice(0, -1),
      first < 4 ? halves[1]! : halves[0]!,
    ];
    await refused(build(5, 1, [each(5)], [2]), 'bad-proof');
    await refused(build(5, 1, [each(5)], [2], { proof: claimed(5, 1) }), 'bad-proof');
    await refused(build(0, 3, [fleet(0, 1, 2)], [0], { proof: claimed(0, 3) }), 'bad-proof');
    await refused(build(0, 7, [fleet(0, 1, 2), each(3, 4, 5, 6)], [0, 1, 0, 2, 1]), 'bad-proof');
    expect(await balances()).to.deep.equal(NOTHING);
  });

  it('error: anything while a corrective epoch is pending, which may take it back', async () => {
    const lowered = entries.map((entry) => ({ ...entry, earned: entry.earned - 50n }));
    await correct(network, 2n);
    await network.cut();
    await network.send(build(5, 1, [each(5)], [2]));
    lowered[5] = entries[5]!;
    await network.post(lowered);
    for (const index of [5, 6])
      await refused(build(index, 1, [each(index)], [OWNERS[index]!]), 'corrective-pending');
    await veto(network);
    await network.send(build(4, 1, [each(4)], [0]));
    lowered[4] = entries[4]!;
    await network.post(lowered);
    await network.promote();
    entries = lowered;
    tree = LedgerTree.fromLeaves(ledgerLeaves(lowered));
    await network.send(build(0, 7, [fleet(0, 1, 2), each(3, 4, 5, 6)], [0, 1, 0, 2, 1]));
    const { totalPaid, current } = await network.account();
    expect([totalPaid, current.earnedTotal]).to.deep.equal([2_550n, 2_550n]);
  });

  it('error: before any epoch was promoted', async () => {
    const other = await TestNetwork.create(network.chain);
    await other.openPage();
    await other.openAccounts([owners[2]!.publicKey]);
    const { address, bump } = destination({ owner: owners[2]!.publicKey, mint: other.mint });
    const segments: SettleSegment[] = [{ kind: 'each', leaves: [{ bump, earned: 0n }] }];
    const data = { first: 5, width: 1, segments, proof: [] };
    const nothing = settle({ network: other.address, mint: other.mint, data, destinations: [address] });
    await expectError(other.send(nothing), 'run-out-of-range');
    const paid = settle({
      network: other.address,
      mint: other.mint,
      data: { ...data, segments: [{ kind: 'each', leaves: [{ bump, earned: 1n }] }] },
      destinations: [address],
    });
    await expectError(other.send(paid), 'above-device-cap');
  });

  it('error: a page that was never opened', async () => {
    const instruction = build(5, 1, [each(5)], [2]);
    accountOf(instruction, 'page').pubkey = pageAddress({ network: network.address, number: 9 });
    await refused(instruction, NO_ACCOUNT);
  });
});
