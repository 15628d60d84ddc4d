import { MAX_TRANSACTION_BYTES as MAX_BYTES } from '../../core/transactions';
import { MAX_SEGMENT_LEAVES as MAX_LEAVES } from '../instructions/settle-data';
import { NODE_BYTES as NODE } from '../merkle';
import { type Leaves, Use } from './leaves';

// Imported constants are read through accessors, which costs more than the arithmetic here: copies are not.
const NODE_BYTES = NODE;
const MAX_SEGMENT_LEAVES = MAX_LEAVES;
const MAX_TRANSACTION_BYTES = MAX_BYTES;
const { skip } = Use;

/** Levels of the tree within a page. */
const PAGE_DEPTH = 10;

/** Most accounts of one transaction, those from lookup tables included. */
const MAX_ACCOUNT_LOCKS = 64;

/** Accounts of every settlement that tables can name: network, page, vault and token program. */
const FIXED_ACCOUNTS = 4;
/** Payer and network program stand in the transaction itself. */
const OWN_KEYS = 2;

/** Bytes that each further lookup table takes beside one for each of its accounts: address and two counts. */
export const TABLE_BYTES = 34;

/** A signature and its count, version, header, count of keys, blockhash, counts of instructions and tables. */
const FRAME_BYTES = 65 + 1 + 3 + 1 + 32 + 1 + 1;
/** Discriminator and length of the run, then its first index, width and count of segments. */
const RUN_HEAD_BYTES = 1 + 4 + 6;
/** The compute budget's limit (5 bytes of data) and price (9), each with program, count of accounts and length. */
const BUDGET_BYTES = 3 + 5 + 3 + 9;

/** What the size of a settlement depends on. */
export interface SettlementShape {
  /** Keys in the transaction itself. */
  staticKeys: number;
  /** Accounts taken from tables, each once. */
  lookedUp: number;
  tables: number;
  /** Destinations that the instruction names, an address as often as it is named. */
  destinations: number;
  /** The run's segments, amounts included. */
  segmentBytes: number;
  proofHashes: number;
  /** Whether it sets a limit and a price of compute units; the program's key is in `staticKeys`. */
  budget: boolean;
}

/** Bytes of the signed transaction. */
export function settlementBytes(shape: SettlementShape): number {
  const data = RUN_HEAD_BYTES + shape.segmentBytes + NODE_BYTES * shape.proofHashes;
  const accounts = FIXED_ACCOUNTS + shape.destinations;
  const instruction = 1 + lengthBytes(accounts) + accounts + lengthBytes(data) + data;
  const keys = 32 * shape.staticKeys + TABLE_BYTES * shape.tables + shape.lookedUp;
  return FRAME_BYTES + keys + instruction + (shape.budget ? BUDGET_BYTES : 0);
}

/** Solana's compact length: seven bits a byte. */
const lengthBytes = (length: number): number => (length < 0x80 ? 1 : 2);

/** Set bits. */
function ones(value: number): number {
  let bits = value - ((value >>> 1) & 0x5555_5555);
  bits = (bits & 0x3333_3333) + ((bits >>> 2) & 0x3333_3333);
  return (((bits + (bits >>> 4)) & 0x0f0f_0f0f) * 0x0101_0101) >>> 24;
}

const NONE = 0;
const EACH = 1;
const FLEET = 2;
const SKIP = 3;

/** Where the accounts of a run that no known table has come from. */
export type NewAccounts = 'own-keys' | 'new-table';

/**
 * The size of a run that grows leaf by leaf, without making it. Which segments leaves make is fixed: neighbours of one
 * owner are a fleet, others are paid each, unpaid ones are skipped.
 */
export class RunMeasure {
  first = 0;
  leaves = 0;
  /** Different accounts that a known table has, and those that none has. */
  known = 0;
  fresh = 0;
  /** Known tables that the run needs, in the order of its leaves. */
  readonly tables: number[] = [];
  private hasPage = false;
  private width = 1;
  private amounts = 0;
  private bytes = 0;
  private destinations = 0;
  private segment = NONE;
  private length = 0;
  private readonly seen: Int32Array;
  private readonly ownKeys: number;

