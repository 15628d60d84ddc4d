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
  const length = lengthOf(body);
  try {
    response.writeHead(statusCode, {
      ...headers,
      ...(length !== undefined && { 'content-length': length }),
      ...(close && { connection: 'close' }),
    });
    const reader = new Reader(response, limits);
    // One write for head and body, which is nearly every answer.
    if (length !== undefined && length <= PIECE_BYTES) await reader.end(body as string | Uint8Array, length);
    else await sendAll(response, body instanceof Uint8Array ? cut(body) : toPieces(body), reader);
  } catch (error) {
    response.destroy();
    throw error;
  }
}

async function sendAll(response: ServerResponse, pieces: Pieces, reader: Reader): Promise<void> {
  if (response.req.method !== 'HEAD')
    for await (const piece of pieces) {
      reader.grant(piece.length);
      if (!response.write(piece)) await reader.until('drain');
    }
  await reader.end();
}

/** Waits for a client to read, for a limited time. */
class Reader {
  /** How long the client may still take, milliseconds: only waiting for it counts. */
  private leftMs: number;

  constructor(
    private readonly response: ServerResponse,
    private readonly limits: Pick<Limits, 'readMs' | 'readBytesPerSecond'>,
  ) {
    this.leftMs = limits.readMs;
  }

  /** Gives the time for some bytes more. @throws Error if the connection is closed */
  grant(bytes: number): void {
    this.requireThere();
    this.leftMs += (bytes / this.limits.readBytesPerSecond) * 1000;
  }

  /** Ends the answer, with its last or only bytes if there are any, and waits until the client has taken it. */
  async end(last?: string | Uint8Array, length = 0): Promise<void> {
    this.grant(length);
    if (last === undefined) this.response.end();
    else this.response.end(last);
    if (!this.response.writableFinished) await this.until('finish');
  }

  /** @throws OracleError `slow-reader`; Error if the connection is closed */
  until(event: 'drain' | 'finish'): Promise<void> {
    const { response } = this;
    const begun = performance.now();
    return new Promise((resolve, reject) => {
      const settle = (error?: Error) => {
        clearTimeout(timer);
        response.off(event, done);
        response.off('close', gone);
        this.leftMs -= performance.now() - begun;
        if (error) reject(error);
        else resolve();
      };
      const done = () => settle();
      const gone = () => settle(new Error('the client closed the connection'));
      const late = () =>
        settle(new OracleError('slow-reader', 'the client reads its answer too slowly', { status: 408 }));
      const timer = setTimeout(late, Math.max(0, this.leftMs));
      response.once(event, done);
      response.once('close', gone);
    });
  }

  private requireThere(): void {
    if (this.response.closed || this.response.req.socket.destroyed)
      throw new Error('the client closed the connection');
  }
}

const lengthOf = (body: Answer['body']): number | undefined =>
  typeof body === 'string' ? Buffer.byteLength(body) : body instanceof Uint8Array ? body.length : undefined;

const toPieces = (body: string | Pieces): Pieces =>
  typeof body === 'string' ? cut(Buffer.from(body)) : body;

async function* cut(bytes: Uint8Array): Pieces {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
}
