import { equal, toHex } from '@commonwire/sdk/core';
import { PAGE_SLOTS } from '@commonwire/sdk/network';
import type { OwnerInfo, SettlementInfo } from '@commonwire/sdk/oracle';
import { PublicKey } from '@solana/web3.js';
import type { Device } from '../domain/index';
import { currentLedger, type Ledger } from '../epoch/ledger';
import { outstandingAfter } from '../registry/outstanding';
import { badRequest } from '../runtime/errors';
import type { Oracle } from '../runtime/oracle';

/** A ledger and the amounts its devices were paid, by index. */
interface Balances {
  readonly ledger: Ledger;
  readonly paid: readonly bigint[];
}

/**
 * Returns the arguments to settle the devices `first .. first + count` under the current ledger.
 * @throws OracleError `bad-run` unless they are in the ledger and in one page
 */
export async function settlement(oracle: Oracle, first: number, count: number): Promise<SettlementInfo> {
  const balances = await readBalances(oracle);
  const { length } = balances.ledger.entries;
  if (first + count > length)
    throw badRequest('bad-run', `the current ledger has ${length} devices; ask for a run within them`);
  if (Math.floor(first / PAGE_SLOTS) !== Math.floor((first + count - 1) / PAGE_SLOTS))
    throw badRequest('bad-run', `a run must be within one page of ${PAGE_SLOTS} devices; ask for two runs`);
  return toSettlement(balances, first, count);
}

/**
 * Returns an owner's devices and what can be claimed for them. The promoted ledger decides who owns a device; one that
 * is not in a ledger yet is listed with nothing earned.
 */
export async function ownerInfo(oracle: Oracle, address: string): Promise<OwnerInfo> {
  const owner = new PublicKey(address).toBytes();
  const { current } = await oracle.chain.readNetwork('latest');
  const registry = oracle.registry.known.in(current.epoch);
  const outstanding = outstandingAfter(oracle.registry.known, current.epoch);
  const balances = current.epoch === 0 ? undefined : await readBalances(oracle);
  const indices = Array.from({ length: registry.deviceCount }, (_, index) => index);
  const devices = indices
    .map((index) => registry.device(index)!)
    .filter((device) => equal(device.owner, owner))
    .map(({ index, kind }) => ({ index, kind, ...balanceOf(balances, index) }));
  const incoming = [...outstanding]
    .filter(([, change]) => change.owner === address)
    .map(([index, { effective_epoch }]) => ({ ...partOf(registry.device(index)!), effective_epoch }));
  const sum = (of: (device: (typeof devices)[number]) => bigint) =>
    devices.reduce((total, device) => total + of(device), 0n);
  const claimable = devices.filter((device) => device.claimable > 0n).map(({ index }) => index);
  return {
    owner: address,
    earned: sum(({ earned }) => earned).toString(),
    paid: sum(({ paid }) => paid).toString(),
    claimable: sum((device) => device.claimable).toString(),
    devices: devices.map(({ index, kind, earned, paid, claimable }) => ({
      index,
      kind,
      earned: earned.toString(),
      paid: paid.toString(),
      claimable: claimable.toString(),
      outstanding: outstanding.get(index) ?? null,
    })),
    incoming,
    settlements: balances
      ? toRuns(claimable).map(([first, count]) => toSettlement(balances, first, count))
      : [],
  };
}

const partOf = ({ index, kind, owner }: Device) => ({ index, kind, owner: new PublicKey(owner).toBase58() });

/** Returns a device's earned, paid and claimable amounts under the current ledger. */
export async function deviceBalance(oracle: Oracle, index: number) {
  const { current } = await oracle.chain.readNetwork('latest');
  return balanceOf(current.epoch === 0 ? undefined : await readBalances(oracle), index);
}

async function readBalances(oracle: Oracle): Promise<Balances> {
  const ledger = await currentLedger(oracle);
  return { ledger, paid: await oracle.chain.paid(ledger.entries.length) };
}

function balanceOf(balances: Balances | undefined, index: number) {
  const earned = balances?.ledger.entries[index]?.earned ?? 0n;
  const paid = balances?.paid[index] ?? 0n;
  return { earned, paid, claimable: earned > paid ? earned - paid : 0n };
}

function toSettlement({ ledger, paid }: Balances, first: number, count: number): SettlementInfo {
  const { epoch, tree, entries, network } = ledger;
  const run = entries.slice(first, first + count);
  return {
    epoch,
    ledger_root: toHex(network.current.ledgerRoot),
    device_count: entries.length,
    first,
    count,
    owners: run.map(({ owner }) => new PublicKey(owner).toBase58()),
    earned: run.map(({ earned }) => earned.toString()),
    paid: paid.slice(first, first + count).map(String),
    proof: tree.proveRun(first, count).map(toHex),
  };
}

/** Maximum number of devices in one settle. */
const MAX_RUN = 32;

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
