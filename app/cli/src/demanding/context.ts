import {
  type Demand,
  fetchDemand,
  fetchNetwork,
  type NetworkAccount,
  type PendingEpoch,
} from '@commonwire/sdk/network';
import type { Signing } from '@commonwire/sdk/node';
import type { Connection, PublicKey } from '@solana/web3.js';
import { CliError } from '../errors';

/** What every action about demands works with. */
export interface Context {
  readonly connection: Connection;
  readonly account: NetworkAccount;
  readonly signing: Signing;
  readonly json: boolean;
  /** Whether what would be sent is only simulated. */
  readonly dryRun: boolean;
  readonly write: (line: string) => void;
}

/** @throws CliError `nothing-pending` */
export function requirePending({ address, pending }: NetworkAccount): PendingEpoch {
  if (pending) return pending;
  throw new CliError('nothing-pending', `network ${address} has no pending epoch`);
}

/** @throws CliError `no-such-device` */
export function requireIndex({ epoch, deviceCount }: PendingEpoch, index: number): void {
  if (index < deviceCount) return;
  const there = `epoch ${epoch} has devices 0 to ${deviceCount - 1}`;
  throw new CliError('no-such-device', `there is no device ${index}: ${there}`);
}

/** @throws CliError `no-demand` */
export async function requireDemand(
  connection: Connection,
  at: { network: PublicKey; epoch: bigint; attempt: number; index: number },
): Promise<Demand> {
  const demand = await fetchDemand(connection, at);
  if (demand) return demand;
  throw new CliError(
    'no-demand',
    `nobody demands device ${at.index} of epoch ${at.epoch}, attempt ${at.attempt}: its leaf was shown, the demand was closed, or there never was one`,
  );
}

export const refetch = ({ connection, account }: Context): Promise<NetworkAccount> =>
  fetchNetwork(connection, account.address);
