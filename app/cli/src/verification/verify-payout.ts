import { setTimeout } from 'node:timers/promises';
import { equal } from '@commonwire/sdk/core';
import { fetchNetwork, type NetworkAccount, PAGE_SLOTS } from '@commonwire/sdk/network';
import { type OracleClient, OracleRequestError, type SettlementInfo } from '@commonwire/sdk/oracle';
import { type Connection, PublicKey } from '@solana/web3.js';
import { CliError } from '../errors';
import type { Check } from './check';
import { type Dataset, readDataset } from './dataset';
import { checkAccount, checkLedger, checkPaid, checkVault, type DevicePay } from './payout';
import { readSnapshot, type Snapshot } from './snapshot';

/** Delay before the oracle is asked again, milliseconds. */
const PAUSE_MS = 500;

export interface VerifyPayout {
  connection: Connection;
  oracle: OracleClient;
  network: PublicKey;
  /** A device, or all devices of an owner. */
  subject: { index: number } | { owner: PublicKey };
  /** How long to wait for an oracle that lags behind the chain, milliseconds. */
  patienceMs?: number;
}

/** The checks, and the payments that they prove. */
export interface Verification {
  readonly snapshot: Snapshot;
  readonly checks: readonly Check[];
  /** Only devices whose earnings were proven. */
  readonly devices: readonly DevicePay[];
  readonly owner: PublicKey | null;
}

/**
 * Verifies what one device, or all devices of one owner, earned and were paid. Leaves, proofs and the dataset come from
 * the oracle, and all of them are checked against the network's account.
 * @throws CliError AccountError OracleRequestError if there is nothing to compare
 */
export async function verifyPayout(request: VerifyPayout): Promise<Verification> {
  const { connection, network, patienceMs = 10_000 } = request;
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const patient = Date.now() < deadline;
    const account = await fetchNetwork(connection, network);
    const evidence = await gather(request, account).catch((error: unknown) => {
      const busy = error instanceof OracleRequestError && error.status === 503;
      if (busy && patient) return undefined;
      throw error;
    });
    if (evidence) {
      const snapshot = await readSnapshot(
        connection,
        account,
        evidence.owner ?? PublicKey.default,
        evidence.runs.map(({ first }) => first),
      );
      if (agrees(snapshot, evidence) || !patient) return judge(snapshot, evidence);
    }
    await setTimeout(PAUSE_MS);
  }
}

interface Run {
  readonly first: number;
  readonly count: number;
  readonly answer: SettlementInfo;
}

interface Evidence extends Dataset {
  readonly datasetHash: Uint8Array;
  /** The owner; null if it can't be determined from a falsified dataset. */
  readonly owner: PublicKey | null;
  readonly runs: readonly Run[];
}

/** Collects the oracle's answers. Only what `dataset.checks` confirm is trusted. */
async function gather({ oracle, subject }: VerifyPayout, account: NetworkAccount): Promise<Evidence> {
  const { current, address } = account;
  if (current.epoch === 0n) {
    throw new CliError(
      'not-promoted',
      `network ${address} has not promoted an epoch yet: nothing has been earned`,
    );
  }
  const known = 'index' in subject && subject.index < current.deviceCount;
  if ('index' in subject && !known) {
    const size = `the ledger of epoch ${current.epoch} has ${current.deviceCount} devices`;
    throw new CliError(
      'not-in-ledger',
      `${size}, and device ${subject.index} is not one of them: a new device is in the next epoch's ledger`,
    );
  }
  const dataset = await readDataset(oracle, account);
  const runs: Run[] = [];
  for (const [first, count] of neighbours(indicesOf(subject, dataset, account))) {
    runs.push({ first, count, answer: await oracle.settlement(first, count) });
  }
  const registered = 'index' in subject ? dataset.devices?.[subject.index]?.owner : subject.owner;
  const owner = registered ? new PublicKey(registered) : null;
  return { ...dataset, datasetHash: current.datasetHash, owner, runs };
}

function indicesOf(
  subject: VerifyPayout['subject'],
  { devices }: Dataset,
  { current }: NetworkAccount,
): number[] {
  if ('index' in subject) return [subject.index];
  const owner = subject.owner.toBytes();
  const indices = devices?.filter((device) => equal(device.owner, owner)).map(({ index }) => index);
  if (indices?.length === 0) {
    throw new CliError(
      'no-devices',
      `none of the ${current.deviceCount} devices in epoch ${current.epoch} belongs to ${subject.owner}: check the address`,
    );
  }
  return indices ?? [];
}

/** Groups consecutive indices of a page into runs, each `[first, count]`. */
function neighbours(indices: readonly number[]): [number, number][] {
  const runs: [number, number][] = [];
  for (const index of indices) {
    const last = runs.at(-1);
    if (last && last[0] + last[1] === index && index % PAGE_SLOTS !== 0) last[1] += 1;
    else runs.push([index, 1]);
  }
  return runs;
}

/** Returns whether chain and oracle answered for the same epoch: one may have been promoted in between. */
function agrees({ network: { current } }: Snapshot, { datasetHash, runs }: Evidence): boolean {
  const oneEpoch = runs.every(({ answer }) => answer.epoch === Number(current.epoch));
  return oneEpoch && equal(current.datasetHash, datasetHash);
}

function judge(snapshot: Snapshot, { checks, devices, owner, runs }: Evidence): Verification {
  const found = [...checks];
  const proven: DevicePay[] = [];
  for (const { first, count, answer } of runs) {
    const ledger = checkLedger(snapshot, { first, count }, answer, devices);
    found.push(ledger);
    if (!ledger.holds) continue;
    const pay = answer.owners.map((name, i) => ({
      index: first + i,
      owner: name,
      earned: BigInt(answer.earned[i]!),
      paid: snapshot.paid(first + i),
    }));
    proven.push(...pay);
    found.push(checkPaid(snapshot.network, pay));
  }
  if (owner) found.push(checkAccount(snapshot, owner));
  found.push(checkVault(snapshot));
  return { snapshot, checks: found, devices: proven, owner };
}
