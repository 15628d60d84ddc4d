import { utils } from '@coral-xyz/anchor';
import { Keypair, PublicKey } from '@solana/web3.js';
import * as z from 'zod';
import { equal } from '../core/bytes';
import { ed25519KeyPair } from '../core/ed25519';
import { FileError, isReadByOthers, readText } from './files';

/** Where Solana's and Anchor's tools keep the wallet. */
export const DEFAULT_KEYPAIR = '~/.config/solana/id.json';

/** A text that isn't a key file's. The message never holds any of its bytes. */
export class KeyFileError extends FileError {
  declare readonly code: 'bad-key-file';

  constructor(message: string) {
    super('bad-key-file', message);
  }
}

const bytes = z.array(z.int().min(0).max(255)).length(64);
/** 64 bytes in base58, as wallets export them. */
const BASE58_KEY = /^[1-9A-HJ-NP-Za-km-z]{80,90}$/;
/** An address, which is no key. */
const BASE58_ADDRESS = /^[1-9A-HJ-NP-Za-km-z]{32,44}$/;

/**
 * The key pair that an option names: a file of Solana's tools, also as `file:PATH`, or the 64 bytes in base58 that wallets
 * export, in a file or by themselves.
 * Warns on standard error, once, of a file that others can read.
 * @throws FileError `unreadable-file`; KeyFileError, for hardware wallets with what to do instead
 */
export function readKeypair(source: string): Keypair {
  if (/^(usb|prompt|stdin|ask):|^-$|^ASK$/.test(source)) throw elsewhere(source);
  if (BASE58_KEY.test(source)) return parseKeypair(source, 'the key in base58');
  // What may be a mistyped key isn't shown.
  if (/^[\w+=]{60,}$/.test(source)) throw new KeyFileError('the given key is not 64 bytes in base58');
  const path = source.replace(/^file:(\/\/)?/, '');
  const pair = parseKeypair(readText(path), path);
  if (isReadByOthers(path)) warnOf(path);
  return pair;
}

const warned = new Set<string>();

/** Tells once that a key file is open to others. */
function warnOf(path: string): void {
  if (warned.has(path)) return;
  warned.add(path);
  process.stderr.write(`warning: others on this machine can read key file ${path}: run chmod 600 ${path}\n`);
}

/** The address that an option names, if it is one and no file. */
export function addressIn(source: string): PublicKey | undefined {
  if (!BASE58_ADDRESS.test(source)) return undefined;
  try {
    return new PublicKey(source);
  } catch {
    return undefined;
  }
}

function elsewhere(source: string): KeyFileError {
  const isLedger = source.startsWith('usb:');
  const what = isLedger ? 'a hardware wallet' : 'an interactive prompt';
  const address = isLedger ? ` (solana address --keypair ${source} shows it)` : '';
  return new KeyFileError(
    `${what} can't sign here: pass the wallet's address with --keypair ADDRESS${address} and --print, and sign the printed transaction in a wallet that holds the key. Or name a key file`,
  );
}

/**
 * The key pair that a key file's text states: a JSON array of 64 bytes, seed and public key, or these in base58.
 * @param name says in errors where the text came from
 * @throws KeyFileError if it is malformed or its halves don't belong together
 */
export function parseKeypair(text: string, name: string): Keypair {
  const secretKey = parseBytes(text.trim());
  if (!secretKey)
    throw new KeyFileError(`${name} is not a Solana key file: a JSON array of 64 bytes, or these in base58`);
  const { publicKey } = ed25519KeyPair(secretKey.subarray(0, 32));
  if (!equal(publicKey, secretKey.subarray(32)))
    throw new KeyFileError(`${name} is damaged: its public key is not that of its secret key`);
  return Keypair.fromSecretKey(secretKey);
}

function parseBytes(text: string): Uint8Array | undefined {
  try {
    const value = BASE58_KEY.test(text) ? [...utils.bytes.bs58.decode(text)] : JSON.parse(text);
    return Uint8Array.from(bytes.parse(value));
  } catch {
    return undefined;
  }
}
