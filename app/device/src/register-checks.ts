import { AccountError, acceptedVersion, compile, formatSol } from '@commonwire/sdk/core';
import { KIND_NAMES, Kind, type KindName } from '@commonwire/sdk/device';
import { fetchNetwork, type NetworkAccount, registrationFee } from '@commonwire/sdk/network';
import type { Signing } from '@commonwire/sdk/node';
import type { Connection, PublicKey, TransactionInstruction } from '@solana/web3.js';
import { DeviceError } from './errors';

/** The usual fee for one signature, used if the node doesn't return the fee. */
const SIGNATURE_LAMPORTS = 5_000;

/**
 * Fetches the network's account.
 * @throws DeviceError `network_unreadable` if there is none; the client's error if the node doesn't answer
 */
export async function requireNetwork(connection: Connection, address: PublicKey): Promise<NetworkAccount> {
  return fetchNetwork(connection, address).catch((error: unknown) => {
    if (!(error instanceof AccountError)) throw error;
    const next = nextStep[error.code];
    throw new DeviceError('network_unreadable', `${error.message}; ${next}`, { cause: error });
  });
}

const nextStep: Readonly<Record<AccountError['code'], string>> = {
  'account-missing': 'check --network, and check that --url is a node of its cluster',
  'account-foreign':
    'check --network, and check that npm run program-id has set the program of that network here',
  'account-malformed': 'check --network: it must be the network itself, not its registry, mint or vault',
};

/** Checks that the network's policy admits such a device. @throws DeviceError `not_admitted` */
export function requireAdmitted({ address, policy }: NetworkAccount, kind: KindName, capacity: number): void {
  const most = policy.maxCapacity[Kind[kind]] ?? 0;
  if (most === 0) {
    const admitted = KIND_NAMES.filter((name) => (policy.maxCapacity[Kind[name]] ?? 0) > 0);
    const names = admitted.join(', ') || 'none yet';
    const next = 'choose another --kind, or ask its authority to admit this one';
    throw new DeviceError(
      'not_admitted',
      `network ${address} does not admit ${kind} devices, only: ${names}; ${next}`,
    );
  }
  if (capacity > most) {
    const what = `network ${address} admits ${kind} devices with a capacity of up to ${most}, not ${capacity}`;
    throw new DeviceError('not_admitted', `${what}; check --capacity and its unit`);
  }
}

/** The cost of registering, lamports. */
export interface Cost {
  /** The transaction fee. */
  fee: bigint;
  /** The network's fee for the devices. */
  registration: bigint;
}

/** Returns the network's fee for `count` devices of a kind and capacity, lamports. */
export const registrationCost = (
  { policy }: NetworkAccount,
  { kind, capacity, count }: { kind: KindName; capacity: number; count: number },
): bigint => BigInt(count) * registrationFee(policy, { kind: Kind[kind], capacity });

/**
 * Checks that the payer can pay the transaction fee and the network's fee. The wallet must keep the rent-exempt minimum
 * or end up empty.
 * @throws DeviceError `owner_unfunded`; the client's error if the node doesn't answer
 */
export async function requireFunds(
  connection: Connection,
  { payer }: Pick<Signing, 'payer'>,
  instructions: readonly TransactionInstruction[],
  registration: bigint,
): Promise<Cost> {
  const { blockhash } = await connection.getLatestBlockhash();
  const { message } = compile(payer, blockhash, instructions, { version: await acceptedVersion(connection) });
  const fee = BigInt((await connection.getFeeForMessage(message)).value ?? SIGNATURE_LAMPORTS);
  const [balance, stays] = await Promise.all([
    connection.getBalance(payer).then(BigInt),
    connection.getMinimumBalanceForRentExemption(0).then(BigInt),
  ]);
  const left = balance - fee - registration;
  if (left === 0n || left >= stays) return { fee, registration };
  const has = `the paying wallet ${payer} has ${formatSol(balance)} SOL`;
  const costs = `registering costs ${formatSol(registration)} SOL, the transaction fee is ${formatSol(fee)} SOL`;
  const needs = `${costs}, and the wallet must keep ${formatSol(stays)} SOL`;
  throw new DeviceError('owner_unfunded', `${has}: ${needs}; add SOL and run the command again`);
}

/** Formats the cost of registering. */
export const describeCost = ({ fee, registration }: Cost): string =>
  `costs ${formatSol(fee + registration)} SOL: ${formatSol(registration)} SOL to the network and a fee of ${formatSol(fee)} SOL`;
