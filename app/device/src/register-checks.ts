import { AccountError, acceptedVersion, compile } from '@commonwire/sdk/core';
import { Kind } from '@commonwire/sdk/device';
import { fetchNetwork, type NetworkAccount, registrationFee } from '@commonwire/sdk/network';
import {
  type Connection,
  LAMPORTS_PER_SOL,
  type PublicKey,
  type TransactionInstruction,
} from '@solana/web3.js';
import { DeviceError } from './errors';

/** What a chain charges for one signature, for nodes that don't tell. */
const SIGNATURE_LAMPORTS = 5_000;

/**
 * The network's account.
 * @throws DeviceError `network_unreadable` if there is none; what the node's client throws if it doesn't answer
 */
export async function requireNetwork(connection: Connection, address: PublicKey): Promise<NetworkAccount> {
  return fetchNetwork(connection, address).catch((error: unknown) => {
    if (!(error instanceof AccountError)) throw error;
    const next = nextStep[error.code];
    throw new DeviceError('network_unreadable', `${error.message}; ${next}`, { cause: error });
  });
}

const nextStep: Readonly<Record<AccountError['code'], string>> = {
  'account-missing': 'check --network, and that --rpc is a node of the cluster that has it',
  'account-foreign':
    'check --network, and that npm run program-id has named the program of that network here',
  'account-malformed': 'check --network: it must be the network itself, not its registry, mint or vault',
};

/** @throws DeviceError `not_admitted` unless the network's policy admits such a device */
export function requireAdmitted(
  { address, policy }: NetworkAccount,
  kind: keyof typeof Kind,
  capacity: number,
): void {
  const most = policy.maxCapacity[Kind[kind]] ?? 0;
  if (most === 0) {
    const admitted = Object.entries(Kind).filter(([, number]) => (policy.maxCapacity[number] ?? 0) > 0);
    const names = admitted.map(([name]) => name).join(', ') || 'none yet';
    const next = 'choose another --kind, or ask its authority to admit this one';
    throw new DeviceError(
      'not_admitted',
      `network ${address} admits no ${kind} devices, only: ${names}; ${next}`,
    );
  }
  if (capacity > most) {
    const what = `network ${address} admits ${kind} devices of a capacity up to ${most}, not ${capacity}`;
    throw new DeviceError('not_admitted', `${what}; check --capacity and its unit`);
  }
}

/** What registering costs the owner, lamports. */
export interface Cost {
  /** Of the transaction. */
  fee: bigint;
  /** What the network asks for the devices. */
  registration: bigint;
}

/** What the network's policy asks for so many devices of a kind and capacity, lamports. */
export const registrationCost = (
  { policy }: NetworkAccount,
  { kind, capacity, count }: { kind: keyof typeof Kind; capacity: number; count: number },
): bigint => BigInt(count) * registrationFee(policy, { kind: Kind[kind], capacity });

/**
 * Checks that the owner can pay for a registration: the fee, what the network asks, and what has to stay in the wallet
 * unless nothing does.
 * @throws DeviceError `owner_unfunded`; TransactionTooLarge; what the node's client throws if it doesn't answer
 */
export async function requireFunds(
  connection: Connection,
  owner: PublicKey,
  instructions: readonly TransactionInstruction[],
  registration: bigint,
): Promise<Cost> {
  const { blockhash } = await connection.getLatestBlockhash();
  const { message } = compile(owner, blockhash, instructions, { version: await acceptedVersion(connection) });
  const fee = BigInt((await connection.getFeeForMessage(message)).value ?? SIGNATURE_LAMPORTS);
  const [balance, stays] = await Promise.all([
    connection.getBalance(owner).then(BigInt),
    connection.getMinimumBalanceForRentExemption(0).then(BigInt),
  ]);
  const left = balance - fee - registration;
  if (left === 0n || left >= stays) return { fee, registration };
  const has = `the owner's wallet ${owner} has ${sol(balance)} SOL`;
  const costs = `registering costs ${sol(registration)} SOL, the fee is ${sol(fee)} SOL`;
  const needs = `${costs}, and ${sol(stays)} SOL have to stay in the wallet`;
  throw new DeviceError('owner_unfunded', `${has}: ${needs}; send it some and run the command again`);
}

/** What registering costs, for people. */
export const describeCost = ({ fee, registration }: Cost): string =>
  `costs ${sol(fee + registration)} SOL: ${sol(registration)} SOL to the network and a fee of ${sol(fee)} SOL`;

/** Lamports as SOL, exactly. */
function sol(lamports: bigint): string {
  const unit = BigInt(LAMPORTS_PER_SOL);
  const fraction = `${lamports % unit}`.padStart(9, '0').replace(/0+$/, '');
  return `${lamports / unit}${fraction && `.${fraction}`}`;
}
