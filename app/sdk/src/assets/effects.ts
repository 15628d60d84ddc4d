import type { BN } from '@coral-xyz/anchor';
import { PublicKey, type TransactionInstruction } from '@solana/web3.js';
import { formatSol } from '../core/amounts';
import { big, bytes } from '../core/anchor-values';
import { toHex } from '../core/bytes';
import type { ReadInstruction } from '../core/program';
import { count, printable, time, tokens } from '../core/words';
import type { Asset, Revenue } from './accounts';
import { amountsOf, percent, wholeShares } from './amounts';
import { type AssetFacts, type Holdings, isPermitted, stakedShares } from './facts';
import { sharesOf, tokensOf } from './instructions';
import { assetsProgram, NONE } from './program';
import { decodeMetadata, decodeTerms } from './terms';
import { fieldText } from './text';
import { raised, trancheAmount } from './tranches';

/** The present state, from which the words about an instruction start. */
export interface AssetSituation {
  /** Of the asset that it is about; none for permits, and before an asset is created. */
  facts?: AssetFacts | undefined;
  /** What the wallet has that it is about. */
  holdings?: Holdings | undefined;
  /** Whether that wallet's permit is valid by then. Default: whether it is now. */
  permitted?: boolean | undefined;
  /** Of the payment token of an asset that is created. */
  decimals?: number | undefined;
}

/** Arguments of these instructions, as Anchor's coder reads them; each has some of them. */
interface Arguments {
  authority: PublicKey;
  compliance: PublicKey;
  amount: BN;
  stream: number;
  evidence: number[];
  evidenceHash: number[];
  wallet: PublicKey;
  jurisdiction: number;
  expiresAt: BN;
  index: number;
  kind: number;
  keyType: number;
  maxFee: BN;
  devices: Uint8Array;
  terms: Parameters<typeof decodeTerms>[0];
  metadata: Parameters<typeof decodeMetadata>[0];
}

interface Subject {
  args: Arguments;
  of: ReadInstruction['account'];
  situation: AssetSituation;
}

/** What most instructions need. */
interface OfAsset extends Subject {
  facts: AssetFacts;
  asset: Asset;
  show: ReturnType<typeof amountsOf>;
  /** What the wallet has that it is about. */
  holdings: Holdings | undefined;
}

/** From this time on, long past, a permit counts no more; 0 closes it. */
export const REVOKED = 1n;

export const named = (who: PublicKey | null): string =>
  who === null || who.equals(PublicKey.default) ? 'nobody' : who.toBase58();

const trancheOf = ({ nextTranche, terms }: Asset): string =>
  `tranche ${nextTranche + 1} of ${terms.tranches.length}`;

/** When the window after the present one begins and ends: what arrives now is shared out in it. */
function nextWindow({ asset, now }: AssetFacts): string {
  const { windowSeconds } = asset.terms;
  const begins = (now / windowSeconds + 1n) * windowSeconds;
  return `from ${time(begins)} to ${time(begins + windowSeconds)}`;
}

/** A wallet, with the token account where it isn't the wallet's associated one. */
const at = (wallet: PublicKey, account: PublicKey, usual: PublicKey): string =>
  account.equals(usual) ? wallet.toBase58() : `token account ${account}, not that of ${wallet},`;

const revenueAt = (asset: Asset, stream: number): Revenue | undefined => asset.revenue[stream];

