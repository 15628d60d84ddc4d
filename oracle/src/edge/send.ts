import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Answer, Pieces } from '../api/http';
import { OracleError } from '../runtime/errors';
import type { Limits } from './limits';

/** Bytes that are handed to a connection at once. */
const PIECE_BYTES = 64 * 1024;

/**
 * Sends an answer piece by piece, each once the client has taken the ones before, and resolves when it has taken them
 * all. A client that is too slow is cut off.
 * @throws OracleError `slow-reader`; whatever making the pieces throws. The connection is closed then
 */
export async function send(
  response: ServerResponse,
  { statusCode, headers, body }: Answer,
  { close, limits }: { close: boolean; limits: Pick<Limits, 'readMs' | 'readBytesPerSecond'> },
): Promise<void> {
  const whole = typeof body === 'string' ? Buffer.from(body) : body instanceof Uint8Array ? body : undefined;
  const pieces = whole ? cut(whole) : (body as Pieces);
  try {
    response.writeHead(statusCode, {
      ...headers,
      ...(whole && { 'content-length': whole.length }),
      ...(close && { connection: 'close' }),
    });
    await sendAll(response, pieces, limits);
  } catch (error) {
    response.destroy();
    throw error;
  }
}

async function sendAll(
  response: ServerResponse,
  pieces: Pieces,
  { readMs, readBytesPerSecond }: Pick<Limits, 'readMs' | 'readBytesPerSecond'>,
): Promise<void> {
  const reader = new Reader(response, readMs);
  try {
    if (response.req.method !== 'HEAD')
      for await (const piece of pieces) {
        reader.grant((piece.length / readBytesPerSecond) * 1000);
        if (!response.write(piece)) await reader.until('drain');
      }
    reader.requireThere();
    response.end();
    if (!response.writableFinished) await reader.until('finish');
  } finally {
    reader.done();
  }
}

/** Waits for a client to read, for a limited time. */
class Reader {
  private readonly gone = new AbortController();
  private readonly onClose = () => this.gone.abort();

  /** @param leftMs how long the client may still take, milliseconds: only waiting for it counts */
  constructor(
    private readonly response: ServerResponse,
    private leftMs: number,
  ) {
    response.once('close', this.onClose);
    if (response.closed || response.req.socket.destroyed) this.gone.abort();
  }

  grant(ms: number): void {
    this.requireThere();
    this.leftMs += ms;
  }

  /** @throws Error if the connection is closed */
  requireThere(): void {
    this.gone.signal.throwIfAborted();
  }

  /** @throws OracleError `slow-reader`; Error if the connection is closed */
  async until(event: 'drain' | 'finish'): Promise<void> {
    const begun = performance.now();
    let late = false;
    const timer = setTimeout(
      () => {
        late = true;
        this.gone.abort();
      },
      Math.max(0, this.leftMs),
    );
    try {
      await once(this.response, event, { signal: this.gone.signal });
    } catch (cause) {
      if (!late) throw cause;
      throw new OracleError('slow-reader', 'the client reads its answer too slowly', { status: 408, cause });
    } finally {
      clearTimeout(timer);
      this.leftMs -= performance.now() - begun;
    }
  }

  done(): void {
    this.response.off('close', this.onClose);
  }
}

async function* cut(bytes: Uint8Array): Pieces {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
}
