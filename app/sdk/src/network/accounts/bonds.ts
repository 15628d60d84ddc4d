import { type Connection, PublicKey } from '@solana/web3.js';
import { big, bytes } from '../../core/anchor-values';
import { equal } from '../../core/bytes';
import { bondAddress } from '../addresses';
import { coder, decode, PROGRAM_ID } from '../program';

/** Lamports bonded behind an oracle's key. */
export interface Bond {
  network: PublicKey;
  oracle: Uint8Array;
  depositor: PublicKey;
  lamports: bigint;
  /** Chain time from which they can be withdrawn; 0n: not unlocking. */
  unlocksAt: bigint;
}

/** @throws AccountError `account-malformed` */
export function decodeBond(address: PublicKey, data: Uint8Array): Bond {
  const { network, oracle, depositor, lamports, unlocksAt } = decode('bond', address, data);
  return { network, oracle: bytes(oracle), depositor, lamports: big(lamports), unlocksAt: big(unlocksAt) };
}

/** A bond begins with its network and its oracle. */
const NETWORK_AT = coder.accounts.accountDiscriminator('bond').length;

/** Fetches all bonds of a network, or those behind one oracle's key of 32 bytes, from any depositor. */
export async function fetchBonds(
  connection: Connection,
  { network, oracle }: { network: PublicKey; oracle?: Uint8Array },
): Promise<(Bond & { address: PublicKey })[]> {
  const at = (offset: number, key: PublicKey) => ({ memcmp: { offset, bytes: key.toBase58() } });
  const found = await connection.getProgramAccounts(PROGRAM_ID, {
    filters: [
      { memcmp: coder.accounts.memcmp('bond') },
      at(NETWORK_AT, network),
      ...(oracle ? [at(NETWORK_AT + 32, new PublicKey(oracle))] : []),
    ],
  });
  return found.map(({ pubkey, account }) => ({ address: pubkey, ...decodeBond(pubkey, account.data) }));
}

/** Most accounts that a node returns at once. */
const MOST_ACCOUNTS = 100;

/**
 * Finds the bonds behind these oracles: all of them or, where the node doesn't search a program's accounts, those that the
 * likely depositors made. `isComplete` says which.
 */
export async function findBonds(
  connection: Connection,
  {
    network,
    oracles,
    likely,
  }: { network: PublicKey; oracles: readonly Uint8Array[]; likely: readonly PublicKey[] },
): Promise<{ bonds: (Bond & { address: PublicKey })[]; isComplete: boolean }> {
  try {
    const [oracle] = oracles;
    const one = oracles.length === 1 && oracle ? { oracle } : {};
    return { bonds: await fetchBonds(connection, { network, ...one }), isComplete: true };
  } catch {
    // Many providers restrict this search. If the node fails altogether, so does the next request.
  }
  const addresses = oracles.flatMap((oracle) =>
    [...likely, new PublicKey(oracle)].map((depositor) => bondAddress({ network, oracle, depositor })),
  );
  const bonds: (Bond & { address: PublicKey })[] = [];
  for (let at = 0; at < addresses.length; at += MOST_ACCOUNTS) {
    const asked = addresses.slice(at, at + MOST_ACCOUNTS);
    for (const [i, info] of (await connection.getMultipleAccountsInfo(asked)).entries())
      if (info?.owner.equals(PROGRAM_ID))
        bonds.push({ address: asked[i]!, ...decodeBond(asked[i]!, info.data) });
  }
  return { bonds, isComplete: false };
}

/** Finds for each oracle a bond of at least `least` lamports that admits it to a committee; undefined if it has none. */
export function sufficientBonds(
  bonds: readonly (Bond & { address: PublicKey })[],
  oracles: readonly Uint8Array[],
  least: bigint,
): (PublicKey | undefined)[] {
  const enough = bonds.filter(({ lamports, unlocksAt }) => lamports >= least && unlocksAt === 0n);
  return oracles.map((oracle) => enough.find((bond) => equal(oracle, bond.oracle))?.address);
}
