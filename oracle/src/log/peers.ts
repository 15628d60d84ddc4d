import { sha256, toHex } from '@commonwire/sdk/core';
import { type OracleClient, OracleRequestError } from '@commonwire/sdk/oracle';
import { Peer } from './peer';

/** Short enough that a peer that doesn't answer can't hold up a task for long. */
const TIMEOUT_MS = 10_000;
/**
 * Maximum number of bytes of an answer: a log page, a manifest or a dataset part. Parsed as JSON it must fit into
 * memory.
 */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
/** For so long the keys at the URLs aren't asked for again, milliseconds. */
const LEARNED_MS = 5_000;

/**
 * The other oracles, by their URLs. Answers are not trusted because of where they come from: callers check signatures
 * and hashes. The key that answers at a URL only decides which peer is asked first.
 */
export class Peers {
  private readonly clients: readonly Peer[];
  private readonly addresses = new Map<string, Peer>();
  private learnedAt = Number.NEGATIVE_INFINITY;

  /** @param timeoutMs the most milliseconds that an answer may take */
  constructor(
    readonly urls: readonly string[],
    readonly timeoutMs: number = TIMEOUT_MS,
  ) {
    this.clients = urls.map((url) => new Peer(url, { timeoutMs, maxBytes: MAX_ANSWER_BYTES }));
  }

  /** The peer at one of the URLs. */
  at(url: string): OracleClient {
    const client = this.clients[this.urls.indexOf(url)];
    if (!client) throw new RangeError(`${url} is not a peer`);
    return client;
  }

  /** Returns every peer that may be asked, beginning with the one whose address is `first` if it is known. */
  async inOrder(first: string | undefined): Promise<readonly Peer[]> {
    if (first !== undefined && !this.addresses.has(first)) await this.learn(first);
    const client = first === undefined ? undefined : this.addresses.get(first);
    const all = client ? [client, ...this.clients.filter((other) => other !== client)] : this.clients;
    return all.filter(({ isPaused }) => !isPaused);
  }

  /**
   * Asks peers one after another until one gives a usable answer; `use` throws or returns undefined for other answers.
   * @returns undefined if there is none
   */
  async firstOf<T>(
    first: string | undefined,
    use: (peer: Peer) => Promise<T | undefined>,
  ): Promise<T | undefined> {
    for (const peer of await this.inOrder(first)) {
      const answer = await use(peer).catch(() => undefined);
      if (answer !== undefined) return answer;
    }
    return undefined;
  }

  /**
   * Bytes by their SHA-256 from the first peer that has them. One that answers with others has misbehaved: it costs as much
   * as one that doesn't answer.
   */
  part(
    first: string | undefined,
    { epoch, sha256: name, maxBytes }: { epoch: number; sha256: string; maxBytes?: number },
  ): Promise<Uint8Array | undefined> {
    return this.firstOf(first, async (peer) => {
      const bytes = await peer.part(epoch, name, maxBytes);
      if (toHex(sha256(bytes)) === name) return bytes;
      peer.misbehaved();
      return undefined;
    });
  }

  /** Asks all peers at once and leaves out those that fail. */
  async all<T>(ask: (peer: Peer) => Promise<T>): Promise<T[]> {
    const answers = await Promise.allSettled(this.clients.map(ask));
    for (const answer of answers)
      if (answer.status === 'rejected' && !(answer.reason instanceof OracleRequestError)) throw answer.reason;
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
  }

  /** Learns whose keys the peers have. Doesn't wait for those that are slow to say so once it knows this one's. */
  private learn(wanted: string): Promise<void> {
    if (performance.now() - this.learnedAt < LEARNED_MS) return Promise.resolve();
    this.learnedAt = performance.now();
    return new Promise((resolve) => {
      const asked = this.all(async (peer) => {
        const { oracle } = await peer.health();
        this.addresses.set(oracle, peer);
        if (oracle === wanted) resolve();
      });
      void asked.then(
        () => resolve(),
        () => resolve(),
      );
    });
  }
}
