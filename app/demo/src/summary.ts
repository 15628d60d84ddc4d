import type { FleetSummary } from '@commonwire/device';
import type { OracleEmitter } from '@commonwire/oracle';
import { fetchNetwork } from '@commonwire/sdk/network';
import type { OracleClient } from '@commonwire/sdk/oracle';
import { ACCOUNT_SIZE, AccountLayout, TOKEN_PROGRAM_ID } from '@solana/spl-token';
import type { Connection } from '@solana/web3.js';
import { z } from 'zod';
import type { Community } from './community';
import type { DaoSummary } from './dao/story';
import type { AssetsSummary } from './farm/summary';
import type { MarketSummary } from './market/story';

/** Where a token account names its mint. */
const MINT_OFFSET = 0;

/** Counts the oracles' transactions and their compute units. */
export class TransactionCounter {
  posts: number[] = [];
  settles: { computeUnits: number; devices: number }[] = [];

  follow(events: OracleEmitter): void {
    events.on('posted', ({ computeUnits }) => this.posts.push(computeUnits));
    events.on('paid', (settled) => this.settles.push(settled));
  }
}

const totalsSchema = z.object({
  totals: z.looseObject({
    accepted: z.number(),
    zeroed: z.number(),
    rejected: z.number(),
    duplicate: z.number(),
    refused_by_code: z.record(z.string(), z.number()),
  }),
});

/** A hostile device. `earned` is in base units; the replaying device also sends honest reports. */
export interface HostileDevice {
  index: number;
  behaviour: string;
  codes: string[];
  earned: string;
  /** Earned by an honest device with the same readings: replays must not earn more. */
  honest_twin_earned?: string;
}

/** The document of `npm start -- --once --json`. Amounts are base units in decimal. */
export interface Summary {
  epochs: number;
  devices: number;
  owners: number;
  reports: { accepted: number; duplicate: number; rejected: number };
  earned_total: string;
  paid_total: string;
  transactions: { post: number; settle: number };
  cu: { post: number; settle_per_device: number };
  seconds: number;
  /** What became of farms, DAO and market; null on a cluster on which days can't be made to pass. */
  assets: AssetsSummary | null;
  dao: DaoSummary | null;
  market: MarketSummary | null;
  /** Reports of honest devices that were refused, by code: none, unless something is wrong. */
  honest_refused: Record<string, number>;
  hostile: HostileDevice[];
}

/** Makes the network's part of the summary from the chain's accounts and the published epochs. */
export async function summarize(
  connection: Connection,
  { network, devices }: Pick<Community, 'network' | 'devices'>,
  oracle: OracleClient,
  fleet: FleetSummary,
  { posts, settles }: TransactionCounter,
): Promise<Omit<Summary, 'assets' | 'dao' | 'market' | 'seconds'>> {
  const account = await fetchNetwork(connection, network.network);
  const epochs = Number(account.current.epoch);
  const reports = { accepted: 0, duplicate: 0, rejected: 0 };
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const { totals } = totalsSchema.parse((await oracle.epoch(epoch)).manifest);
    const refused = Object.values(totals.refused_by_code).reduce((sum, count) => sum + count, 0);
    reports.accepted += totals.accepted + totals.zeroed;
    reports.duplicate += totals.duplicate;
    reports.rejected += totals.rejected + refused;
  }
  const settled = settles.reduce((sum, { devices: count }) => sum + count, 0);
  const units = settles.reduce((sum, { computeUnits }) => sum + computeUnits, 0);
  return {
    epochs,
    devices: devices.length,
    owners: new Set(devices.map(({ owner }) => owner.toBase58())).size,
    reports,
    earned_total: `${account.current.earnedTotal}`,
    paid_total: `${await paidOut(connection, network)}`,
    transactions: { post: posts.length, settle: settles.length },
    cu: { post: Math.max(0, ...posts), settle_per_device: Math.round(units / Math.max(1, settled)) },
    honest_refused: honestRefused(fleet),
    hostile: await hostileDevices(devices, oracle, fleet),
  };
}

function honestRefused({ devices }: FleetSummary): Record<string, number> {
  const refused: Record<string, number> = {};
  for (const { codes } of devices.filter(({ behaviour }) => behaviour === 'honest'))
    for (const [code, count] of Object.entries(codes)) refused[code] = (refused[code] ?? 0) + count;
  return refused;
}

/** The sum of all accounts of the network's token but its vault: owners may have staked, sold or shared what they were paid. */
async function paidOut(connection: Connection, { mint, vault }: Community['network']): Promise<bigint> {
  const accounts = await connection.getProgramAccounts(TOKEN_PROGRAM_ID, {
    filters: [{ dataSize: ACCOUNT_SIZE }, { memcmp: { offset: MINT_OFFSET, bytes: mint.toBase58() } }],
  });
  return accounts
    .filter(({ pubkey }) => !pubkey.equals(vault))
    .reduce((sum, { account }) => sum + AccountLayout.decode(account.data).amount, 0n);
}

async function hostileDevices(
  devices: Community['devices'],
  oracle: OracleClient,
  fleet: FleetSummary,
): Promise<HostileDevice[]> {
  const hostile = devices.filter(({ plan }) => plan.behaviour !== 'honest');
  return Promise.all(
    hostile.map(async ({ index, plan }) => {
      const { earned, reports } = await oracle.device(index);
      const answered = Object.keys(fleet.devices.find((device) => device.index === index)?.codes ?? {});
      const decided = reports.flatMap(({ outcome, reasons }) => (outcome === 'rejected' ? reasons : []));
      const twin = devices.find((device) => device.plan.number === plan.twin);
      const duplicates = fleet.devices.find((device) => device.index === index)?.duplicate ?? 0;
      return {
        index,
        behaviour: plan.behaviour,
        codes: [...new Set([...answered, ...decided, ...(duplicates > 0 ? ['duplicate'] : [])])].sort(),
        earned,
        ...(twin ? { honest_twin_earned: (await oracle.device(twin.index)).earned } : {}),
      };
    }),
  );
}
