import type { IdlTypes } from '@coral-xyz/anchor';
import type { PublicKey } from '@solana/web3.js';
import { big, bn, bytes } from '../core/anchor-values';
import { ofLength } from '../core/bytes';
import type { Assets } from '../generated/assets';
import { fieldText, textField } from './text';

/** Most tranches. */
export const MAX_TRANCHES = 8;
/** Parts of what was raised that all tranches add up to. */
export const BASIS_POINTS = 10_000;

/** A part of what was raised that is paid to the builder. */
export interface Tranche {
  /** Basis points of what was raised; the last tranche is the rest. */
  part: number;
  /** By when it is to be announced, unix seconds. */
  date: bigint;
}

/** What funders agree to. It never changes. */
export interface Terms {
  /** Receives the tranches. */
  builder: PublicKey;
  /** Base units of the payment token for one share. */
  price: bigint;
  /** Fewest shares with which the asset is built. */
  minShares: bigint;
  /** Most shares. */
  maxShares: bigint;
  /** When funding ends, unix seconds. */
  deadline: bigint;
  /** Length of a window of the revenue streams: a day at least. */
  windowSeconds: bigint;
  /** One to eight, their parts adding up to 10,000. */
  tranches: readonly Tranche[];
}

/** Says what an asset is; nothing on chain depends on it. */
export interface Metadata {
  /** Up to 47 bytes of UTF-8. */
  name: string;
  /** Kind of its devices; 0 if it has several. */
  kind: number;
  /** H3 cell of the place. */
  h3Cell: bigint;
  /** Planned capacity, in the kind's unit. */
  capacity: bigint;
  /** Link to the documents, up to 128 bytes. */
  documents: string;
  /** SHA-256 of what the link leads to, 32 bytes. */
  documentsHash: Uint8Array;
}

type RawTerms = IdlTypes<Assets>['terms'];
type RawMetadata = IdlTypes<Assets>['metadata'];

const padded = <T>(items: readonly T[], rest: T): T[] => [
  ...items,
  ...Array<T>(Math.max(0, MAX_TRANCHES - items.length)).fill(rest),
];

export const termsArgument = (terms: Terms): RawTerms => ({
  builder: terms.builder,
  price: bn(terms.price),
  minShares: bn(terms.minShares),
  maxShares: bn(terms.maxShares),
  deadline: bn(terms.deadline),
  windowSeconds: bn(terms.windowSeconds),
  trancheDates: padded(
    terms.tranches.map(({ date }) => bn(date)),
    bn(0n),
  ),
  trancheParts: padded(
    terms.tranches.map(({ part }) => part),
    0,
  ),
});

export function decodeTerms(raw: RawTerms): Terms {
  const all: readonly number[] = raw.trancheParts;
  const end = all.indexOf(0);
  const parts = end < 0 ? all : all.slice(0, end);
  return {
    builder: raw.builder,
    price: big(raw.price),
    minShares: big(raw.minShares),
    maxShares: big(raw.maxShares),
    deadline: big(raw.deadline),
    windowSeconds: big(raw.windowSeconds),
    tranches: parts.map((part, at) => ({ part, date: big(raw.trancheDates[at]!) })),
  };
}

/** @throws FormatError */
export const metadataArgument = (metadata: Metadata): RawMetadata => ({
  name: textField(47, metadata.name, 'the name'),
  kind: metadata.kind,
  documents: textField(128, metadata.documents, 'the link to the documents'),
  documentsHash: [...ofLength(32, metadata.documentsHash, 'the hash of the documents')],
  h3Cell: bn(metadata.h3Cell),
  capacity: bn(metadata.capacity),
});

export const decodeMetadata = (raw: RawMetadata): Metadata => ({
  name: fieldText(raw.name),
  kind: raw.kind,
  h3Cell: big(raw.h3Cell),
  capacity: big(raw.capacity),
  documents: fieldText(raw.documents),
  documentsHash: bytes(raw.documentsHash),
});
