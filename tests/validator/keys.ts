import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Keypair, type PublicKey } from '@solana/web3.js';

/** The programs that get addresses of their own; SPL Governance is published by others. */
export const PROGRAMS = ['network', 'assets', 'market', 'stake'] as const;

export interface KeyFile {
  address: PublicKey;
  file: string;
}

export interface Keys {
  wallet: KeyFile;
  programs: ReadonlyMap<(typeof PROGRAMS)[number], KeyFile>;
}

/** Where the wallet's key is in a copy of the repository. */
export const walletKeyFile = (tree: string): string => join(tree, 'wallet-keypair.json');
/** Where a program's key is in a copy of the repository. */
export const programKeyFile = (tree: string, name: string): string => join(tree, `${name}-keypair.json`);

/** Writes keys of a wallet and of all programs to a copy of the repository. */
export const writeKeys = (tree: string): Keys => ({
  wallet: writeKey('wallet', walletKeyFile(tree)),
  programs: new Map(
    PROGRAMS.map((name) => [
      name,
      // The network's was the first.
      writeKey(name === 'network' ? 'program' : name, programKeyFile(tree, name)),
    ]),
  ),
});

function writeKey(name: string, file: string): KeyFile {
  // The keys are always the same, so that builds and measurements are too. They are worthless outside this chain.
  const keypair = Keypair.fromSeed(createHash('sha256').update(`commonwire test validator ${name}`).digest());
  writeFileSync(file, JSON.stringify([...keypair.secretKey]), { mode: 0o600 });
  return { address: keypair.publicKey, file };
}
