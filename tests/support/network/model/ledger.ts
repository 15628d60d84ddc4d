import { hashOf, holeOfDepth, ledgerDepth, ledgerNode, parentNode, sumOf } from '@commonwire/sdk/network';
import type { PublicKey } from '@solana/web3.js';
import { require } from '../../model/rules';

/** A device's entry in a ledger. */
export interface Entry {
  owner: PublicKey;
  earned: bigint;
}

/** A node that stands where another should: whatever it covers can't be shown. */
export interface Forgery {
  level: number;
  position: number;
  /** 40 bytes. */
  node: Uint8Array;
}

/** A ledger with its tree, every node of it in memory, so that a dishonest committee can put there what it likes. */
export class ModelLedger {
  readonly #levels: Uint8Array[][];

  /** @param entries by device; what a forgery covers is only what its maker says */
  constructor(
    readonly entries: readonly Entry[],
    readonly forgeries: readonly Forgery[] = [],
  ) {
    const depth = ledgerDepth(entries.length);
    let row = Array.from({ length: 2 ** depth }, (_, index) => {
      const entry = entries[index];
      if (!entry) return holeOfDepth(0);
      return ledgerNode({ index, owner: entry.owner.toBytes(), earned: entry.earned });
    });
    this.#levels = [];
    for (let level = 0; level <= depth; level++) {
      for (const forgery of forgeries) if (forgery.level === level) row[forgery.position] = forgery.node;
      this.#levels.push(row);
      const below = row;
      row = Array.from({ length: below.length / 2 }, (_, i) => parentNode(below[2 * i]!, below[2 * i + 1]!));
    }
  }

  get depth(): number {
    return this.#levels.length - 1;
  }

  get root(): Uint8Array {
    return hashOf(this.node(this.depth, 0));
  }

  /** The sum that the root binds. */
  get total(): bigint {
    return sumOf(this.node(this.depth, 0));
  }

  /** What the root is opened to. */
  get opening(): Uint8Array {
    if (this.entries.length === 0) return new Uint8Array();
    if (this.entries.length === 1) return this.entries[0]!.owner.toBytes();
    return Buffer.concat([this.node(this.depth - 1, 0), this.node(this.depth - 1, 1)]);
  }

  /** Whether {@link opening} leads to the root. */
  get opens(): boolean {
    return this.depth > 0 || this.forgeries.length === 0;
  }

  node = (level: number, position: number): Uint8Array => this.#levels[level]![position]!;

  /** Whether anybody who knows the whole tree can prove a device's leaf. */
  isShowable(index: number): boolean {
    const covers = ({ level, position }: Forgery) => index >> level === position;
    return index < this.entries.length && !this.forgeries.some(covers);
  }

  /** Whether there is anything where no device is, which the proof of the last leaf shows. */
  get isPadded(): boolean {
    return this.forgeries.some(({ level, position }) => position << level >= this.entries.length);
  }

  /** A device's entry, if it can be proven. */
  shown = (index: number): Entry | undefined => (this.isShowable(index) ? this.entries[index] : undefined);

  proveRun(first: number, count: number): Uint8Array[] {
    const proof: Uint8Array[] = [];
    let [start, end] = [first, first + count];
    for (let level = 0; level < this.depth; level++) {
      if (start % 2 === 1) proof.push(this.node(level, --start));
      if (end % 2 === 1) proof.push(this.node(level, end++));
      start /= 2;
      end /= 2;
    }
    return proof;
  }

  /** A claim about device `index`, proven as well as this ledger can; a device it hasn't gets no proof. */
  claim(index: number, changes: Partial<Entry> = {}) {
    const entry = this.entries[index];
    const proof = entry ? this.proveRun(index, 1) : [];
    const leaf = entry ?? this.entries[0];
    return { index, owner: leaf!.owner, earned: leaf!.earned, ...changes, proof };
  }

  /** Refuses a claim that isn't a leaf of this ledger. */
  requireLeaf({ index, owner, earned }: { index: number; owner: PublicKey; earned: bigint }): void {
    require(index < this.entries.length, 'run-out-of-range');
    const entry = this.shown(index);
    const same = entry?.owner.equals(owner) === true && entry.earned === earned;
    require(same, 'bad-proof');
  }
}
