import { utils } from '@coral-xyz/anchor';
import type { Connection, PublicKey, Signer } from '@solana/web3.js';
import { type SendOptions, sendAndConfirm } from '../../core/transactions';
import { decodeWitness, type Witness } from '../accounts';
import { witnessAddress } from '../addresses';
import { closeWitness } from '../instructions/challenge';
import { coder, PROGRAM_ID } from '../program';

/** Witnesses that one transaction closes. */
const CLOSED_AT_ONCE = 12;

/** Fetches `payer`'s witness of a device; null if there is none. @throws AccountError */
export async function fetchWitness(
  connection: Connection,
  at: { payer: PublicKey; network: PublicKey; index: number },
): Promise<Witness | null> {
  const address = witnessAddress(at);
  const info = await connection.getAccountInfo(address);
  return info?.owner.equals(PROGRAM_ID) ? decodeWitness(address, info.data) : null;
}

/**
 * Closes every witness that `payer` has left behind in a network and recovers the rent: after a crash, or if somebody else
 * challenged first.
 * @param likely devices to look at where the node doesn't search a program's accounts
 * @returns the signatures of the transactions
 */
export async function closeWitnesses(
  connection: Connection,
  payer: Signer,
  network: PublicKey,
  options: SendOptions = {},
  likely: readonly number[] = [],
): Promise<string[]> {
  const indices = await leftBehind(connection, payer.publicKey, network, likely);
  const signatures: string[] = [];
  for (let at = 0; at < indices.length; at += CLOSED_AT_ONCE) {
    const instructions = indices
      .slice(at, at + CLOSED_AT_ONCE)
      .map((index) => closeWitness({ network, payer: payer.publicKey, index }));
    signatures.push(await sendAndConfirm(connection, payer, instructions, options));
  }
  return signatures;
}

/** The devices that `payer` has witnesses of. */
async function leftBehind(
  connection: Connection,
  payer: PublicKey,
  network: PublicKey,
  likely: readonly number[],
): Promise<number[]> {
  const discriminator = coder.accounts.accountDiscriminator('witness');
  const filters = [
    { memcmp: { offset: 0, bytes: utils.bytes.bs58.encode(discriminator) } },
    { memcmp: { offset: discriminator.length, bytes: payer.toBase58() } },
    { memcmp: { offset: discriminator.length + 32, bytes: network.toBase58() } },
  ];
  try {
    const found = await connection.getProgramAccounts(PROGRAM_ID, { filters });
    return found.map(({ pubkey, account }) => decodeWitness(pubkey, account.data).index);
  } catch {
    // Many providers restrict this search.
    const there = await Promise.all(
      likely.map((index) => fetchWitness(connection, { payer, network, index })),
    );
    return likely.filter((_, i) => there[i] !== null);
  }
}