/** What each instruction about an asset does. */
const EFFECTS: Readonly<Record<string, (subject: OfAsset) => string[]>> = {
  proposeAuthority: ({ asset, args }) => [
    `proposed ${named(asset.proposedAuthority)} -> ${named(args.authority)}; ${asset.authority} stays the authority until the proposed one runs accept-authority`,
  ],
  acceptAuthority: ({ asset, of }) => [`authority ${asset.authority} -> ${of('caller')}`],
  announceTranche: ({ asset, args, show }) => [
    `announces ${trancheOf(asset)}: ${show.tokens(trancheAmount(asset, asset.nextTranche))} to ${asset.terms.builder}`,
    `evidence ${printable(fieldText(args.evidence))}, SHA-256 ${toHex(bytes(args.evidenceHash))}`,
  ],
  objectTranche: ({ asset, show, holdings, of }) => {
    const { announcement } = asset;
    const stake = holdings?.stake ?? null;
    const counted = stake && stake.seen === announcement?.number ? stake.eligible : stakedShares(stake);
    const all = (announcement?.objections ?? 0n) + counted;
    const outcome =
      all * 2n > asset.sold
        ? 'more than half: the money is clawed back at once'
        : all * 3n > asset.sold
          ? 'more than a third: the tranche is not paid'
          : 'more than a third is needed to stop the tranche';
    return [
      `${of('owner')} objects to ${trancheOf(asset)} with ${show.shares(counted)}, together ${show.percent(all)} of all shares: ${outcome}`,
    ];
  },
  payTranche: ({ asset, show, of }) => {
    const { builder } = asset.terms;
    const to = at(builder, of('destination'), tokensOf(asset.revenue[0], builder));
    return [`pays ${trancheOf(asset)}: ${show.tokens(trancheAmount(asset, asset.nextTranche))} to ${to}`];
  },
  openClawBack: ({ asset, show }) => [
    `ends the building for ever: holders can take back ${show.tokens(asset.left)} for their shares`,
  ],
  redeem: ({ asset, facts: { supply }, args, of, show }) => {
    const shares = big(args.amount);
    const amount = supply === 0n ? 0n : (asset.left * shares) / supply;
    return [`${paidTo(asset, of)} gets ${show.tokens(amount)} for ${show.shares(shares)}`];
  },
  refund: ({ asset, of, show, holdings }) => {
    const shares = holdings?.shares.amount ?? 0n;
    return [
      `${paidTo(asset, of)} gets ${show.tokens(shares * asset.terms.price)} for ${show.shares(shares)}`,
    ];
  },
  fund: ({ asset, args, of, show }) => {
    const wanted = big(args.amount);
    const left = asset.terms.maxShares - asset.sold;
    const shares = wanted < left ? wanted : left;
    const funder = of('funder');
    const from = at(funder, of('source'), tokensOf(asset.revenue[0], funder));
    return [
      `${from} buys ${show.shares(shares)} for ${show.tokens(shares * asset.terms.price)}${shares < wanted ? ': no more are left' : ''}`,
    ];
  },
  finalize: ({ asset, show }) => [
    asset.sold >= asset.terms.minShares
      ? `the asset is funded with ${show.tokens(raised(asset))} for ${show.shares(asset.sold)}`
      : `the asset fails: ${show.shares(asset.sold)} of at least ${asset.terms.minShares} were sold`,
  ],
  depositRevenue: ({ asset, facts, args: { amount, stream }, of, show }) => {
    const revenue = revenueAt(asset, stream);
    const depositor = of('depositor');
    const from = revenue ? at(depositor, of('source'), tokensOf(revenue, depositor)) : depositor;
    return [`${from} deposits ${show.tokens(big(amount), stream)}, shared out ${nextWindow(facts)}`];
  },
  sweep: ({ asset, facts, args: { stream }, show }) => {
    const arrived = (facts.vaults[stream] ?? 0n) - (revenueAt(asset, stream)?.held ?? 0n);
    return [`takes in ${show.tokens(arrived, stream)}, shared out ${nextWindow(facts)}`];
  },
  stakeShares: ({ asset, facts, holdings, situation, args, of, show }) => {
    const permitted = situation.permitted ?? isPermitted(holdings?.permit ?? null, facts.now);
    const idle =
      asset.compliance && !permitted
        ? ', which can object but earn nothing: the wallet has no valid permit'
        : '';
    return [`${of('owner')} stakes ${show.shares(big(args.amount))}${idle}`];
  },
  unstakeShares: ({ asset, args, of, show }) => {
    const owner = of('owner');
    const to = at(owner, of('shares'), sharesOf(asset, owner));
    return [
      `${to} takes ${show.shares(big(args.amount))} out of the stake; what it has earned stays claimable`,
    ];
  },
  claim: ({ asset, args: { stream }, of, show, holdings }) => {
    const revenue = revenueAt(asset, stream);
    const owner = of('owner');
    const to = revenue ? at(owner, of('destination'), tokensOf(revenue, owner)) : owner.toBase58();
    return [`${to} gets ${show.tokens(holdings?.claimable[stream] ?? 0n, stream)} at least`];
  },
  closeStake: ({ holdings, of }) => [
    `closes the stake of ${holdings?.wallet ?? of('stake')}; ${of('payer')} gets the rent`,
  ],
  syncPermit: ({ facts, holdings, of, situation }) => {
    const permitted = situation.permitted ?? isPermitted(holdings?.permit ?? null, facts.now);
    const what = permitted
      ? 'can be traded, and those staked earn'
      : 'are frozen, and those staked do not earn';
    return [`shares of ${holdings?.wallet ?? `the wallet with permit ${of('permit')}`} ${what}`];
  },
  retireDevice: ({ args: { index }, of }) => [
    `retires device ${index} of network ${of('network')} for ever: it earns nothing more`,
  ],
  registerDevices: ({ args: { devices, kind, keyType, maxFee }, of }) => {
    const number = Math.floor(devices.length / (DEVICE_BYTES + keyType));
    return [
      `registers ${count(number, 'device')} of kind ${kind} in network ${of('network')}, for ${formatSol(big(maxFee), ',')} SOL at most`,
    ];
  },
  closeAsset: ({ asset, facts: { escrow, vaults }, of, show }) => {
    const owner = of('authority');
    const left = vaults.map((balance, stream) => balance + (stream === 0 ? escrow : 0n));
    const destinations = ['paymentDestination', 'rewardDestination'].map(of);
    return [
      `closes asset ${asset.address} for ever; ${of('creator')} gets the rent`,
      ...left.flatMap((amount, stream) => {
        const revenue = revenueAt(asset, stream);
        if (!revenue || amount === 0n) return [];
        const to = at(owner, destinations[stream]!, tokensOf(revenue, owner));
        return [`${to} gets ${show.tokens(amount, stream)} of ${revenue.mint}`];
      }),
    ];
  },
};

