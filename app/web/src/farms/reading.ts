import '../onchain/node';
import {
  type Asset,
  type AssetFacts,
  clawBackAfter,
  fetchAssets,
  isObjected,
  objectionsEnd,
  raised,
  trancheState,
} from '@commonwire/sdk/assets';
import { MINT_SIZE, MintLayout } from '@solana/spl-token';
import type { Connection } from '@solana/web3.js';
import { when } from '../onchain/account';
import type { Mood } from '../parts';
import { type TextId, t } from '../text';

/** An asset as it is listed. */
export interface Listed {
  asset: Asset;
  /** Of the payment token. */
  decimals: number;
}

/** Most accounts that a node returns at once. */
const MOST_ACCOUNTS = 100;

/** All assets on the chain, those whose funding ends first at first. The node must search a program's accounts. */
export async function listAssets(connection: Connection): Promise<Listed[]> {
  const assets = await fetchAssets(connection);
  const mints = [...new Map(assets.map(({ revenue: [{ mint }] }) => [`${mint}`, mint])).values()];
  const decimals = new Map<string, number>();
  for (let at = 0; at < mints.length; at += MOST_ACCOUNTS) {
    const part = mints.slice(at, at + MOST_ACCOUNTS);
    const found = await connection.getMultipleAccountsInfo(part);
    for (const [place, info] of found.entries())
      if (info) decimals.set(`${part[place]}`, MintLayout.decode(info.data.subarray(0, MINT_SIZE)).decimals);
  }
  return assets
    .map((asset) => ({ asset, decimals: decimals.get(`${asset.revenue[0].mint}`) ?? 0 }))
    .sort((a, b) => Number(b.asset.terms.deadline - a.asset.terms.deadline));
}

const STATES = {
  funding: 'warn',
  funded: 'good',
  failed: 'bad',
  'clawed-back': 'bad',
} as const satisfies Record<Asset['state'], Mood>;

/** The state of an asset as a word and a colour. */
export const stateOf = ({ state }: Asset): { mood: Mood; text: string } => ({
  mood: STATES[state],
  text: t(`farm.state.${state}`),
});

/** What comes next for an asset. */
export function nextOf({ asset, now }: AssetFacts): string {
  const { state, terms, sold } = asset;
  if (state !== 'funding') return t(`farm.next.${state}`);
  if (sold === terms.maxShares) return t('farm.next.soldOut');
  return now < terms.deadline
    ? t('farm.next.open', { until: when(terms.deadline, now) })
    : t('farm.next.over');
}

type TrancheWord = 'paid' | 'never' | 'later' | 'due' | 'announced' | 'payable' | 'objected';
const TRANCHES: Readonly<Record<TrancheWord, Mood>> = {
  paid: 'good',
  never: 'bad',
  later: 'quiet',
  due: 'quiet',
  announced: 'warn',
  payable: 'good',
  objected: 'bad',
};

/** The state of a tranche by its place, as a word and a colour, and until when what can be done. */
export function trancheOf(
  { asset, now }: AssetFacts,
  at: number,
): { mood: Mood; text: string; note: string } {
  const word = wordOf(asset, now, at);
  const [text, mood] = [t(`tranche.${word}` satisfies TextId), TRANCHES[word]];
  if (word === 'announced')
    return { text, mood, note: t('tranche.until', { until: when(objectionsEnd(asset), now) }) };
  if (word === 'due' && asset.firstTrancheFrom !== null && asset.firstTrancheFrom > now)
    return { text, mood, note: t('tranche.from', { from: when(asset.firstTrancheFrom, now) }) };
  if (word === 'due' || word === 'objected' || word === 'payable')
    return { text, mood, note: t('tranche.late', { after: when(clawBackAfter(asset), now) }) };
  return { text, mood, note: '' };
}

function wordOf(asset: Asset, now: bigint, at: number): TrancheWord {
  if (at < asset.nextTranche) return 'paid';
  if (asset.state === 'clawed-back' || asset.state === 'failed') return 'never';
  return (at === asset.nextTranche && trancheState(asset, now)) || 'later';
}

/** How objections stand: what stops a tranche, or takes the money back. */
export const objectionsText = (asset: Asset): string =>
  t(isObjected(asset) ? 'tranche.stopped' : 'tranche.stops');

/** What was raised of the least goal, 0 to 100. */
export const percentOfLeast = (asset: Asset): number => {
  const least = asset.terms.minShares * asset.terms.price;
  return Math.min(100, Number((raised(asset) * 100n) / (least === 0n ? 1n : least)));
};
