/** Reports in one generation; two generations are kept. */
const GENERATION = 500_000;

interface Claim {
  readonly done: Promise<void>;
  /** Without an error: the report is stored. */
  end(error?: unknown): void;
}

/**
 * Remembers the reports that this process has stored recently, by hash, so that a report sent again is neither stored
 * twice nor called a duplicate before it is stored. This is best effort: it forgets, and the close counts copies
 * exactly.
 */
export class Seen {
  private recent = new Set<string>();
  private older = new Set<string>();
  private readonly claims = new Map<string, Claim>();

  /** Reserves a report for storing. @returns false if it is stored already or being stored by another request */
  claim(hash: string): boolean {
    if (this.recent.has(hash) || this.older.has(hash) || this.claims.has(hash)) return false;
    this.claims.set(hash, newClaim());
    return true;
  }

  /** Marks claimed reports as stored. */
  add(hashes: readonly string[]): void {
    for (const hash of hashes) {
      this.remember(hash);
      this.claims.get(hash)?.end();
      this.claims.delete(hash);
    }
  }

  /**
   * Releases claimed reports that could not be stored, or are not to be. Requests waiting for them fail too if there is an
   * error, and they can be sent again.
   */
  release(hashes: readonly string[], error?: unknown): void {
    for (const hash of hashes) {
      this.claims.get(hash)?.end(error);
      this.claims.delete(hash);
    }
  }

  /** Resolves once a report that could not be claimed is stored. */
  async stored(hash: string): Promise<void> {
    await this.claims.get(hash)?.done;
  }

  private remember(hash: string): void {
    if (this.recent.size >= GENERATION) {
      this.older = this.recent;
      this.recent = new Set();
    }
    this.recent.add(hash);
  }
}

function newClaim(): Claim {
  let end: Claim['end'] = () => undefined;
  const done = new Promise<void>((resolve, reject) => {
    end = (error) => (error === undefined ? resolve() : reject(error));
  });
  // There may be no one waiting, so mark the rejection as handled.
  done.catch(() => undefined);
  return { done, end };
}
