import { OracleClient, OracleRequestError } from '@commonwire/sdk/oracle';

/** A peer that doesn't answer must not hold up a task for long. */
const TIMEOUT_MS = 10_000;
/** Most bytes of one answer: a slice of a log, a manifest or one part of a dataset. Read as JSON it must fit the memory. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/**
 * The other oracles, by their URLs. Nothing a peer says is trusted for coming from it: callers check signatures and
 * hashes. Which key answers at which URL only decides whom to ask first.
 */
export class Peers {
  private readonly clients: readonly OracleClient[];
  private readonly addresses = new Map<string, OracleClient>();

  /** @param timeoutMs most milliseconds that an answer may take */
  constructor(
    readonly urls: readonly string[],
    readonly timeoutMs: number = TIMEOUT_MS,
  ) {
    this.clients = urls.map((url) => new OracleClient(url, { timeoutMs, maxBytes: MAX_ANSWER_BYTES }));
  }

  /** Every peer, the one known to be `first` before the others. */
  async inOrder(first: string | undefined): Promise<readonly OracleClient[]> {
    if (first === undefined) return this.clients;
    if (!this.addresses.has(first)) await this.learn();
    const client = this.addresses.get(first);
    return client ? [client, ...this.clients.filter((other) => other !== client)] : this.clients;
  }

  /**
   * Asks peers one after another until one gives something usable; `use` throws or returns undefined if it doesn't.
   * @returns undefined if none did.
   */
  async firstOf<T>(
    first: string | undefined,
    use: (peer: OracleClient) => Promise<T | undefined>,
  ): Promise<T | undefined> {
    for (const peer of await this.inOrder(first)) {
      const answer = await use(peer).catch(() => undefined);
      if (answer !== undefined) return answer;
    }
    return undefined;
  }

  /** Asks every peer at once; those that fail are left out. */
  async all<T>(ask: (peer: OracleClient) => Promise<T>): Promise<T[]> {
    const answers = await Promise.allSettled(this.clients.map(ask));
    for (const answer of answers)
      if (answer.status === 'rejected' && !(answer.reason instanceof OracleRequestError)) throw answer.reason;
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
  }

  private async learn(): Promise<void> {
    await this.all(async (peer) => this.addresses.set((await peer.health()).oracle, peer));
  }
}
