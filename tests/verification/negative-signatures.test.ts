import { readFileSync } from 'node:fs';
import { fromHex, KeyType, verifySignature } from '@commonwire/sdk/core';
import { type LedgerEntry, postEpoch } from '@commonwire/sdk/network';
import { Ed25519Program, TransactionInstruction } from '@solana/web3.js';
import { expect } from 'chai';
import { z } from 'zod';
import type { Device } from '../../oracle/src/domain';
import { isSigned } from '../../oracle/src/domain/report-checks';
import { expectError, fund } from '../support/chain';
import { networkChain, TestNetwork } from '../support/network';
import { VECTORS_FILE } from '../vectors/generate';

const bytes = z.string().transform(fromHex);
const vectorSchema = z.object({
  name: z.string(),
  key_type: z.number(),
  public_key: bytes,
  message: bytes,
  signature: bytes,
  valid: z.boolean(),
});
type Vector = z.infer<typeof vectorSchema>;

/** Returns a device whose key field of 33 bytes has the vector's key, whatever its length. */
const registered = ({ key_type: keyType, public_key: key }: Vector): Device => {
  const deviceKey = new Uint8Array(33);
  deviceKey.set(key.subarray(0, 33));
  const place = { index: 0, owner: new Uint8Array(32), kind: 1, h3Cell: 0n, capacity: 1 };
  return { ...place, keyType, deviceKey };
};

/** Returns a precompile instruction with the vector's unchanged bytes; offsets point to key and signature. */
function precompile({ public_key: key, signature, message }: Vector): TransactionInstruction {
  const start = 16;
  const data = Buffer.alloc(start + key.length + signature.length + message.length);
  const [keyAt, signatureAt] = [start, start + key.length];
  const messageAt = signatureAt + signature.length;
  data[0] = 1;
  const offsets = [signatureAt, 0xffff, keyAt, 0xffff, messageAt, message.length, 0xffff];
  for (const [i, offset] of offsets.entries()) data.writeUInt16LE(offset, 2 + 2 * i);
  data.set(key, keyAt);
  data.set(signature, signatureAt);
  data.set(message, messageAt);
  return new TransactionInstruction({ programId: Ed25519Program.programId, keys: [], data });
}

/** The node's words about the precompile's instruction, which comes second, after the one for the committee. */
const FAILED = /Instruction 1: custom program error|precompile verification/;

/** Requires that the precompile refused a transaction, by the instruction that is to fail. */
async function expectPrecompileRefuses(sent: Promise<unknown>): Promise<void> {
  const error = await sent.then(
    () => undefined,
    (reason: Error) => reason,
  );
  expect(error?.message).to.match(/^the Ed25519 program refused: |precompile verification/);
  expect((error?.cause as Error | undefined)?.message).to.match(FAILED);
}

/** Whether a vector is valid once truncated to the precompile's lengths; then the program finds no valid message. */
const isTruncated = ({ name }: Vector): boolean =>
  name === 'Ed25519: signature too long' || name === 'Ed25519: key field of 33 bytes';

describe('negative signature vectors', () => {
  const { signatures } = z
    .object({ signatures: z.array(vectorSchema) })
    .parse(JSON.parse(readFileSync(VECTORS_FILE, 'utf8')));
  const negative = signatures.filter(({ valid }) => !valid);
  let network: TestNetwork;
  let entries: LedgerEntry[];

  before(async () => {
    network = await TestNetwork.create(await networkChain());
    const owner = await fund(network.chain.connection, 1);
    await network.register([owner]);
    await network.cut();
    entries = [{ owner: owner.publicKey.toBytes(), earned: 5n }];
  });

  /** Posts an epoch with valid committee signatures, and also lets the precompile verify the vector's signature. */
  const posting = async (vector: Vector): Promise<TransactionInstruction[]> => {
    const [signed, post] = postEpoch(network.address, network.sign(await network.message(entries)));
    return [signed!, precompile(vector), post!];
  };

  it('include every sort, of both schemes', () => {
    for (const sort of [
      /^Ed25519: small-order key /,
      /^Ed25519: small-order R /,
      /^Ed25519: small-order key non-canonical/,
      /^Ed25519: non-canonical key of large order/,
      /^Ed25519: non-canonical R of large order/,
      /^Ed25519: S \+ L/,
      /^Ed25519: identity key/,
      /^Ed25519: truncated signature/,
      /^Ed25519: other domain/,
      /^P-256: high s/,
      /^P-256: truncated signature/,
      /^P-256: other domain/,
      /^P-256: identity key/,
    ])
      expect(
        negative.some(({ name }) => sort.test(name)),
        `${sort}`,
      ).to.equal(true);
    expect(negative.length).to.be.greaterThan(60);
  });

  it('are not refused for other reasons: the precompile accepts valid vectors, which sign no epoch', async () => {
    const good = signatures.filter(({ valid, key_type }) => valid && key_type === KeyType.ed25519);
    expect(good).to.have.length(3);
    for (const vector of good) {
      await expectError(network.send(await posting(vector)), 'wrong-message');
      const text = Buffer.from(vector.signature).toString('base64');
      expect(isSigned(registered(vector), vector.message, text)).to.equal(true);
    }
  });

  for (const vector of negative) {
    it(`are refused by SDK, oracle and program: ${vector.name}`, async () => {
      const { key_type: keyType, public_key: publicKey, message, signature } = vector;
      expect(verifySignature({ keyType, publicKey, message, signature }), 'SDK').to.equal(false);

      // The registry's field for an Ed25519 key has exactly these 33 bytes, so the oracle accepts the key.
      const isField = keyType === KeyType.ed25519 && publicKey.length === 33 && publicKey[32] === 0;
      const text = Buffer.from(signature).toString('base64');
      expect(isSigned(registered(vector), message, text), 'oracle').to.equal(isField);

      const sent = network.send(await posting(vector));
      if (isTruncated(vector)) await expectError(sent, 'wrong-message');
      else await expectPrecompileRefuses(sent);
      expect((await network.account()).pending, 'program').to.equal(null);
    });
  }
});
