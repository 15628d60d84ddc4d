import { equal, toHex } from '@commonwire/sdk/core';
import { PAGE_SLOTS } from '@commonwire/sdk/network';
import type { OwnerInfo, SettlementInfo } from '@commonwire/sdk/oracle';
import { PublicKey } from '@solana/web3.js';
import { type Device, toBase58 } from '../domain/index';
import { currentLedger, type Ledger } from '../epoch/ledger';
import { outstandingOf } from '../registry/outstanding';
import { OracleError } from '../runtime/errors';
import type { Oracle } from '../runtime/oracle';
import { type Balance, type Balances, balanceJson, readBalances } from './balances';
import { candidatesFrom } from './owned';

/**
 * Returns the arguments to settle the devices `first .. first + count` under the current ledger.
 * @throws OracleError `bad-run` unless they are in the ledger and in one page
 */
export async function settlement(oracle: Oracle, first: number, count: number): Promise<SettlementInfo> {
  const network = await oracle.view.latest();
  const ledger = await currentLedger(oracle, network);
  const { length } = ledger.entries;
  if (first + count > length)
    throw badRun(`the current ledger has ${length} devices; ask for a run within them`);
  if (Math.floor(first / PAGE_SLOTS) !== Math.floor((first + count - 1) / PAGE_SLOTS))
    throw badRun(`a run must be within one page of ${PAGE_SLOTS} devices; ask for two runs`);
  const paid = await oracle.paid.of(
    network,
    Array.from({ length: count }, (_, i) => first + i),
  );
  return toSettlement(ledger, first, paid);
}

/**
 * Returns devices of an owner after an index, and what can be claimed for them. The promoted ledger decides who owns a
 * device; one that is not in a ledger yet is listed with nothing earned.
 */
export async function ownerInfo(
  oracle: Oracle,
  { address, after, limit }: { address: string; after?: number; limit: number },
): Promise<OwnerInfo> {
  const owner = new PublicKey(address).toBytes();
  const network = await oracle.view.latest();
  const { epoch } = network.current;
  const { known } = oracle.registry;
  const registry = known.in(epoch);
  const isIncoming = (index: number) => outstandingOf(known, index, epoch)?.owner === address;
  const isOwned = (index: number) => equal(registry.device(index)!.owner, owner);
  const slice = { from: after === undefined ? 0 : after + 1, limit };
  const { found, next } = candidatesFrom(
    oracle,
    owner,
    slice,
    (index) => isOwned(index) || isIncoming(index),
  );
  const indices = found.filter(isOwned);
  const balances = await readBalances(oracle, network, indices);
  const devices = indices.map((index) => ({ index, ...balances.of(index) }));
  const sum = (of: (device: (typeof devices)[number]) => bigint) =>
    devices.reduce((total, device) => total + of(device), 0n).toString();
  return {
    owner: address,
    earned: sum(({ earned }) => earned),
    paid: sum(({ paid }) => paid),
    claimable: sum(({ claimable }) => claimable),
    devices: devices.map(({ index, ...balance }) => ({
      index,
      kind: registry.device(index)!.kind,
      ...balanceJson(balance),
      outstanding: outstandingOf(known, index, epoch),
    })),
    incoming: found.filter(isIncoming).map((index) => ({
      ...partOf(registry.device(index)!),
      effective_epoch: outstandingOf(known, index, epoch)!.effective_epoch,
    })),
    settlements: settlementsOf(balances, devices),
    next_after: next,
  };
}

/** The arguments to settle those of these devices that something is due to. */
function settlementsOf(
  { ledger }: Balances,
  devices: readonly ({ index: number } & Balance)[],
): SettlementInfo[] {
  if (!ledger) return [];
  const paid = new Map(devices.map((device) => [device.index, device.paid]));
  const due = devices.filter(({ claimable }) => claimable > 0n).map(({ index }) => index);
  return toRuns(due).map(([first, count]) =>
    toSettlement(
      ledger,
      first,
      Array.from({ length: count }, (_, i) => paid.get(first + i) ?? 0n),
    ),
  );
}

const partOf = ({ index, kind, owner }: Device) => ({ index, kind, owner: toBase58(owner) });

/** @param paid what each device of the run has been paid */
function toSettlement(ledger: Ledger, first: number, paid: readonly bigint[]): SettlementInfo {
  const { epoch, tree, entries, network } = ledger;
  const run = entries.slice(first, first + paid.length);
  return {
    epoch,
    ledger_root: toHex(network.current.ledgerRoot),
    device_count: entries.length,
    first,
    count: paid.length,
    owners: run.map(({ owner }) => toBase58(owner)),
    earned: run.map(({ earned }) => earned.toString()),
    paid: paid.map(String),
    proof: tree.proveRun(first, paid.length).map(toHex),
  };
}

/** Maximum number of devices in one settle. */
const MAX_RUN = 32;

const badRun = (message: string): OracleError => new OracleError('bad-run', message, { status: 404 });

/** Groups indices into runs `[first, count]`, each within one page and one settle. */
function toRuns(indices: readonly number[]): [number, number][] {
  const runs: [number, number][] = [];
  for (const index of indices) {
    const last = runs.at(-1);
    const joins = last && last[0] + last[1] === index && last[1] < MAX_RUN && index % PAGE_SLOTS !== 0;
    if (joins) last[1]++;
    else runs.push([index, 1]);
  }
  return runs;
}
