import type { IdlTypes } from '@coral-xyz/anchor';
import { type Commitment, type Connection, PublicKey } from '@solana/web3.js';
import { TOKEN_2022_PROGRAM_ID, TOKEN_PROGRAM_ID } from '../../core/addresses';
import { big, bytes } from '../../core/anchor-values';
import { decodeStream, type Stream } from '../../core/streams';
import type { Assets } from '../../generated/assets';
import { assetsProgram, coder, dataOf, decode } from '../program';
import { decodeMetadata, decodeTerms, type Metadata, type Terms } from '../terms';
import { fieldText } from '../text';

/** Streams of an asset by number. */
export const PAYMENT_STREAM = 0;
export const REWARD_STREAM = 1;

/** Seconds in which holders may object to a tranche, and after funding in which none is announced, so that they can stake. */
export const OBJECTION_SECONDS = 7n * 86_400n;
/** Seconds past its date until which a tranche may be announced; from then on anyone may open the claw-back. */
export const LATE_SECONDS = 90n * 86_400n;

/** Seconds that a tranche waits to be paid, after the time to object, before it counts as late. */
export const PAYING_SECONDS = 30n * 86_400n;

export type AssetState = 'funding' | 'funded' | 'failed' | 'clawed-back';
const STATES: readonly AssetState[] = ['funding', 'funded', 'failed', 'clawed-back'];

/** One token that an asset shares out among those who staked. */
export interface Revenue {
  mint: PublicKey;
  tokenProgram: PublicKey;
  /** The asset's associated token account: what arrives there can be swept into the stream. */
  vault: PublicKey;
  /** Base units that the stream has taken in and nobody has claimed. */
  held: bigint;
  stream: Stream;
}

/** The last tranche that was announced. */
export interface Announcement {
  number: number;
  /** Whether it was neither paid nor clawed back. */
  open: boolean;
  /** Unix seconds. */
  announcedAt: bigint;
  /** Shares that object. */
  objections: bigint;
  evidence: string;
  evidenceHash: Uint8Array;
}

/** A thing that many fund, own and earn from. */
export interface Asset {
  address: PublicKey;
  creator: PublicKey;
  id: bigint;
  authority: PublicKey;
  /** Becomes the authority once it accepts; null: nobody is proposed. */
  proposedAuthority: PublicKey | null;
  /** Gives the permits that holders need; null: shares are plain SPL tokens. */
  compliance: PublicKey | null;
  shareMint: PublicKey;
  shareProgram: PublicKey;
  escrow: PublicKey;
  stakeVault: PublicKey;
  terms: Terms;
  metadata: Metadata;
  /** Null: none was ever announced. */
  announcement: Announcement | null;
  /** Unix seconds from which the first tranche can be announced; null: it was, or funding hasn't ended. */
  firstTrancheFrom: bigint | null;
  /** The payment token, and the reward token of its devices' network if there is one. */
  revenue: readonly [Revenue, Revenue?];
  /** Shares sold since the start. */
  sold: bigint;
  /** Base units raised and neither paid to the builder nor redeemed. */
  left: bigint;
  /** Shares that earn. */
  staked: bigint;
  /** Stakes that are open. */
  stakes: bigint;
  state: AssetState;
  /** Position of the tranche to be paid next. */
  nextTranche: number;
}

const some = (key: PublicKey): PublicKey | null => (key.equals(PublicKey.default) ? null : key);

const decodeRevenue = (raw: IdlTypes<Assets>['revenue']): Revenue => ({
  mint: raw.mint,
  tokenProgram: raw.tokenProgram,
  vault: raw.vault,
  held: big(raw.held),
  stream: decodeStream(raw.stream),
});

const decodeAnnouncement = (raw: IdlTypes<Assets>['announcement']): Announcement => ({
  number: raw.number,
  open: raw.open === 1,
  announcedAt: big(raw.announcedAt),
  objections: big(raw.objections),
  evidence: fieldText(raw.evidence),
  evidenceHash: bytes(raw.evidenceHash),
});

/** @throws AccountError `account-malformed` */
export function decodeAsset(address: PublicKey, data: Uint8Array): Asset {
  const raw = decode('asset', address, data);
  const [payment, reward] = raw.revenue;
  const compliance = some(raw.compliance);
  const announced = raw.announcement.number > 0;
  // Before the first announcement, its time is that of the end of funding.
  const since = announced ? 0n : big(raw.announcement.announcedAt);
  return {
    address,
    creator: raw.creator,
    id: big(raw.id),
    authority: raw.authority,
    proposedAuthority: some(raw.proposedAuthority),
    compliance,
    shareMint: raw.shareMint,
    shareProgram: compliance ? TOKEN_2022_PROGRAM_ID : TOKEN_PROGRAM_ID,
    escrow: raw.escrow,
    stakeVault: raw.stakeVault,
    terms: decodeTerms(raw.terms),
    metadata: decodeMetadata(raw.metadata),
    announcement: announced ? decodeAnnouncement(raw.announcement) : null,
    firstTrancheFrom: since > 0n ? since + OBJECTION_SECONDS : null,
    revenue: some(reward!.mint)
      ? [decodeRevenue(payment!), decodeRevenue(reward!)]
      : [decodeRevenue(payment!)],
    sold: big(raw.sold),
    left: big(raw.left),
    staked: big(raw.staked),
    stakes: big(raw.stakes),
    state: STATES[raw.state]!,
    nextTranche: raw.nextTranche,
  };
}

/** Fetches an asset. @throws AccountError */
export async function fetchAsset(
  connection: Connection,
  address: PublicKey,
  commitment?: Commitment,
): Promise<Asset> {
  return decodeAsset(address, dataOf(address, await connection.getAccountInfo(address, commitment), 'asset'));
}

/** An asset begins with its creator. */
const CREATOR_AT = coder.accounts.accountDiscriminator('asset').length;

/** Fetches all assets, or those of one creator. */
export async function fetchAssets(connection: Connection, creator?: PublicKey): Promise<Asset[]> {
  const found = await connection.getProgramAccounts(assetsProgram.address, {
    filters: [
      { memcmp: coder.accounts.memcmp('asset') },
      ...(creator ? [{ memcmp: { offset: CREATOR_AT, bytes: creator.toBase58() } }] : []),
    ],
  });
  return found.map(({ pubkey, account }) => decodeAsset(pubkey, account.data));
}