/** Bytes of a new device with an Ed25519 key: key, H3 cell and capacity; a P-256 key has one more. */
const DEVICE_BYTES = 32 + 8 + 4;

const paidTo = (asset: Asset, of: Subject['of']): string =>
  at(of('holder'), of('destination'), tokensOf(asset.revenue[0], of('holder')));

/** What the instructions do that are about no asset that is there. */
const WITHOUT_ASSET: Readonly<Record<string, (subject: Subject) => string[]>> = {
  setPermit: ({ args: { wallet, jurisdiction, expiresAt }, of }) => {
    const until = big(expiresAt);
    if (until === 0n) return [`closes the permit of ${wallet}; ${of('payer')} gets the rent`];
    if (until <= REVOKED) return [`revokes the permit of ${wallet}`];
    return [`permits ${wallet} until ${time(until)}, country ${jurisdiction}`];
  },
  createAsset: ({ args, of, situation: { decimals = 0 } }) => {
    const terms = decodeTerms(args.terms);
    const metadata = decodeMetadata(args.metadata);
    const { minShares, maxShares, price, builder, tranches } = terms;
    const amount = (shares: bigint) => tokens(shares * price, decimals);
    const last = tranches.length - 1;
    const reward = of('rewardMint');
    return [
      `creates asset ${of('asset')}: ${printable(metadata.name)}`,
      `goal ${amount(minShares)} to ${amount(maxShares)} tokens: ${tokens(minShares, 0)} to ${wholeShares(maxShares)} at ${amount(1n)} tokens`,
      `open to funders until ${time(terms.deadline)}`,
      ...tranches.map(
        ({ part, date }, number) =>
          `tranche ${number + 1}: ${percent(BigInt(part), 10_000n)} of what was raised to ${builder}${number === last ? ', the rest' : ''}, to be announced by ${time(date)}`,
      ),
      `authority ${args.authority}`,
      named(args.compliance) === 'nobody'
        ? 'anybody may hold shares, without a permit'
        : `holders need permits of ${args.compliance}`,
      reward.equals(NONE)
        ? `shares out ${of('paymentMint')}`
        : `shares out ${of('paymentMint')} and what its devices earn, ${reward}`,
    ];
  },
};

/**
 * Says what an instruction of the assets program does: one line for each effect, from the present state to the next. Empty for
 * an instruction of another program, or one that this version doesn't know.
 */
export function assetEffects(instruction: TransactionInstruction, situation: AssetSituation): string[] {
  const read = assetsProgram.read(instruction);
  if (!read) return [];
  const { name, further, account: of } = read;
  const { facts, holdings } = situation;
  const subject = { args: read.args as unknown as Arguments, of, situation };
  const describe = EFFECTS[name];
  const effects =
    describe && facts?.asset.address.equals(of('asset'))
      ? describe({ ...subject, facts, asset: facts.asset, show: amountsOf(facts), holdings })
      : (WITHOUT_ASSET[name]?.(subject) ?? []);
  if (effects.length === 0 || further.length === 0) return effects;
  const given = further.map(({ pubkey }) => pubkey).join(', ');
  return [...effects, `it is given ${count(further.length, 'account')} that it does not need: ${given}`];
}
