import {
  computeUnits,
  ed25519Instruction,
  MAX_SUPPORTED_TRANSACTION_VERSION,
  sendAndConfirm,
  signEd25519,
  transactionBytes,
} from '@commonwire/sdk/core';
import {
  cutEpoch,
  encodeEpochMessage,
  hashOf,
  type LedgerEntry,
  LedgerTree,
  ledgerLeaves,
  nodeOf,
  postEpoch,
} from '@commonwire/sdk/network';
import { Ed25519Program, Keypair, TransactionInstruction } from '@solana/web3.js';
import { expect } from 'chai';
import { BAD_ARGUMENT, BAD_SIGNATURE, expectError, fund, seedOf } from '../support/chain';
import { accountOf, creation, EMISSION, networkChain, POLICY, TestNetwork } from '../support/network';

describe('post_epoch', () => {
  let network: TestNetwork;
  let entries: LedgerEntry[];

  /** A network of two devices whose first epoch is cut. */
  const ready = async (options: Parameters<typeof TestNetwork.create>[1] = {}) => {
    const made = await TestNetwork.create(await networkChain(), options);
    const owner = await fund(made.chain.connection, 10);
    await made.register([owner, owner]);
    await made.cut();
    entries = [500n, 700n].map((earned) => ({ owner: owner.publicKey.toBytes(), earned }));
    return made;
  };

  before(async () => {
    network = await ready();
  });

  const refused = async (instructions: TransactionInstruction[], code: string, at = network) => {
    await expectError(at.send(instructions), code);
    expect((await at.account()).pending).to.equal(null);
  };
  const posting = async (
    changes: Parameters<TestNetwork['message']>[1] = {},
    signers: Keypair[] | undefined = undefined,
  ) => postEpoch(network.address, network.sign(await network.message(entries, changes), signers));

  describe('signatures', () => {
    it('error: none, or fewer than the threshold', async () => {
      const [, post] = await posting();
      await refused([post!], 'too-few-signatures');
      await refused(await posting({}, network.oracles.slice(0, 2)), 'too-few-signatures');
    });

    it('error: one oracle twice, in one instruction or in two', async () => {
      const signed = network.sign(await network.message(entries), network.oracles.slice(0, 1));
      const [, post] = postEpoch(network.address, signed);
      const once = ed25519Instruction(signed);
      await refused([once, once, post!], 'repeated-signer');

      const twice = ed25519Instruction(network.sign(await network.message(entries)));
      // The third signature's offsets become the second's.
      twice.data.copy(twice.data, 2 + 2 * 14, 2 + 14, 2 + 2 * 14);
      await refused([twice, post!], 'repeated-signer');
    });

    it('error: a stranger among enough members', async () => {
      const stranger = Keypair.generate();
      await refused(await posting({}, [...network.oracles.slice(0, 3), stranger]), 'unknown-signer');
      await refused(await posting({}, [...network.oracles.slice(0, 2), stranger]), 'unknown-signer');
    });

    it('error: a signature that is not valid', async () => {
      const signed = network.sign(await network.message(entries));
      const forged = { ...signed.signatures[0]!, signature: signed.signatures[1]!.signature };
      const bad = { ...signed, signatures: [forged, ...signed.signatures.slice(1)] };
      await refused(postEpoch(network.address, bad), BAD_SIGNATURE);
    });

    it('error: the signatures cover another message', async () => {
      const message = await network.message(entries);
      for (const other of [
        { earnedTotal: message.earnedTotal + 1n },
        { ledgerRoot: new Uint8Array(32) },
        { usageRoot: new Uint8Array(32).fill(1) },
        { datasetHash: new Uint8Array(32) },
        { attempt: 1 },
        { epoch: 2n },
        { birth: message.birth + 1n },
        { committeeVersion: message.committeeVersion + 1 },
        { deviceCount: 3 },
        { registryHash: new Uint8Array(32).fill(9) },
        { network: Keypair.generate().publicKey.toBytes() },
        { program: Keypair.generate().publicKey.toBytes() },
      ]) {
        const [, post] = postEpoch(network.address, network.sign(message));
        await refused([ed25519Instruction(network.sign({ ...message, ...other })), post!], 'wrong-message');
      }
    });

    it('error: a message that only begins or ends like the right one', async () => {
      const message = encodeEpochMessage(await network.message(entries));
      const [, post] = await posting();
      for (const signedBytes of [
        message.slice(0, -1),
        Buffer.concat([message, Buffer.of(0)]),
        new Uint8Array(0),
      ]) {
        const signatures = network.oracles.slice(0, 3).map((oracle) => ({
          publicKey: oracle.publicKey.toBytes(),
          signature: signEd25519(signedBytes, seedOf(oracle)),
        }));
        await refused([ed25519Instruction({ message: signedBytes, signatures }), post!], 'wrong-message');
      }
    });

    it('error: offsets that point into another instruction', async () => {
      const [ed25519, post] = (await posting({}, network.oracles.slice(0, 1))) as [
        TransactionInstruction,
        TransactionInstruction,
      ];
      for (const field of [1, 3, 6]) {
        // Its own number, then that of an instruction with the same bytes: the runtime finds nothing wrong with either.
        for (const target of [1, 0]) {
          const data = Buffer.from(ed25519.data);
          data.writeUInt16LE(target, 2 + 2 * field);
          const redirected = new TransactionInstruction({ ...ed25519, data });
          await refused([ed25519, redirected, post], 'foreign-signature-offset');
        }
      }
    });

    it('error: the signatures stand behind the instruction, or another stands between', async () => {
      const [ed25519, post] = (await posting()) as [TransactionInstruction, TransactionInstruction];
      await refused([post, ed25519], 'too-few-signatures');
      await refused(
        [ed25519, network.accountInstruction(network.authority.publicKey), post],
        'too-few-signatures',
      );
    });

    it('error: an Ed25519 instruction that holds no signature', async () => {
      const [, post] = await posting();
      const empty = { programId: Ed25519Program.programId, keys: [], data: Buffer.from([0, 0]) };
      await refused([new TransactionInstruction(empty), post!], 'too-few-signatures');
    });

    it('error: a network without a committee', async () => {
      const { connection, payer, passSeconds } = network.chain;
      const {
        network: address,
        instructions,
        signers,
      } = await creation(network.chain, { authority: network.authority });
      await sendAndConfirm(connection, payer, instructions, { signers });
      await passSeconds(POLICY.epochSeconds);
      await network.send(cutEpoch(address));
      const [, post] = await posting();
      accountOf(post!, 'network').pubkey = address;
      await expectError(network.send(post!), 'too-few-signatures');
    });
  });

  describe('rules', () => {
    it('error: the epoch has not been cut', async () => {
      const fresh = await TestNetwork.create(network.chain);
      await refused(postEpoch(fresh.address, fresh.sign(await fresh.message([]))), 'epoch-not-cut', fresh);
    });

    it('error: more than the cap of the epoch, or than the maximum supply', async () => {
      await refused(await posting({ earnedTotal: EMISSION.epochCap + 1n }), 'above-epoch-cap');
      const scarce = await ready({ emission: { maxSupply: 1000n } });
      const message = await scarce.message(entries, { earnedTotal: 1001n });
      await refused(postEpoch(scarce.address, scarce.sign(message)), 'above-max-supply', scarce);
      await refused(await posting({ earnedTotal: 2n ** 64n - 1n }), 'above-epoch-cap');
    });

    it('halves the cap every so many epochs', async () => {
      const halving = await ready({ emission: { epochCap: 1000n, halvingEpochs: 1n } });
      const [first, second] = entries as [LedgerEntry, LedgerEntry];
      const claim = (earnedTotal: bigint) =>
        halving.post([{ ...first, earned: earnedTotal - second.earned }, second]);
      await expectError(claim(1001n), 'above-epoch-cap');
      await claim(1000n);
      await halving.promote();
      await halving.cut();
      await expectError(claim(1501n), 'above-epoch-cap');
      await claim(1500n);
    });

    it('error: an attempt more than 255 ahead', async () => {
      await refused(await posting({ attempt: 256 }), 'attempt-out-of-range');
    });

    it('error: what was earned falls', async () => {
      const falling = await ready();
      await falling.post(entries);
      await falling.promote();
      await falling.cut();
      const message = await falling.message(entries, { earnedTotal: 1199n });
      await refused(postEpoch(falling.address, falling.sign(message)), 'earned-fell', falling);
    });

    it('error: a substituted network or instructions account', async () => {
      const [ed25519, post] = (await posting()) as [TransactionInstruction, TransactionInstruction];
      const other = await ready();
      accountOf(post, 'network').pubkey = other.address;
      await refused([ed25519, post], 'wrong-message', other);
      const [, again] = (await posting()) as [TransactionInstruction, TransactionInstruction];
      accountOf(again, 'instructions').pubkey = network.mint;
      await refused([ed25519, again], BAD_ARGUMENT);
    });
  });

  describe('the sum that the root binds', () => {
    const opened = async (opening: Uint8Array, changes: Parameters<TestNetwork['message']>[1] = {}) => {
      const signed = network.sign(await network.message(entries, changes));
      return postEpoch(network.address, { ...signed, opening });
    };
    const openingOf = async () => network.sign(await network.message(entries)).opening;

    it('error: more or less than the leaves add up to', async () => {
      const opening = await openingOf();
      for (const earnedTotal of [0n, 1199n, 1201n])
        await refused(await opened(opening, { earnedTotal }), 'root-sum-mismatch');
    });

    it('error: children whose sums were moved, exchanged or raised, or whose hashes are others', async () => {
      const opening = await openingOf();
      const [left, right] = [opening.slice(0, 40), opening.slice(40)] as [Uint8Array, Uint8Array];
      const [one, other] = [nodeOf(501n, hashOf(left)), nodeOf(699n, hashOf(right))];
      for (const [a, b] of [
        [one, other],
        [one, right],
        [right, left],
        [nodeOf(700n, hashOf(left)), nodeOf(500n, hashOf(right))],
        [nodeOf(2n ** 64n - 1n, hashOf(left)), right],
        [nodeOf(500n, new Uint8Array(32)), right],
      ] as const)
        await refused(await opened(Buffer.concat([a, b])), 'root-sum-mismatch');
    });

    it('error: no opening, one of another length, or one of another ledger', async () => {
      const opening = await openingOf();
      const owner = entries[0]!.owner;
      for (const wrong of [
        new Uint8Array(),
        owner,
        opening.slice(0, 40),
        opening.slice(0, 79),
        Buffer.concat([opening, Buffer.of(0)]),
        Buffer.concat([opening, opening]),
        LedgerTree.fromLeaves(ledgerLeaves([...entries].reverse())).opening(owner),
      ])
        await refused(await opened(wrong), 'root-sum-mismatch');
    });

    it('of a single device is its leaf, of its owner', async () => {
      const single = await TestNetwork.create(network.chain);
      const owner = await fund(network.chain.connection, 1);
      await single.register([owner]);
      await single.cut();
      const ledger = [{ owner: owner.publicKey.toBytes(), earned: 5n }];
      const signed = single.sign(await single.message(ledger));
      for (const opening of [
        new Uint8Array(),
        new Uint8Array(31),
        new Uint8Array(80),
        Keypair.generate().publicKey.toBytes(),
      ])
        await refused(postEpoch(single.address, { ...signed, opening }), 'root-sum-mismatch', single);
      const six = single.sign(await single.message(ledger, { earnedTotal: 6n }));
      await refused(postEpoch(single.address, six), 'root-sum-mismatch', single);
      await single.send(postEpoch(single.address, signed));
    });

    it('of no device is nothing', async () => {
      const empty = await TestNetwork.create(network.chain);
      await empty.cut();
      const message = await empty.message([]);
      for (const [changes, opening] of [
        [{}, new Uint8Array(32)],
        [{ earnedTotal: 1n }, new Uint8Array()],
        [{ ledgerRoot: new Uint8Array(32).fill(1) }, new Uint8Array()],
      ] as const) {
        const signed = { ...empty.sign({ ...message, ...changes }), opening };
        await refused(postEpoch(empty.address, signed), 'root-sum-mismatch', empty);
      }
      await empty.post([]);
    });
  });

  it('opens the challenge period of what the committee signed, once, by whoever sends it', async () => {
    const made = await ready();
    const message = await made.message(entries, { attempt: 255 });
    const stranger = await fund(made.chain.connection, 1);
    const posting = postEpoch(made.address, made.sign(message, made.oracles));
    await sendAndConfirm(made.chain.connection, stranger, posting);

    const { pending, current } = await made.account();
    expect(pending).to.deep.include({
      epoch: 1n,
      attempt: 255,
      ledgerRoot: message.ledgerRoot,
      earnedTotal: 1200n,
      deviceCount: 2,
      registryHash: message.registryHash,
      datasetHash: message.datasetHash,
      deviceEpochCap: POLICY.deviceEpochCap,
      challengeSeconds: POLICY.challengeSeconds,
    });
    expect(pending!.committee).to.deep.equal((await made.account()).committee);
    expect(pending!.signers).to.deep.equal([0, 1, 2, 3, 4]);
    expect(current.epoch).to.equal(0n);
    await expectError(made.send(postEpoch(made.address, made.sign(message))), 'epoch-pending');
  });

  it('counts signatures from several Ed25519 instructions', async () => {
    const made = await ready({ oracles: 3, threshold: 2 });
    const message = await made.message(entries);
    const [one, post] = postEpoch(made.address, made.sign(message, made.oracles.slice(0, 1)));
    await made.send([one!, ed25519Instruction(made.sign(message, made.oracles.slice(1, 2))), post!]);
    expect((await made.account()).pending?.epoch).to.equal(1n);
  });

  it('takes 14 signatures of a committee of 21 in one transaction of version 1', async () => {
    const made = await ready({ oracles: 21, threshold: 14 });
    const { connection, payer } = made.chain;
    const posting = postEpoch(made.address, made.sign(await made.message(entries)));
    const bytes = transactionBytes(payer.publicKey, posting);
    expect(bytes).to.be.within(1, 4_096);
    const signature = await sendAndConfirm(connection, payer, posting);
    const sent = await connection.getTransaction(signature, {
      commitment: 'confirmed',
      maxSupportedTransactionVersion: MAX_SUPPORTED_TRANSACTION_VERSION,
    });
    expect(sent?.version).to.equal(1);
    expect(await computeUnits(connection, signature)).to.be.at.most(8_000);
    const { pending } = await made.account();
    expect([pending?.epoch, pending?.signers.length]).to.deep.equal([1n, 14]);
  });

  it('keeps who signed, by their seats', async () => {
    const made = await ready();
    const signers = [4, 1, 3].map((seat) => made.oracles[seat]!);
    await made.send(postEpoch(made.address, made.sign(await made.message(entries), signers)));
    expect((await made.account()).pending?.signers).to.deep.equal([1, 3, 4]);
  });
});
