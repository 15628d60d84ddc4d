import { ed25519Instruction, type SignedMessage, signEd25519 } from '@commonwire/sdk/core';
import {
  approveEpoch,
  decodeBond,
  type EpochMessage,
  encodeEpochMessage,
  type LedgerEntry,
  postEpoch,
  registryAddress,
  setCommittee,
  slash,
  unlockBond,
  withdrawBond,
  withdrawFees,
} from '@commonwire/sdk/network';
import { Keypair, PublicKey, SystemProgram, TransactionInstruction } from '@solana/web3.js';
import { expect } from 'chai';
import {
  BAD_ARGUMENT,
  BAD_SIGNATURE,
  expectError,
  fund,
  MISSING_SIGNATURE,
  NOT_INITIALIZED,
  NOT_WRITABLE,
  SAME_ACCOUNT_TWICE,
  seedOf,
  type TestChain,
  WRONG_OWNER,
} from '../support/chain';
import { accountOf, POLICY, steadyNetworkChain, TestNetwork } from '../support/network';

const BOND = 1_000_000n;
/** What the registry keeps of a bond; a tenth goes to the reporter. */
const KEPT = 900_000;

describe('slash', () => {
  let chain: TestChain;
  let network: TestNetwork;
  let liar: Keypair;
  let entries: LedgerEntry[];

  beforeEach(async () => {
    chain = await steadyNetworkChain();
    network = await TestNetwork.create(chain);
    liar = network.oracles[1]!;
    entries = [];
    await network.cut();
  });

  const fork = { datasetHash: new Uint8Array(32).fill(8) };
  /** Two messages signed by one key: as the first is, and with `changes`. */
  const evidence = async (
    changes: Partial<EpochMessage> = fork,
    { by = liar, first = {} as Partial<EpochMessage> } = {},
  ): Promise<[SignedMessage, SignedMessage]> => {
    const message = await network.message(entries, first);
    return [network.sign(message, [by]), network.sign({ ...message, ...changes }, [by])];
  };
  const build = (proof: [SignedMessage, SignedMessage], bonds: PublicKey[] = []) =>
    slash({ network: network.address, reporter: chain.payer.publicKey, evidence: proof, bonds });
  const deposit = async (of: Keypair, lamports = BOND, by: Keypair | undefined = undefined) => {
    await network.send(network.deposit(of, lamports, by?.publicKey), by ? [by] : []);
    return network.bondOf(of, by?.publicKey);
  };
  const bondAt = async (address: PublicKey) =>
    decodeBond(address, (await chain.connection.getAccountInfo(address))!.data);
  const held = (address: PublicKey) => chain.connection.getBalance(address);
  const committee = async () => (await network.account()).committee;
  const seat = (oracles: Keypair[], threshold = Math.floor(oracles.length / 2) + 1) =>
    network.send(
      setCommittee({
        network: network.address,
        authority: network.authority.publicKey,
        threshold,
        keys: oracles.map((key) => key.publicKey.toBytes()),
      }),
      [network.authority],
    );
  const refused = async (
    instructions: TransactionInstruction[],
    code: string = 'not-equivocation',
    bonds: PublicKey[] = [],
  ) => {
    const before = await committee();
    const lamports = await Promise.all(bonds.map(held));
    await expectError(network.send(instructions), code);
    expect(await committee()).to.deep.equal(before);
    expect(await Promise.all(bonds.map(held))).to.deep.equal(lamports);
  };

  describe('takes an oracle that signed two messages', () => {
    it('off the committee, and its bond', async () => {
      const bond = await deposit(liar);
      const other = await deposit(network.oracles[0]!);
      const registry = registryAddress(network.address);
      const [registryBefore, bondBefore] = [await held(registry), await held(bond)];
      const before = await committee();
      await network.send(build(await evidence(), [bond]));
      const rest = network.oracles.filter((oracle) => oracle !== liar);
      expect(await committee()).to.deep.equal({
        version: before.version + 1,
        threshold: 3,
        keys: rest.map((oracle) => oracle.publicKey.toBytes()),
        bonds: [null, null, null, null],
      });
      expect(await held(registry)).to.equal(registryBefore + KEPT);
      expect(await held(bond)).to.equal(bondBefore - Number(BOND));
      expect(await bondAt(bond)).to.include({ lamports: 0n });
      expect(await bondAt(other)).to.include({ lamports: BOND });
    });

    it('and leaves the rent to the depositor, who gets it back by the usual way', async () => {
      const depositor = await fund(chain.connection, 1);
      const before = await held(depositor.publicKey);
      const bond = await deposit(liar, BOND, depositor);
      await network.send(build(await evidence(), [bond]));
      const args = {
        network: network.address,
        oracle: liar.publicKey.toBytes(),
        depositor: depositor.publicKey,
      };
      await network.send(unlockBond(args), [depositor]);
      await chain.passSeconds(POLICY.bondLockSeconds);
      await network.send(withdrawBond(args), [depositor]);
      expect(await held(depositor.publicKey)).to.equal(before - Number(BOND));
    });

    it('and gives a tenth of its bonds to whoever reports it, rounded down', async () => {
      const reporter = await fund(chain.connection, 1);
      const other = await fund(chain.connection, 1);
      const bonds = [await deposit(liar), await deposit(liar, 19n, other)];
      const before = await held(registryAddress(network.address));
      const instructions = slash({
        network: network.address,
        reporter: reporter.publicKey,
        evidence: await evidence(),
        bonds,
      });
      await network.send(instructions, [reporter]);
      expect(await held(reporter.publicKey)).to.equal(1_000_000_000 + 100_001);
      expect(await held(registryAddress(network.address))).to.equal(before + KEPT + 18);
    });

    it('without any bond given', async () => {
      await network.send(build(await evidence()));
      expect((await committee()).keys).to.have.length(4);
    });

    it("with several depositors' bonds, one of them given twice", async () => {
      const other = await fund(chain.connection, 1);
      const bonds = [await deposit(liar), await deposit(liar, 7n, other)];
      const before = await held(registryAddress(network.address));
      await network.send(build(await evidence(), [...bonds, bonds[0]!]));
      expect(await held(registryAddress(network.address))).to.equal(before + KEPT + 7);
      for (const bond of bonds) expect((await bondAt(bond)).lamports).to.equal(0n);
    });

    it('with a bond that is being asked back, its oracle off the committee already', async () => {
      const bond = await deposit(liar);
      const proof = await evidence();
      await seat(network.oracles.filter((oracle) => oracle !== liar));
      const args = {
        network: network.address,
        oracle: liar.publicKey.toBytes(),
        depositor: chain.payer.publicKey,
      };
      await network.send(unlockBond(args));
      const before = await committee();
      await network.send(build(proof, [bond]));
      expect((await bondAt(bond)).lamports).to.equal(0n);
      expect(await committee()).to.deep.equal(before, 'a version nobody sits under stays');
    });

    it('by whatever evidence of this network there is: old versions, any epoch and attempt', async () => {
      for (const first of [
        { committeeVersion: 0 },
        { epoch: 99n },
        { attempt: 4_000_000_000 },
        { earnedTotal: 1n, deviceCount: 5 },
      ]) {
        const by = network.oracles[0]!;
        await network.send(build(await evidence(fork, { by, first })));
        expect((await committee()).keys).to.have.length(4);
        await seat(network.oracles);
      }
    });

    it('by a difference in any field behind the identity', async () => {
      for (const changes of [
        { ledgerRoot: new Uint8Array(32).fill(1) },
        { earnedTotal: 1n },
        { deviceCount: 1 },
        { registryHash: new Uint8Array(32).fill(1) },
        { usageRoot: new Uint8Array(32).fill(1) },
        { datasetHash: new Uint8Array(32).fill(1) },
      ]) {
        await network.send(build(await evidence(changes)));
        expect((await committee()).keys).to.have.length(4);
        await seat(network.oracles);
      }
    });

    it('whether its two signatures stand in two instructions or in one', async () => {
      const [one, other] = await evidence();
      const together = joined(one, other);
      const [, , instruction] = build([one, other]);
      await network.send([together, instruction!]);
      expect((await committee()).keys).to.have.length(4);
    });
  });

  /** One Ed25519 instruction with the signatures of two over a message each. */
  function joined(...signed: SignedMessage[]): TransactionInstruction {
    const parts = signed.map(ed25519Instruction);
    const HEAD = 2;
    const OFFSETS = 14;
    const shift = (part: TransactionInstruction, by: number) => {
      const offsets = Buffer.from(part.data.subarray(HEAD, HEAD + OFFSETS));
      for (const at of [0, 4, 8]) offsets.writeUInt16LE(offsets.readUInt16LE(at) + by, at);
      return offsets;
    };
    const bodies = parts.map((part) => part.data.subarray(HEAD + OFFSETS));
    const extra = OFFSETS * (parts.length - 1);
    const offsets = parts.map((part, i) =>
      shift(part, extra + bodies.slice(0, i).reduce((sum, body) => sum + body.length, 0)),
    );
    const data = Buffer.concat([Buffer.of(parts.length, 0), ...offsets, ...bodies]);
    return new TransactionInstruction({ ...parts[0]!, data });
  }

  describe('by one signature and an approval', () => {
    const approvalOf = async (message: EpochMessage, by = liar, at = network) => {
      const oracle = by.publicKey;
      const instruction = approveEpoch({
        network: at.address,
        oracle,
        payer: chain.payer.publicKey,
        message: encodeEpochMessage(message),
      });
      await at.send(instruction, [by]);
      return accountOf(instruction, 'approval').pubkey;
    };
    const signed = (message: EpochMessage, by = liar) => network.sign(message, [by]);
    const building = (approval: PublicKey, evidence: readonly SignedMessage[], bonds: PublicKey[] = []) =>
      slash({
        network: network.address,
        reporter: chain.payer.publicKey,
        evidence: evidence as [SignedMessage],
        approval,
        bonds,
      });

    it('of another message takes the oracle off the committee, and its bond', async () => {
      const bond = await deposit(liar);
      const message = await network.message(entries);
      const approval = await approvalOf(message);
      const { version } = await committee();
      await network.send(building(approval, [signed({ ...message, ...fork })], [bond]));
      expect((await bondAt(bond)).lamports).to.equal(0n);
      const after = await committee();
      expect(after.version).to.equal(version + 1);
      expect(after.keys).to.have.length(4);
      await refused(building(approval, [signed({ ...message, ...fork })], [bond]), 'nothing-to-slash');
    });

    it('by a difference in any field behind the identity, long after the epoch', async () => {
      const message = await network.message(entries);
      const approval = await approvalOf(message);
      await network.post(entries);
      await network.promote();
      for (const changes of [
        { ledgerRoot: new Uint8Array(32).fill(1) },
        { earnedTotal: 1n },
        { deviceCount: 1 },
        { registryHash: new Uint8Array(32).fill(1) },
        { usageRoot: new Uint8Array(32).fill(1) },
      ]) {
        await network.send(building(approval, [signed({ ...message, ...changes })]));
        expect((await committee()).keys).to.have.length(4);
        await seat(network.oracles);
      }
    });

    it('error: of the same message', async () => {
      const message = await network.message(entries);
      await refused(building(await approvalOf(message), [signed(message)]));
    });

    it('error: messages that differ in what makes them two decisions', async () => {
      const message = await network.message(entries);
      const approval = await approvalOf(message);
      for (const changes of [
        { epoch: 2n },
        { attempt: 1 },
        { committeeVersion: message.committeeVersion + 1 },
        { birth: message.birth + 1n },
        { genesisHash: new Uint8Array(32).fill(1) },
        { network: Keypair.generate().publicKey.toBytes() },
        { program: Keypair.generate().publicKey.toBytes() },
      ])
        await refused(building(approval, [signed({ ...message, ...fork, ...changes })]));
    });

    it("error: another oracle's signature, none, two, or one over no epoch message", async () => {
      const message = await network.message(entries);
      const other = { ...message, ...fork };
      const approval = await approvalOf(message);
      await refused(building(approval, [signed(other, network.oracles[2]!)]));
      await refused(building(approval, []));
      await refused(building(approval, [signed(message), signed(other)]));
      for (const bytes of [encodeEpochMessage(other).slice(0, -1), new Uint8Array(0)]) {
        const signature = signEd25519(bytes, seedOf(liar));
        const short = { message: bytes, signatures: [{ publicKey: liar.publicKey.toBytes(), signature }] };
        await refused(building(approval, [short]));
      }
    });

    it('error: an approval of another network, or an account that is none', async () => {
      const message = await network.message(entries);
      const elsewhere = await TestNetwork.create(chain);
      await elsewhere.send(
        setCommittee({
          network: elsewhere.address,
          authority: elsewhere.authority.publicKey,
          threshold: 1,
          keys: [liar.publicKey.toBytes()],
        }),
        [elsewhere.authority],
      );
      await elsewhere.cut();
      const foreign = await approvalOf(await elsewhere.message([]), liar, elsewhere);
      const proof = [signed({ ...message, ...fork })];
      await refused(building(foreign, proof));
      for (const [account, code] of [
        [network.mint, WRONG_OWNER],
        [Keypair.generate().publicKey, NOT_INITIALIZED],
        [network.address, SAME_ACCOUNT_TWICE],
        [registryAddress(network.address), SAME_ACCOUNT_TWICE],
      ] as const)
        await refused(building(account, proof), code);
    });
  });

  it('error: the reporter does not sign', async () => {
    const reporter = await fund(chain.connection, 1);
    const instructions = slash({
      network: network.address,
      reporter: reporter.publicKey,
      evidence: await evidence(),
      bonds: [],
    });
    accountOf(instructions.at(-1)!, 'reporter').isSigner = false;
    await refused(instructions, MISSING_SIGNATURE);
  });

  it('keeps the threshold where the others reach it', async () => {
    for (const [members, threshold, after] of [
      [5, 3, 3],
      [5, 5, 4],
      [9, 5, 5],
      [3, 2, 2],
      [2, 2, 1],
    ] as const) {
      const oracles = Array.from({ length: members }, () => Keypair.generate());
      await seat(oracles, threshold);
      await network.send(build(await evidence(fork, { by: oracles[1]! })));
      expect(await committee()).to.deep.include({ threshold: after });
      expect((await committee()).keys).to.have.length(members - 1);
    }
  });

  it('leaves a network that lost its last member, which posts again once a committee is set', async () => {
    await seat([liar], 1);
    await network.send(build(await evidence()));
    expect(await committee()).to.deep.include({ threshold: 0, keys: [] });
    const message = await network.message(entries);
    const [, bare] = postEpoch(network.address, network.sign(message, [liar]));
    await expectError(network.send(bare!), 'too-few-signatures');
    await expectError(
      network.send(postEpoch(network.address, network.sign(message, [liar]))),
      'unknown-signer',
    );
    await seat(network.oracles, 3);
    await network.post(entries);
    await network.promote();
    expect((await network.account()).current.epoch).to.equal(1n);
  });

  it('leaves a pending epoch what it is, and refuses signatures of the old version for the next', async () => {
    await network.post(entries);
    const { pending } = await network.account();
    const proof = await evidence();
    await network.send(build(proof));
    expect((await network.account()).pending).to.deep.equal(pending);
    await network.promote();
    expect((await network.account()).current.epoch).to.equal(1n);
    await network.cut();
    const { version } = await committee();
    const message = await network.message(entries, { committeeVersion: version - 1 });
    const signers = network.oracles.filter((oracle) => oracle !== liar).slice(0, 3);
    await expectError(
      network.send(postEpoch(network.address, network.sign(message, signers))),
      'wrong-message',
    );
    await network.send(postEpoch(network.address, network.sign(await network.message(entries), signers)));
  });

  it('is paid out with the fees', async () => {
    const bond = await deposit(liar);
    await network.send(build(await evidence(), [bond]));
    const recipient = Keypair.generate().publicKey;
    const { address, authority } = network;
    const withdraw = withdrawFees({ network: address, authority: authority.publicKey, recipient });
    await network.send(withdraw, [authority]);
    expect(await held(recipient)).to.equal(KEPT);
    await expectError(network.send(withdraw, [authority]), 'no-fees');
    expect((await network.registry()).deviceCount).to.equal(0);
  });

  it('error: a second time, but for a bond that came since', async () => {
    const bond = await deposit(liar);
    const proof = await evidence();
    await network.send(build(proof, [bond]));
    await refused(build(proof, [bond]), 'nothing-to-slash');
    await refused(build(proof), 'nothing-to-slash');
    await deposit(liar, 9n);
    await network.send(build(proof, [bond]));
    expect((await bondAt(bond)).lamports).to.equal(0n);
  });

  it('error: a key that never sat here and has no bond', async () => {
    await refused(build(await evidence(fork, { by: Keypair.generate() })), 'nothing-to-slash');
  });

  describe('error: no equivocation', () => {
    it('one message, signed twice', async () => refused(build(await evidence({}))));

    it('messages that differ in what makes them two decisions', async () => {
      const { birth, committeeVersion } = await network.message(entries);
      for (const changes of [
        { epoch: 2n },
        { attempt: 1 },
        { committeeVersion: committeeVersion + 1 },
        { birth: birth + 1n },
        { network: Keypair.generate().publicKey.toBytes() },
        { program: Keypair.generate().publicKey.toBytes() },
      ]) {
        await refused(build(await evidence({ ...fork, ...changes })));
        // Both alike, but not this network's.
        if ('birth' in changes || 'network' in changes || 'program' in changes)
          await refused(build(await evidence(fork, { first: changes })));
      }
    });

    it('messages of another network, there or given here', async () => {
      const other = await TestNetwork.create(chain);
      const proof = await evidence();
      const elsewhere = slash({
        network: other.address,
        reporter: chain.payer.publicKey,
        evidence: proof,
        bonds: [],
      });
      await refused(elsewhere);
      expect((await other.account()).committee.keys).to.have.length(5);
    });

    it('two keys, a message each', async () => {
      const [one] = await evidence();
      const [, other] = await evidence(fork, { by: network.oracles[2]! });
      await refused(build([one, other]));
    });

    it('messages that are no epoch messages: another domain, too short, too long, empty', async () => {
      const bytes = Buffer.from(encodeEpochMessage(await network.message(entries)));
      const altered = Buffer.from(encodeEpochMessage({ ...(await network.message(entries)), ...fork }));
      const signed = (message: Uint8Array): SignedMessage => ({
        message,
        signatures: [{ publicKey: liar.publicKey.toBytes(), signature: signEd25519(message, seedOf(liar)) }],
      });
      const renamed = (message: Buffer) => Buffer.concat([Buffer.of(0x43), message.subarray(1)]);
      for (const [one, other] of [
        [renamed(bytes), renamed(altered)],
        [bytes.subarray(0, -1), altered.subarray(0, -1)],
        [bytes.subarray(0, 200), altered],
        [bytes, altered.subarray(0, 278)],
        [Buffer.concat([bytes, Buffer.of(0)]), Buffer.concat([bytes, Buffer.of(1)])],
        [bytes, Buffer.concat([bytes, Buffer.of(1)])],
        [Buffer.alloc(0), bytes],
        [bytes.subarray(0, 139), altered.subarray(0, 139)],
      ] as const) {
        await refused(build([signed(one), signed(other)]));
        await refused(build([signed(other), signed(one)]));
      }
    });

    it('no signature, one, or three', async () => {
      const proof = await evidence();
      const [one, other, instruction] = build(proof) as [
        TransactionInstruction,
        TransactionInstruction,
        TransactionInstruction,
      ];
      await refused([instruction]);
      await refused([other, instruction]);
      const witnessed = network.sign(await network.message(entries), [liar, network.oracles[2]!]);
      await refused([ed25519Instruction(witnessed), other, instruction]);
      await refused([other, ed25519Instruction(witnessed), instruction]);
      await network.send([one, other, instruction]);
    });

    it('signatures that stand elsewhere, or with something between', async () => {
      const [one, other, instruction] = build(await evidence()) as [
        TransactionInstruction,
        TransactionInstruction,
        TransactionInstruction,
      ];
      await refused([instruction, one, other]);
      await refused([one, instruction, other]);
      const { publicKey } = chain.payer;
      const between = SystemProgram.transfer({ fromPubkey: publicKey, toPubkey: publicKey, lamports: 0 });
      await refused([one, between, other, instruction]);
      await refused([one, other, between, instruction]);
    });

    it('offsets into another instruction', async () => {
      const [one, other, instruction] = build(await evidence()) as [
        TransactionInstruction,
        TransactionInstruction,
        TransactionInstruction,
      ];
      for (const field of [1, 3, 6]) {
        const data = Buffer.from(other.data);
        // Its own number: right, but not by the rule.
        data.writeUInt16LE(1, 2 + 2 * field);
        const redirected = new TransactionInstruction({ ...other, data });
        await refused([one, redirected, instruction], 'foreign-signature-offset');
      }
    });

    it('a signature that is not valid', async () => {
      const [one, other] = await evidence();
      const forged = { ...other, signatures: one.signatures };
      await refused(build([one, forged]), BAD_SIGNATURE);
    });
  });

  describe('error: accounts', () => {
    it("a bond of another oracle's, of another network's, or no bond", async () => {
      const own = await deposit(liar);
      const others = await deposit(network.oracles[0]!);
      const elsewhere = await TestNetwork.create(chain);
      await elsewhere.send(elsewhere.deposit(liar, BOND));
      const foreign = elsewhere.bondOf(liar);
      const proof = await evidence();
      for (const bonds of [[others], [own, others], [foreign], [own, foreign]])
        await refused(build(proof, bonds), 'wrong-bond', [own, others, foreign]);
      for (const [other, code] of [
        [network.mint, WRONG_OWNER],
        [network.authority.publicKey, WRONG_OWNER],
        [liar.publicKey, NOT_INITIALIZED],
      ] as const)
        await refused(build(proof, [own, other]), code, [own]);
      for (const other of [network.address, registryAddress(network.address)])
        await refused(build(proof, [own, other]), SAME_ACCOUNT_TWICE, [own]);
    });

    it('a bond that may not be written', async () => {
      const bond = await deposit(liar);
      const instructions = build(await evidence(), [bond]);
      accountOf(instructions.at(-1)!, 'further 0').isWritable = false;
      await refused(instructions, NOT_WRITABLE, [bond]);
    });

    it('a substituted network, registry or instructions sysvar', async () => {
      const other = await TestNetwork.create(chain);
      const proof = await evidence();
      for (const [name, pubkey, code] of [
        ['network', other.address, 'wrong-registry'],
        ['registry', registryAddress(other.address), 'wrong-registry'],
        ['registry', network.address, SAME_ACCOUNT_TWICE],
        ['registry', PublicKey.default, NOT_WRITABLE],
        ['instructions', network.mint, BAD_ARGUMENT],
      ] as const) {
        const instructions = build(proof);
        accountOf(instructions.at(-1)!, name).pubkey = pubkey;
        await refused(instructions, code);
      }
    });
  });
});
