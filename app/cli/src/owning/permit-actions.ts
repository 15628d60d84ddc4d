import {
  type AssetFacts,
  closePermit,
  type Holdings,
  isPermitted,
  REVOKED,
  readHoldings,
  setPermit,
  syncPermit,
} from '@commonwire/sdk/assets';
import { time } from '@commonwire/sdk/core';
import { address, flag, UsageError, whole } from '@commonwire/sdk/node';
import type { Connection, PublicKey, TransactionInstruction } from '@solana/web3.js';
import { z } from 'zod';
import { CliError } from '../errors';
import type { Action } from '../governing/action';
import { telling } from '../progress';
import { defineAssetAction } from './asset-action';
import { date } from './options';
import type { Step } from './plan';

/** Most wallets of one command. */
const MOST_WALLETS = 100;
const wallets = z.array(address).max(MOST_WALLETS, `is more than the ${MOST_WALLETS} wallets of one command`);

const permitOptions = {
  wallet: wallets.min(1),
  country: whole(1, 999, 'a country: its ISO 3166-1 numeric code, such as 484').optional(),
  until: date.optional(),
  revoke: flag,
  close: flag,
};

/** What concerns the wallets that may hold shares, in the order of the help. */
export const permitActions: readonly Action[] = [
  defineAssetAction({
    name: 'permit',
    usage: '--wallet ADDRESS ... (--country CODE --until DATE | --revoke | --close)',
    summary:
      'the compliance authority lets wallets hold shares, or revokes that; it counts for all its assets, and at once for this one',
    options: permitOptions,
    role: ({ asset }) => ({ name: 'compliance authority', address: requireCompliance(asset) }),
    plan: async ({ connection, facts, payer, values }) => {
      const change = changeOf(values);
      const compliance = requireCompliance(facts.asset);
      if (change.kind === 'give' && change.expiresAt <= facts.now)
        throw new UsageError(`--until: ${time(change.expiresAt)} is over: name a day ahead, or --revoke`);
      const steps: Step[] = [];
      for (const holdings of await everyHoldings(connection, facts, values.wallet)) {
        const { wallet, permit } = holdings;
        const isClosing = change.kind === 'close';
        const same = isClosing
          ? permit === null
          : change.kind === 'revoke'
            ? permit === null || permit.expiresAt === change.expiresAt
            : permit?.expiresAt === change.expiresAt && permit.jurisdiction === change.country;
        const instructions: TransactionInstruction[] = [];
        if (!same && isClosing) instructions.push(closePermit({ compliance, wallet, payer: permit!.payer }));
        if (!same && !isClosing) {
          const jurisdiction = change.kind === 'revoke' ? (permit?.jurisdiction ?? 0) : change.country;
          instructions.push(
            setPermit({ compliance, wallet, jurisdiction, expiresAt: change.expiresAt, payer }),
          );
        }
        const permitted = !isClosing && facts.now < change.expiresAt;
        instructions.push(...syncing(facts, holdings, permitted));
        if (instructions.length > 0) steps.push({ instructions, holdings, permitted });
      }
      return { steps, done: 'these wallets have just these permits', watched: [] };
    },
  }),
  defineAssetAction({
    name: 'sync-permit',
    usage: '[--wallet ADDRESS ...]',
    summary:
      "brings wallets' shares and stakes in line with their permits, by default the signer's; anybody may",
    options: { wallet: wallets.default([]) },
    plan: async ({ connection, facts, signer, values }) => {
      requireCompliance(facts.asset);
      const named = values.wallet.length > 0 ? values.wallet : [signer];
      const found = await everyHoldings(connection, facts, named);
      const steps = found.flatMap((holdings) => {
        const instructions = syncing(facts, holdings, isPermitted(holdings.permit, facts.now));
        return instructions.length > 0 ? [{ instructions, holdings }] : [];
      });
      return { steps, done: 'these wallets are in line with their permits', watched: [] };
    },
  }),
];

/** @throws CliError `no-permits-needed` */
function requireCompliance({ address: asset, compliance }: AssetFacts['asset']): PublicKey {
  if (compliance) return compliance;
  throw new CliError('no-permits-needed', `shares of asset ${asset} need no permit: anybody may hold them`);
}

type Change =
  | { kind: 'give'; country: number; expiresAt: bigint }
  | { kind: 'revoke'; expiresAt: bigint }
  | { kind: 'close' };

/** What the options ask for. @throws UsageError */
function changeOf(values: z.output<z.ZodObject<typeof permitOptions>>): Change {
  const { country, until, revoke, close } = values;
  const gives = country !== undefined && until !== undefined;
  const asked = [gives, revoke, close].filter(Boolean).length;
  const half = !gives && (country !== undefined || until !== undefined);
  if (asked !== 1 || half) throw new UsageError('name either --country and --until, or --revoke, or --close');
  if (gives) return { kind: 'give', country, expiresAt: until };
  return close ? { kind: 'close' } : { kind: 'revoke', expiresAt: REVOKED };
}

async function everyHoldings(
  connection: Connection,
  facts: AssetFacts,
  named: readonly PublicKey[],
): Promise<Holdings[]> {
  const unique = [...new Map(named.map((wallet) => [wallet.toBase58(), wallet])).values()];
  const found: Holdings[] = [];
  const read = async () => {
    for (const wallet of unique) found.push(await readHoldings(connection, facts, wallet));
    return found;
  };
  return telling(() => `${found.length} of ${unique.length} wallets are read`, read);
}

/** Thaws or freezes shares, and lets a stake earn or not, where that isn't as it should be. */
function syncing(
  { asset }: AssetFacts,
  { wallet, shares, stake }: Holdings,
  permitted: boolean,
): TransactionInstruction[] {
  const wrongShares = shares.exists && shares.frozen === permitted;
  const wrongStake = stake !== null && (permitted ? stake.idle : stake.earning) > 0n;
  if (!wrongShares && !wrongStake) return [];
  const account = shares.exists ? shares.address : null;
  return [syncPermit({ asset, wallet, shares: account, staked: stake !== null })];
}
