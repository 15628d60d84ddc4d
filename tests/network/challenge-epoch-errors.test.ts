import {
  type ChallengeProof,
  challengeEpoch,
  type LedgerEntry,
  ownerRecordAddress,
  promote,
  proveDevice,
  registryAddress,
} from '@commonwire/sdk/network';
import { Keypair, PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import {
  expectError,
  fund,
  MISSING_SIGNATURE,
  NO_ACCOUNT,
  NOT_WRITABLE,
  SAME_ACCOUNT_TWICE,
  WRONG_ADDRESS,
} from '../support/chain';
import {
  accountOf,
  entry,
  leafOf,
  networkChain,
  proofOf,
  registered,
  TestNetwork,
  transfer,
} from '../support/network';

describe('challenge_epoch refuses', () => {
  let network: TestNetwork;
  let payer: PublicKey;
  let a: Keypair;
  let b: Keypair;
  let current: LedgerEntry[];
  /** Device 0 fell, device 1 was handed to `b` for a later epoch, device 2 is new, device 3 is new and stolen. */
  let pending: LedgerEntry[];
  const thief = Keypair.generate();
  const FALLEN = 0;
  const HANDED = 1;
  const NEW = 2;
  const STOLEN = 3;

  before(async () => {
    network = await TestNetwork.create(await networkChain());
    payer = network.chain.payer.publicKey;
    [a, b] = [await fund(network.chain.connection, 1), await fund(network.chain.connection, 1)];
    await network.register([a, a]);
    current = [entry(a, 500n), entry(a, 700n)];
    await network.epoch(current);
    await network.register([b, b]);
    await expectError(network.send(building({ leaf: leafOf(current, 0) })), 'nothing-pending');
    await transfer(network, current, HANDED, a, b);
    await network.cut();
    pending = [entry(a, 499n), entry(a, 701n), entry(b, 0n), entry(thief, 0n)];
    await network.post(pending);
  });
  afterEach(async () => {
    expect((await network.account()).pending?.epoch).to.equal(2n);
  });

  const building = (proof: ChallengeProof) =>
    challengeEpoch({ network: network.address, challenger: payer, ...proof });
  const proof = (index: number) => proofOf(network, { current, pending }, index);
  const refused = async (index: number, changes: Partial<ChallengeProof>, code: string) =>
    expectError(network.send(building({ ...(await proof(index)), ...changes })), code);

  it('a leaf that breaks no rule', async () => {
    for (const index of [HANDED, NEW]) await refused(index, {}, 'no-fault');
  });

  it('a leaf that is not in the pending ledger, though the current one has it', async () => {
    const leaf = leafOf(pending, FALLEN);
    const [first, ...rest] = leaf.proof as [Uint8Array, ...Uint8Array[]];
    for (const wrong of [
      { earned: 0n },
      { owner: thief.publicKey },
      { proof: rest },
      { proof: [...leaf.proof, first] },
      { proof: [new Uint8Array(40).fill(1), ...rest] },
      { proof: [...leaf.proof, first.slice(0, 39)] },
      leafOf(current, FALLEN),
    ])
      await refused(FALLEN, { leaf: { ...leaf, ...wrong } }, 'bad-proof');
    await refused(FALLEN, { leaf: { ...leaf, index: HANDED } }, 'bad-proof');
  });

  it('an index beyond the pending ledger', async () => {
    const hole = { owner: PublicKey.default, earned: 0n, proof: leafOf(pending, NEW).proof };
    for (const index of [4, 5, 2 ** 32 - 1])
      await refused(NEW, { leaf: { ...hole, index } }, 'run-out-of-range');
  });

  it('a device of the current ledger without its current leaf: it would count as new', async () => {
    for (const index of [FALLEN, HANDED]) await refused(index, { before: null }, 'current-leaf-missing');
  });

  it('another current leaf than the device has', async () => {
    const before = leafOf(current, FALLEN);
    for (const wrong of [
      { earned: 499n },
      { owner: thief.publicKey },
      { proof: [] },
      { proof: leafOf(current, HANDED).proof },
      leafOf(current, HANDED),
    ])
      await refused(FALLEN, { before: { ...before, ...wrong } }, 'bad-proof');
    // A new device has none.
    await refused(NEW, { before }, 'run-out-of-range');
  });

  describe('of the registry', () => {
    it('no proof: whose a device is, its ledger alone does not show', () =>
      refused(STOLEN, { device: null }, 'no-fault'));

    it('another device, or one that was registered as another', async () => {
      const devices = await registered(network);
      const { device, path } = proveDevice(devices, STOLEN);
      for (const wrong of [
        { device: { ...device, owner: a.publicKey.toBytes() }, path },
        { device: { ...device, index: NEW }, path },
        { device: { ...device, capacity: 1 }, path },
        { device: { ...device, kind: 2 }, path },
        { device: { ...device, keyType: 1 }, path },
        { device: { ...device, h3Cell: 1n }, path },
        { device: { ...device, deviceKey: new Uint8Array(33).fill(1) }, path },
        proveDevice(devices, NEW),
        { device, path: path.slice(1) },
        { device, path: [] },
        { device, path: [...path, path[0]!] },
        { device, path: [...path].reverse() },
        { device, path: Array<Uint8Array>(24).fill(path[0]!) },
      ])
        await refused(STOLEN, { device: wrong }, 'bad-registry-proof');
    });

    it('bytes that are no device, or no whole path', async () => {
      const built = building(await proof(STOLEN));
      const DEVICE = 83;
      const { path } = (await proof(STOLEN)).device!;
      const at = built.data.length - (4 + DEVICE) - (4 + 32 * path.length);
      for (const [device, tail] of [
        [built.data.subarray(at + 4, at + 4 + DEVICE - 1), Buffer.concat(path)],
        [Buffer.concat([built.data.subarray(at + 4, at + 4 + DEVICE), Buffer.of(0)]), Buffer.concat(path)],
        [built.data.subarray(at + 4, at + 4 + DEVICE), Buffer.concat(path).subarray(1)],
        [built.data.subarray(at + 4, at + 4 + DEVICE), Buffer.concat([...path, Buffer.of(0)])],
      ] as const) {
        const altered = building(await proof(STOLEN));
        const lengths = [device, tail].map(({ length }) => {
          const bytes = Buffer.alloc(4);
          bytes.writeUInt32LE(length);
          return bytes;
        });
        altered.data = Buffer.concat([built.data.subarray(0, at), lengths[0]!, device, lengths[1]!, tail]);
        await expectError(network.send(altered), 'bad-registry-proof');
      }
    });

    it('a proof of another network, and its registry', async () => {
      const other = await TestNetwork.create(network.chain);
      await other.register([a, a, a, thief]);
      const foreign = proveDevice(await registered(other), STOLEN);
      await refused(STOLEN, { device: foreign }, 'bad-registry-proof');
      const elsewhere = building({ ...(await proof(STOLEN)), device: foreign });
      accountOf(elsewhere, 'registry').pubkey = registryAddress(other.address);
      await expectError(network.send(elsewhere), 'wrong-registry');
    });

    it('a proof that registrations have made old, until it is made again', async () => {
      const other = await TestNetwork.create(network.chain);
      await other.register([a]);
      await other.cut();
      await other.post([entry(thief, 5n)]);
      const ledgers = { current: [], pending: [entry(thief, 5n)] };
      const old = await proofOf(other, ledgers, 0);
      await other.register([b]);
      const challenge = (of: ChallengeProof) =>
        other.send(challengeEpoch({ network: other.address, challenger: payer, ...of }));
      await expectError(challenge(old), 'bad-registry-proof');
      await challenge(await proofOf(other, ledgers, 0));
      expect((await other.account()).pending).to.equal(null);
    });
  });

  it("a record other than the device's own: a transfer can't be hidden", async () => {
    const { address } = network;
    await refused(HANDED, {}, 'no-fault');
    for (const [pubkey, code] of [
      [ownerRecordAddress({ network: address, index: 0 }), WRONG_ADDRESS],
      [ownerRecordAddress({ network: payer, index: HANDED }), WRONG_ADDRESS],
      [PublicKey.default, WRONG_ADDRESS],
      [address, SAME_ACCOUNT_TWICE],
      [payer, SAME_ACCOUNT_TWICE],
    ] as const) {
      const hiding = building(await proof(HANDED));
      accountOf(hiding, 'record').pubkey = pubkey;
      await expectError(network.send(hiding), code);
    }
  });

  it('a network other than the one challenged', async () => {
    const other = await TestNetwork.create(network.chain);
    await other.cut();
    await other.post([]);
    const elsewhere = building(await proof(FALLEN));
    accountOf(elsewhere, 'network').pubkey = other.address;
    await expectError(network.send(elsewhere), 'wrong-registry');
    expect((await other.account()).pending?.epoch).to.equal(1n);
  });

  it('a registry that is none or is not to be written, and a challenger who does not sign', async () => {
    for (const [pubkey, code] of [
      [network.address, SAME_ACCOUNT_TWICE],
      [network.mint, NO_ACCOUNT],
    ] as const) {
      const altered = building(await proof(FALLEN));
      accountOf(altered, 'registry').pubkey = pubkey;
      await expectError(network.send(altered), code);
    }
    const fixed = building(await proof(FALLEN));
    accountOf(fixed, 'registry').isWritable = false;
    await expectError(network.send(fixed), NOT_WRITABLE);
    const unsigned = challengeEpoch({
      network: network.address,
      challenger: b.publicKey,
      ...(await proof(FALLEN)),
    });
    accountOf(unsigned, 'challenger').isSigner = false;
    await expectError(network.send(unsigned), MISSING_SIGNATURE);
  });

  it('a current leaf of an older root, and an epoch that was promoted', async () => {
    const old = await TestNetwork.create(network.chain);
    await old.register([a]);
    const ledgers = [10n, 20n].map((earned) => [entry(a, earned)]);
    const [first, second] = ledgers as [LedgerEntry[], LedgerEntry[]];
    await old.epoch(first);
    await old.epoch(second);
    await old.cut();
    await old.post(second);
    const challenge = (before: LedgerEntry[]) =>
      old.send(
        challengeEpoch({
          network: old.address,
          challenger: payer,
          leaf: leafOf(second, 0),
          before: leafOf(before, 0),
        }),
      );
    await expectError(challenge(first), 'bad-proof');
    await expectError(challenge(second), 'no-fault');
    await old.promote();
    await expectError(challenge(second), 'nothing-pending');
    await expectError(old.send(promote({ network: old.address, mint: old.mint })), 'nothing-pending');
  });
});
