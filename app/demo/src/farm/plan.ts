import type { Metadata, Tranche } from '@commonwire/sdk/assets';
import { Kind } from '@commonwire/sdk/device';
import { DAY_SECONDS } from '../network-time';

/** Base units of one token, of the payment token and of the network's. */
const TOKEN = 1_000_000n;
const DAY = BigInt(DAY_SECONDS);

/** What one share costs, base units of the payment token. */
export const PRICE = 10n * TOKEN;
/** Shares that each of the farm's backers buys: all there are. */
export const BACKERS: readonly bigint[] = [
  ...[2_050n, 1_495n, 1_150n, 815n, 730n, 640n, 560n, 475n, 410n, 325n],
  ...[290n, 240n, 215n, 160n, 135n, 110n, 75n, 60n, 40n, 25n],
];
/** The backer who tries without a permit at first. */
export const WITHOUT_PERMIT = 7;
/** Shares of the farm, of which nobody may be short. */
export const SHARES = 10_000n;
/** Parts of what is raised that the builder is paid, the last of which it never gets. */
export const PARTS: readonly number[] = [4_567, 3_210, 2_223];

/** The largest backer sells half to the smallest. */
export const SELLER = 0;
export const BUYER = BACKERS.length - 1;
export const SOLD = 1_025n;
/** What the buyer pays for one share, base units. */
export const SHARE_PRICE = 9n * TOKEN;

/** What was paid for the farm's energy before and after that sale, base units of the payment token. */
export const REVENUES: readonly [bigint, bigint] = [812_345_678n, 640_000_001n];

/** Shares that each backer of the second farm buys: too few. */
export const FEW_BACKERS: readonly bigint[] = [400n, 333n, 250n, 120n, 97n];
export const GOAL = 5_000n;

/** Seconds in which both are funded: the first sells out long before, the second's backers wait for them. */
export const FUNDING_SECONDS = { farm: 30n * DAY, second: 3n * DAY } as const;

/** The steps in which the builder is paid, each a month after the one before. */
export const tranches = (deadline: bigint): Tranche[] =>
  PARTS.map((part, at) => ({ part, date: deadline + BigInt(at + 1) * 30n * DAY }));

export const FARM = 'Sun of Golden';
export const SECOND = 'Sun of Lookout Mountain';

/** What the farms are, for wallets and pages: nothing on chain depends on it. */
export const metadata = (name: string, h3Cell: bigint, watts: number): Metadata => ({
  name,
  kind: Kind.energy,
  h3Cell,
  capacity: BigInt(watts),
  documents: 'https://example.org/farm/documents.json',
  documentsHash: new Uint8Array(32).fill(3),
});

/** What the authority shows when it announces a tranche. */
export const EVIDENCE = {
  evidence: 'https://example.org/farm/site.jpg',
  evidenceHash: new Uint8Array(32).fill(9),
};

/** Permits of the farm's backers: Mexico, as ISO 3166-1 numbers it. */
export const JURISDICTION = 484;
export const PERMIT_SECONDS = 3_650n * DAY;
