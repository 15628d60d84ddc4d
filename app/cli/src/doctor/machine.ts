import { existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { reasonOf } from '@commonwire/sdk/core';
import { addressIn, configFile, DEFAULT_KEYPAIR, isReadByOthers, readKeypair } from '@commonwire/sdk/node';
import type { PublicKey } from '@solana/web3.js';
import { type Finding, fail, ok, warn } from './finding';

/** Least versions of Node by their first number; any later first number will do. */
const LEAST_MINOR: Readonly<Record<number, number>> = { 20: 19, 22: 13 };
const NEWEST = 24;

/** Whether this version of Node will do. @param version such as 24.3.0 */
export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const least = LEAST_MINOR[major];
  const fits = major >= NEWEST || (least !== undefined && minor >= least);
  const needed = '20.19, 22.13, 24 or later';
  return fits
    ? ok('node', `Node ${version}`)
    : fail(
        'node',
        `Node ${version}, but ${needed} is needed`,
        'install Node 24: https://nodejs.org/en/download',
      );
}

/** Whether there are profiles, and whether others can read them. */
export function checkProfiles(): Finding {
  const { path, exists } = configFile();
  if (!exists) return warn('profile', `there are no profiles in ${path}`, 'run commonwire init');
  return isReadByOthers(path)
    ? warn(
        'profile',
        `others on this machine can read ${path}, and addresses may hold keys`,
        `chmod 600 ${path}`,
      )
    : ok('profile', path);
}

/** Whether the wallet's key can be read, and by whom. */
export function checkWallet(keypair: string): { finding: Finding; wallet: PublicKey | null } {
  const named = addressIn(keypair);
  if (named) {
    const detail = `${named} is an address without a key`;
    return { finding: warn('wallet', detail, 'send with --print, or name a key file'), wallet: named };
  }
  const file = keypair.replace(/^file:(\/\/)?/, '');
  const create = `solana-keygen new --outfile ${file}, or commonwire init --keypair FILE for another`;
  if (keypair === DEFAULT_KEYPAIR && !isThere(file))
    return {
      finding: warn('wallet', `there is no key file ${file}: whatever is sent needs one`, create),
      wallet: null,
    };
  try {
    const wallet = readKeypair(keypair).publicKey;
    // A key that was given by itself is no file.
    if (!isThere(file)) return { finding: ok('wallet', `${wallet}`), wallet };
    const finding = isReadByOthers(file)
      ? warn('wallet', `others on this machine can read the key of ${wallet}`, `chmod 600 ${file}`)
      : ok('wallet', `${wallet}, key file ${file}`);
    return { finding, wallet };
  } catch (error) {
    return { finding: fail('wallet', reasonOf(error), create), wallet: null };
  }
}

const isThere = (file: string): boolean => {
  const path = file.replace(/^~(?=\/)/, homedir());
  return existsSync(path) && statSync(path).isFile();
};