  constructor(
    private readonly columns: Leaves,
    tableCount: number,
    /** Whether a known table has the account of the page that is planned. */
    private readonly pageTables: Uint8Array,
    private readonly budget: boolean,
  ) {
    this.seen = new Int32Array(tableCount).fill(-1);
    this.ownKeys = OWN_KEYS + (budget ? 1 : 0);
  }

  /** Starts a run at a leaf. */
  start(first: number): void {
    this.first = first;
    this.leaves = this.known = this.fresh = this.amounts = this.bytes = this.destinations = this.length = 0;
    this.width = 1;
    this.segment = NONE;
    this.hasPage = false;
    if (this.tables.length > 0) {
      for (const table of this.tables) this.seen[table] = -1;
      this.tables.length = 0;
    }
  }

  /**
   * Hashes of the run's proof in a tree of this depth: a left neighbour for every level where the start is odd, that is
   * a set bit of the first index, and a right one for every level where the last leaf's position is even, a clear bit
   * of its index.
   */
  proofHashes(depth: number): number {
    return ones(this.first) + depth - ones(this.first + this.leaves - 1);
  }

  /** Fewest hashes that any run has which starts where this one does and ends in the page. */
  fewestHashes(depth: number): number {
    const right = depth - PAGE_DEPTH - ones(this.first >>> PAGE_DEPTH);
    return ones(this.first) + Math.max(0, right);
  }

  /** Makes the run one leaf longer. */
  add(leaf: number): void {
    const { use, width, previous } = this.columns;
    this.leaves += 1;
    if (use[leaf] === skip) {
      this.bytes += NODE_BYTES;
      this.append(SKIP);
      return;
    }
    this.amounts += 1;
    if (width[leaf]! > this.width) this.width = width[leaf]!;
    const before = previous[leaf]!;
    if (before >= this.first && before === leaf - 1) {
      if (this.segment === EACH) {
        this.beginFleet();
        return;
      }
      if (this.length < MAX_SEGMENT_LEAVES) {
        this.length += 1;
        return;
      }
    }
    this.destinations += 1;
    this.bytes += 1;
    this.append(EACH);
    if (before < this.first) this.addAccount(leaf);
  }

  /** Whether the run has no more accounts than a transaction may lock. */
  get fitsLocks(): boolean {
    return this.ownKeys + FIXED_ACCOUNTS + this.known + this.fresh <= MAX_ACCOUNT_LOCKS;
  }

  /** Whether already what can't be looked up or left out is too long. */
  get isTooLong(): boolean {
    return this.bytes > MAX_TRANSACTION_BYTES;
  }

  /** Bytes of the transaction that takes the run's new accounts from there. */
  size(hashes: number, accounts: NewAccounts): number {
    const tables = this.tables.length;
    const inTables = accounts === 'new-table';
    const fixed = inTables || this.hasPage ? 0 : tables > 0 ? 1 : FIXED_ACCOUNTS;
    return settlementBytes({
      staticKeys: this.ownKeys + fixed + (inTables ? 0 : this.fresh),
      lookedUp: this.known + FIXED_ACCOUNTS - fixed + (inTables ? this.fresh : 0),
      tables: inTables ? tables + 1 : tables,
      destinations: this.destinations,
      segmentBytes: this.bytes + this.amounts * this.width,
      proofHashes: hashes,
      budget: this.budget,
    });
  }

  /** The leaf before was alone in its segment or last of those paid each: with this one it is a fleet of two. */
  private beginFleet(): void {
    if (this.length > 1) this.bytes += 1;
    this.segment = FLEET;
    this.length = 2;
  }

  private append(kind: number): void {
    if (this.segment === kind && this.length < MAX_SEGMENT_LEAVES) {
      this.length += 1;
      return;
    }
    this.bytes += 1;
    this.segment = kind;
    this.length = 1;
  }

  private addAccount(leaf: number): void {
    const table = this.columns.table[leaf]!;
    if (table < 0) {
      this.fresh += 1;
      return;
    }
    this.known += 1;
    if (this.seen[table] === this.first) return;
    this.seen[table] = this.first;
    this.tables.push(table);
    if (this.pageTables[table] === 1) this.hasPage = true;
  }
}
