import { stat } from 'node:fs/promises';
import { GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { ed25519KeyPair, type Signer, signEd25519 } from '@commonwire/sdk/core';
import { parseKeypair, readKeypair } from '@commonwire/sdk/node';
import type { Keypair } from '@solana/web3.js';
import { waiting } from './aws';
import { OracleError } from './errors';

/** DER before the 32 bytes of an Ed25519 public key (RFC 8410). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/**
 * Reads a key file of the Solana command line: a JSON array of 64 bytes, first the seed, then the public key.
 * @throws OracleError `bad-key-file` if others can read it or it is no file; FileError if it isn't there or malformed. The message
 * never contains any of its bytes.
 */
export async function readPrivateKeypair(path: string): Promise<Keypair> {
  const keypair = readKeypair(path);
  // Not `path` in the message, nor stat's own: it may be the key itself, in base58.
  const file = await stat(path).catch(() => undefined);
  if (!file) throw new OracleError('bad-key-file', 'the key must be in a file; name its path');
  if (process.platform !== 'win32' && (file.mode & 0o077) !== 0)
    throw new OracleError('bad-key-file', `${path} can be read by others; run chmod 600 on it`);
  return keypair;
}

/** Reads a SecureString parameter. @throws OracleError `no-secret`, without what is there */
export async function readSecret(parameter: string, client = new SSMClient(waiting())): Promise<string> {
  const command = new GetParameterCommand({ Name: parameter, WithDecryption: true });
  const { Parameter } = await client.send(command);
  if (Parameter?.Value) return Parameter.Value;
  throw new OracleError('no-secret', `parameter ${parameter} is empty: put the secret there`);
}

/**
 * Reads a key from a SecureString parameter that contains a key file's text.
 * @throws OracleError `no-secret`; FileError if it is malformed
 */
export const readSecretKeypair = async (parameter: string, client?: SSMClient): Promise<Keypair> =>
  parseKeypair(await readSecret(parameter, client), `parameter ${parameter}`);

/** The same key for those who must not sign. */
export const withoutSigning = ({ publicKey }: Signer): Signer => ({
  publicKey,
  sign: async () => {
    throw new OracleError('may-not-sign', 'this function of the oracle signs nothing');
  },
});

/** Signs with a key held in memory; `secretKey` is seed and public key, 64 bytes. */
export function localSigner(secretKey: Uint8Array): Signer {
  const pair = ed25519KeyPair(secretKey.subarray(0, 32));
  return { publicKey: pair.publicKey, sign: async (message) => signEd25519(message, pair) };
}

/** Returns a signer with an Ed25519 key that never leaves AWS KMS. */
export async function kmsSigner(keyId: string, client = new KMSClient(waiting())): Promise<Signer> {
  const { PublicKey, KeySpec } = await client.send(new GetPublicKeyCommand({ KeyId: keyId }));
  const der = Buffer.from(PublicKey ?? []);
  if (KeySpec !== 'ECC_NIST_EDWARDS25519' || der.length !== 44 || !der.subarray(0, 12).equals(SPKI_PREFIX))
    throw new OracleError('bad-kms-key', `the spec of KMS key ${keyId} is not ECC_NIST_EDWARDS25519`);
  return {
    publicKey: new Uint8Array(der.subarray(12)),
    async sign(message) {
      const { Signature } = await client.send(
        new SignCommand({
          KeyId: keyId,
          Message: message,
          MessageType: 'RAW',
          SigningAlgorithm: 'ED25519_SHA_512',
        }),
      );
      if (Signature?.length !== 64)
        throw new OracleError('bad-kms-answer', `KMS key ${keyId} returned no signature`);
      return Signature;
    },
  };
}
