import type { RegistryChange } from '@commonwire/sdk/network';
import type { Chain, RegistryStart } from '../chain/chain';
import { atMost } from '../runtime/deadline';

/** Transactions that are asked for at once. */
const AT_ONCE = 16;
/** Changes that may wait to be stored; then reading pauses. */
const MOST_WAITING = 2_000;

/** How far a scan is. */
export interface Progress {
  /** Changes that weren't known at the last look, oldest first. */
  readonly found: readonly RegistryChange[];
  /** The last transaction that was read, if any was. */
  readonly signature: string | undefined;
  /** Listed transactions that weren't read yet. */
  readonly left: number;
  /** Whether nothing more comes of this scan: all was read, or the node doesn't serve the next transaction. */
  readonly ended: boolean;
  /** Why reading stopped, if it failed. The next call tries again. */
  readonly failure: unknown;
}

/**
 * Reads the transactions that name the registry, oldest first and several at once. Anybody can name it in any number of
 * transactions, so this goes on in the background, and a failure loses nothing that was read.
 */
export class RegistryScan {
  private signatures: readonly string[] | undefined;
  private position = 0;
  private found: RegistryChange[] = [];
  private reading: Promise<void> | undefined;
  private failure: unknown;
  private stuck = false;
  private stopped = false;

  constructor(
    private readonly chain: Pick<Chain, 'registrySignatures' | 'registryChanges'>,
    private readonly start: RegistryStart,
  ) {}

  /**
   * Goes on reading, and waits for the end of it for at most `ms` milliseconds.
   * @param isKnown changes that need no longer be kept
   */
  async advance(ms: number, isKnown: (change: RegistryChange) => boolean): Promise<Progress> {
    this.found = this.found.filter((change) => !isKnown(change));
    this.reading ??= this.read().finally(() => {
      this.reading = undefined;
    });
    await atMost(ms, this.reading);
    const { position, signatures, stuck } = this;
    const left = signatures ? signatures.length - position : 1;
    const failure = this.failure;
    this.failure = undefined;
    const found = this.found.filter((change) => !isKnown(change));
    return { found, signature: signatures?.[position - 1], left, ended: left === 0 || stuck, failure };
  }

  /** Asks the node for nothing more. */
  stop(): void {
    this.stopped = true;
  }

  private async read(): Promise<void> {
    try {
      this.signatures ??= await this.chain.registrySignatures(this.start);
      await this.readOn(this.signatures);
    } catch (error) {
      this.failure = error;
    }
  }

  private async readOn(signatures: readonly string[]): Promise<void> {
    const asked: Promise<RegistryChange[] | undefined>[] = [];
    while (this.position < signatures.length && this.found.length < MOST_WAITING && !this.stopped) {
      for (const signature of signatures.slice(this.position + asked.length, this.position + AT_ONCE)) {
        const answer = this.chain.registryChanges(signature);
        // If one before it fails, nobody waits for this.
        answer.catch(() => undefined);
        asked.push(answer);
      }
      const changes = await asked.shift()!;
      // A node may list a transaction before it serves it: what comes after must wait.
      if (!changes) {
        this.stuck = true;
        return;
      }
      this.found.push(...changes);
      this.position++;
    }
  }
}
