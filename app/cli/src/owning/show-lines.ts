import {
  type Asset,
  type AssetFacts,
  amountsOf,
  clawBackAfter,
  type Holdings,
  isObjected,
  isPermitted,
  objectionsEnd,
  percent,
  raised,
  stakedShares,
  trancheAmount,
  trancheState,
  wholeShares,
} from '@commonwire/sdk/assets';
import { advanceStream, printable, time, toHex, tokens } from '@commonwire/sdk/core';
import { KINDS, kindNameOf } from '@commonwire/sdk/device';
import { streamAt } from './accounts';

type Line = [label: string, value: string];

/** Formats an asset for people as labels and values. */
export function showLines(facts: AssetFacts): Line[] {
  const { asset, supply } = facts;
  const { terms, metadata } = asset;
  const show = amountsOf(facts);
  const { minShares, maxShares, price } = terms;
  return [
    ['asset', `${printable(metadata.name)}, ${asset.address}`],
    ['state', stateText(facts)],
    ['what', whatText(asset)],
    ['documents', `${printable(metadata.documents)}, SHA-256 ${toHex(metadata.documentsHash)}`],
    ['price', `${show.tokens(price)} a share, paid in ${streamAt(facts, 0).mint}`],
    [
      'goal',
      `${tokens(minShares * price, facts.decimals[0]!)} to ${show.tokens(maxShares * price)}: ${tokens(minShares, 0)} to ${wholeShares(maxShares)}`,
    ],
    [
      'raised',
      `${show.tokens(raised(asset))} for ${show.shares(asset.sold)}, ${percent(asset.sold, minShares)} of the least`,
    ],
    ['deadline', time(terms.deadline)],
    [
      'shares',
      `${tokens(supply, 0)} exist, ${tokens(asset.staked, 0)} of them earn; token ${asset.shareMint}`,
    ],
    ['builder', `${terms.builder}`],
    ['authority', `${asset.authority}`],
    ...(asset.proposedAuthority
      ? [['', `${asset.proposedAuthority} becomes the authority once it accepts`] as Line]
      : []),
    [
      'permits',
      asset.compliance ? `needed, given by ${asset.compliance}` : 'not needed: anybody may hold shares',
    ],
    ['left', `${show.tokens(asset.left)} raised and not yet paid to the builder`],
    ...terms.tranches.flatMap((_, at) => trancheLines(facts, at)),
    ...asset.revenue.flatMap((_, at) => revenueLines(facts, at)),
  ];
}

function whatText({ metadata }: Asset): string {
  const name = kindNameOf(metadata.kind);
  const capacity = tokens(metadata.capacity, 0);
  const what = name
    ? `${name}, ${capacity} ${KINDS[name].capacityUnit}`
    : `several kinds, capacity ${capacity}`;
  return `${what}, H3 cell ${metadata.h3Cell.toString(16)}`;
}

function stateText(facts: AssetFacts): string {
  const { asset, now } = facts;
  const { state, terms, sold } = asset;
  switch (state) {
    case 'funding':
      if (sold === terms.maxShares) return 'sold out: commonwire asset finalize ends funding';
      return now < terms.deadline
        ? `open to funders until ${time(terms.deadline)}`
        : 'the deadline has passed: commonwire asset finalize ends funding';
    case 'funded':
      return asset.nextTranche < terms.tranches.length
        ? 'funded, and being built'
        : 'built: every tranche is paid';
    case 'failed':
      return 'FAILED: it missed its goal, and commonwire asset refund pays everything back';
    case 'clawed-back':
      return 'CLAWED BACK: holders take back what is left with commonwire asset redeem';
  }
}

