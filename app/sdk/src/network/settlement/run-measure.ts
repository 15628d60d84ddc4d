import {
  MAX_TRANSACTION_ACCOUNTS as MAX_ACCOUNTS,
  MAX_TRANSACTION_BYTES,
  type SentVersion,
} from '../../core/transaction-versions';
import { MAX_SEGMENT_LEAVES as MAX_LEAVES } from '../instructions/settle-data';
import { NODE_BYTES as NODE } from '../merkle';
import { type Leaves, Use } from './leaves';

// Imported constants are read through accessors, which costs more than the arithmetic here: copies are not.
const NODE_BYTES = NODE;
const MAX_SEGMENT_LEAVES = MAX_LEAVES;
const MAX_TRANSACTION_ACCOUNTS = MAX_ACCOUNTS;
const { skip } = Use;

/** Levels of the tree within a page. */
const PAGE_DEPTH = 10;

/** Accounts that the instruction of every settlement names: network, page, vault and token program. */
const FIXED_ACCOUNTS = 4;
/** And those beside them: payer and network program; in version 0 the compute budget's program too. */
const OWN_ACCOUNTS: Readonly<Record<SentVersion, number>> = { 0: 3, 1: 2 };

/**
 * Most destinations that an instruction names, one twice counting twice: Token-2022 takes a call for each payment, and a
 * transaction makes at most 64, its own instructions included.
 */
const MAX_DESTINATIONS = 60;

/** Discriminator and length of the run, then its first index, width and count of segments. */
const RUN_HEAD_BYTES = 1 + 4 + 6;
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;

// Version 1: prefix, header, mask, blockhash, counts of instructions and accounts; limits of units and bytes, and the
// priority fee; an instruction's program, and counts of its accounts and bytes.
const V1_FRAME_BYTES = 1 + 3 + 4 + 32 + 1 + 1 + 4 + 4 + SIGNATURE_BYTES;
const V1_FEE_BYTES = 8;
const V1_INSTRUCTION_BYTES = 1 + 1 + 2;

// Version 0: count of signatures, prefix, header, count of keys, blockhash, counts of instructions and tables; the compute
// budget's limit (5 bytes of data) and price (9), each with program, count of accounts and length.
const V0_FRAME_BYTES = 1 + SIGNATURE_BYTES + 1 + 3 + 1 + 32 + 1 + 1;
const V0_LIMIT_BYTES = 3 + 5;
const V0_FEE_BYTES = 3 + 9;

/** How settlements are sent. Version 0 always sets a limit of compute units. */
export interface TransactionForm {
  version: SentVersion;
  /** Whether they pay for priority. */
  priorityFee: boolean;
}

/** Bytes of a settlement beside its accounts, their places and the instruction's data; in version 0 two lengths vary too. */
function frameBytes({ version, priorityFee }: TransactionForm): number {
  if (version === 1) return V1_FRAME_BYTES + V1_INSTRUCTION_BYTES + (priorityFee ? V1_FEE_BYTES : 0);
  return V0_FRAME_BYTES + V0_LIMIT_BYTES + 1 + (priorityFee ? V0_FEE_BYTES : 0);
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

/**
 * The size of a run that grows leaf by leaf, without making it. Which segments leaves make is fixed: neighbours of one
 * owner are a fleet, others are paid each, unpaid ones are skipped.
 */
export class RunMeasure {
  first = 0;
  leaves = 0;
  /** Different destinations. */
  private recipients = 0;
  private width = 1;
  private amounts = 0;
  private bytes = 0;
  private destinations = 0;
  private segment = NONE;
  private length = 0;
  private readonly others: number;
  private readonly frame: number;
  private readonly maxBytes: number;
  private readonly hasLengths: boolean;

  constructor(
    private readonly columns: Leaves,
    form: TransactionForm,
  ) {
    this.others = OWN_ACCOUNTS[form.version] + FIXED_ACCOUNTS;
    this.frame = frameBytes(form);
    this.hasLengths = form.version === 0;
    this.maxBytes = MAX_TRANSACTION_BYTES[form.version];
  }

  /** Starts a run at a leaf. */
  start(first: number): void {
    this.first = first;
    this.leaves = this.recipients = this.amounts = this.bytes = this.destinations = this.length = 0;
    this.width = 1;
    this.segment = NONE;
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
    if (before < this.first) this.recipients += 1;
  }

  /** Whether the run has no more accounts and destinations than there may be. */
  get fitsCounts(): boolean {
    return this.others + this.recipients <= MAX_TRANSACTION_ACCOUNTS && this.destinations <= MAX_DESTINATIONS;
  }

  /** Whether its segments alone are too long. */
  get isTooLong(): boolean {
    return this.bytes > this.maxBytes;
  }

  /** Bytes of the transaction with a proof of so many hashes. */
  size(hashes: number): number {
    const data = RUN_HEAD_BYTES + this.bytes + this.amounts * this.width + NODE_BYTES * hashes;
    const named = FIXED_ACCOUNTS + this.destinations;
    const lengths = this.hasLengths ? lengthBytes(named) + lengthBytes(data) : 0;
    return this.frame + KEY_BYTES * (this.others + this.recipients) + named + data + lengths;
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
}
