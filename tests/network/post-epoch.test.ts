import { ed25519Instruction, sendAndConfirm, signEd25519 } from '@commonwire/sdk/core';
import { cutEpoch, encodeEpochMessage, type LedgerEntry, postEpoch } from '@commonwire/sdk/network';
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
      const claim = async (earnedTotal: bigint) =>
        halving.send(
          postEpoch(halving.address, halving.sign(await halving.message(entries, { earnedTotal }))),
        );
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
      committeeVersion: message.committeeVersion,
      ledgerRoot: message.ledgerRoot,
      earnedTotal: 1200n,
      deviceCount: 2,
      registryHash: message.registryHash,
      datasetHash: message.datasetHash,
      deviceEpochCap: POLICY.deviceEpochCap,
      challengeSeconds: POLICY.challengeSeconds,
    });
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

  it('takes the five signatures of a committee of nine', async () => {
    const made = await ready({ oracles: 9, threshold: 5 });
    await made.post(entries);
    expect((await made.account()).pending?.epoch).to.equal(1n);
  });
});