function trancheLines(facts: AssetFacts, at: number): Line[] {
  const { asset, now } = facts;
  const { part, date } = asset.terms.tranches[at]!;
  const show = amountsOf(facts);
  const what = `${percent(BigInt(part), 10_000n)}${asset.sold > 0n ? `, ${show.tokens(trancheAmount(asset, at))}` : ''}`;
  const label = `tranche ${at + 1}`;
  if (at < asset.nextTranche) return [[label, `${what}: paid`]];
  if (asset.state === 'clawed-back') return [[label, `${what}: never paid, since the money was clawed back`]];
  if (asset.state === 'failed') return [[label, `${what}: never paid, since the goal was missed`]];
  const from = at === asset.nextTranche ? asset.firstTrancheFrom : null;
  const due = `to be announced ${from ? `from ${time(from)} on, ` : ''}by ${time(date)}`;
  const state = at === asset.nextTranche ? trancheState(asset, now) : null;
  if (!state || !asset.announcement) return [[label, `${what}: ${due}${state ? late(asset) : ''}`]];
  if (state === 'due') return [[label, `${what}: ${due}${late(asset)}`]];
  const { announcedAt, objections, evidence, evidenceHash } = asset.announcement;
  const verdict = isObjected(asset)
    ? 'more than a third: it is not paid'
    : 'more than a third stops it, more than half takes the money back';
  const next = {
    announced: `can be paid from ${time(objectionsEnd(asset))} on`,
    payable: 'can be paid now: commonwire asset pay',
    objected: `refused; the authority may announce it again${late(asset)}`,
  }[state];
  return [
    [label, `${what}: announced ${time(announcedAt)}, ${next}`],
    ['', `objections ${show.percent(objections)} of all shares; ${verdict}`],
    ['', `evidence ${printable(evidence)}, SHA-256 ${toHex(evidenceHash)}`],
  ];
}

const late = (asset: Asset): string => `; after ${time(clawBackAfter(asset))} anybody may claw back`;

function revenueLines(facts: AssetFacts, at: number): Line[] {
  const { asset, now, vaults } = facts;
  const { mint, held, stream, vault } = streamAt(facts, at);
  const show = amountsOf(facts);
  const { current, released, next, window, windowSeconds } = advanceStream(stream, now, asset.staked);
  const ends = (window + 1n) * windowSeconds;
  const arrived = vaults[at]! - held;
  return [
    [
      at === 0 ? 'revenue' : 'rewards',
      `${show.tokens(held, at)} not yet claimed; token ${mint}, vault ${vault}`,
    ],
    [
      '',
      `${show.tokens(current - released, at)} shared out until ${time(ends)}, ${show.tokens(next, at)} after it`,
    ],
    ...(arrived > 0n
      ? [['', `${show.tokens(arrived, at)} arrived and not taken in: commonwire asset sweep`] as Line]
      : []),
  ];
}

/** Formats what a wallet has of an asset. */
export function holdingsLines(facts: AssetFacts, holdings: Holdings): Line[] {
  const { asset, supply, now } = facts;
  const { wallet, shares, stake, permit, claimable } = holdings;
  const show = amountsOf(facts);
  const all = shares.amount + stakedShares(stake);
  const frozen = shares.frozen && shares.amount > 0n ? ', frozen' : '';
  return [
    ['wallet', `${wallet} has ${show.shares(all)}, ${percent(all, supply)} of all`],
    ['', `${show.shares(shares.amount)} in the wallet${frozen}`],
    ...(stake ? stakeLines(facts, stake) : []),
    ...(stake
      ? [['', `can claim ${claimable.map((amount, at) => show.tokens(amount, at)).join(' and ')}`] as Line]
      : []),
    ...(asset.compliance
      ? [
          [
            '',
            permit
              ? `${isPermitted(permit, now) ? 'permit until' : 'permit ended'} ${time(permit.expiresAt)}, country ${permit.jurisdiction}`
              : 'no permit',
          ] as Line,
        ]
      : []),
  ];
}

function stakeLines({ asset, now }: AssetFacts, stake: NonNullable<Holdings['stake']>): Line[] {
  const idle = stake.idle > 0n ? `, and ${wholeShares(stake.idle)} that earn nothing without a permit` : '';
  const isOpen = trancheState(asset, now) === 'announced';
  const bound = isOpen && stake.objected === asset.announcement?.number;
  return [['', `${wholeShares(stake.earning)} staked${idle}${bound ? '; locked by its objection' : ''}`]];
}
