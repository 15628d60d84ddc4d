import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { CommonwireError, fromBase64, verifyEd25519 } from '@commonwire/sdk/core';
import { z } from 'zod';
import { type Reach, reach } from './addresses';
import { SessionError } from './errors';
import type { FindOrder } from './order';
import {
  answerSchema,
  OFFER_PATH,
  openMessage,
  openSchema,
  SESSIONS_PATH,
  stringify,
  TUNNEL_PATH,
  TUNNEL_PROTOCOL,
  VOUCHERS_PATH,
} from './protocol';
import { createProxy } from './proxy';
import { HotspotSession } from './session';
import { SessionState } from './state';

const MOST_SESSIONS = 64;
const MOST_TUNNELS = 64;
const MOST_NONCES = 1_024;
const MOST_CONNECTIONS = 2_048;
const MOST_BODY_BYTES = 4_096;
const NONCE_MS = 60_000;
const IDLE_MS = 120_000;

/** Options of a {@link Hotspot}. */
export interface HotspotOptions {
  /** Address of the offer, base58, and its price, base units a MB with the fee. */
  offer: string;
  price: bigint;
  /** Folder for counts and vouchers. */
  folder: string;
  findOrder: FindOrder;
  /** Where guests may connect to; the public internet by default. */
  reach?: Reach;
  /** Called when a session has ended. The folder has its last voucher. */
  onEnd?: (order: string) => void;
}

interface Served {
  /** The order's. */
  address: string;
  session: HotspotSession;
  /** Where it was opened from: a token that somebody overheard is of no use elsewhere. */
  from: string | undefined;
  proxy: Server;
}

/**
 * Sells bandwidth: an HTTP proxy for those who pay for it with vouchers. A client opens a session for its order, connects through
 * tunnels, and answers each report with a voucher.
 */
export class Hotspot {
  private readonly server: Server;
  private readonly sessions = new Map<string, Served>();
  /** Orders for which a session is being opened. */
  private readonly opening = new Set<string>();
  private readonly nonces = new Map<string, number>();
  private readonly reach: Reach;

  constructor(private readonly options: HotspotOptions) {
    this.reach = options.reach ?? reach();
    this.server = createServer({ maxHeaderSize: 8_192, requestTimeout: 10_000 }, (request, response) => {
      this.serve(request, response).catch((error) => fail(response, error));
    });
    this.server.maxConnections = MOST_CONNECTIONS;
    this.server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
      socket.on('error', () => socket.destroy());
      if (!this.tunnel(request, socket, head))
        socket.end('HTTP/1.1 401 Unauthorized\r\nconnection: close\r\n\r\n');
    });
  }

  /** Starts to serve, and returns the address. */
  async listen(port: number, host: string): Promise<AddressInfo> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, host, resolve);
    });
    return this.server.address() as AddressInfo;
  }

  /** Ends all sessions. */
  async close(): Promise<void> {
    for (const { session } of this.sessions.values()) session.end('the hotspot stops');
    const done = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await done;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const route = `${request.method} ${request.url}`;
    if (route === `GET ${OFFER_PATH}`) return answer(response, 200, this.offer());
    if (route === `POST ${SESSIONS_PATH}`)
      return answer(response, 200, await this.open(openSchema.parse(await bodyOf(request)), request));
    if (route !== `POST ${VOUCHERS_PATH}`)
      return answer(response, 404, errorOf('not_found', 'there is no such request'));
    const { session } = this.find(request);
    const { voucher, leave } = answerSchema.parse(await bodyOf(request));
    if (voucher) session.accept(voucher);
    if (leave) {
      session.end('the client has left');
      return answer(response, 200, {});
    }
    session.requirePaid();
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    answer(response, 200, await session.nextReport(gone.signal));
  }

  private offer(): object {
    const now = Date.now();
    for (const [nonce, expires] of this.nonces)
      if (expires <= now || this.nonces.size >= MOST_NONCES) this.nonces.delete(nonce);
    const nonce = randomBytes(32).toString('base64');
    this.nonces.set(nonce, now + NONCE_MS);
    return { offer: this.options.offer, price: this.options.price, nonce };
  }

  private async open(opening: z.output<typeof openSchema>, request: IncomingMessage): Promise<object> {
    const { order: address, nonce, signature, last } = opening;
    const expires = this.nonces.get(nonce) ?? 0;
    this.nonces.delete(nonce);
    if (expires <= Date.now())
      throw new SessionError('signature_invalid', 'the nonce is unknown or over: ask for the offer again');
    const isFull = this.sessions.size + this.opening.size >= MOST_SESSIONS && !this.sessionOf(address);
    if (isFull || this.opening.has(address))
      throw new SessionError('hotspot_busy', 'there are too many sessions: try again later');
    this.opening.add(address);
    let state: SessionState | undefined;
    try {
      const order = await this.options.findOrder(address);
      if (!verifyEd25519(order.session, openMessage(order, fromBase64(nonce)), fromBase64(signature)))
        throw new SessionError('signature_invalid', "the signature is not the order's session key's");
      // Its client lost the old one.
      this.sessionOf(address)?.end('the client opened another');
      if (order.terms.greatestPrice < this.options.price)
        throw new SessionError('price_too_high', `the order pays less than the price, ${this.options.price}`);
      state = new SessionState(this.options.folder, address, order.birth);
      const token = randomBytes(32).toString('base64');
      const session = new HotspotSession(order, state, this.options.price, () => {
        this.sessions.delete(token);
        this.options.onEnd?.(address);
      });
      // A voucher that was signed, and lost on the way or in a crash.
      if (last && last.units > (session.last?.units ?? order.settled.units)) session.accept(last);
      if (session.meter.isFull) {
        session.end('a whole step is unpaid');
        throw new SessionError(
          'unpaid',
          'a whole step was not paid, or the budget is spent: make a new order',
        );
      }
      const proxy = createProxy(this.reach);
      this.sessions.set(token, { address, session, from: request.socket.remoteAddress, proxy });
      session.start();
      return { token, bytes: session.meter.bytes, last: session.last ?? null };
    } catch (error) {
      state?.close();
      throw error;
    } finally {
      this.opening.delete(address);
    }
  }

  private sessionOf(address: string): HotspotSession | undefined {
    for (const served of this.sessions.values()) if (served.address === address) return served.session;
    return undefined;
  }

  private find(request: IncomingMessage): Served {
    const [, token = ''] = /^Bearer (\S{1,100})$/.exec(request.headers.authorization ?? '') ?? [];
    const served = this.sessions.get(token);
    if (served && served.from === request.socket.remoteAddress) return served;
    throw new SessionError('session_unknown', 'there is no such session: open a new one');
  }

  /** Turns a connection into one to the session's proxy. Returns whether it may. */
  private tunnel(request: IncomingMessage, socket: Socket, head: Buffer): boolean {
    if (request.url !== TUNNEL_PATH || request.headers.upgrade !== TUNNEL_PROTOCOL || head.length > 0)
      return false;
    let served: Served;
    try {
      served = this.find(request);
    } catch {
      return false;
    }
    const { session, proxy } = served;
    if (session.tunnelCount >= MOST_TUNNELS) return false;
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: ${TUNNEL_PROTOCOL}\r\n\r\n`,
    );
    socket.setTimeout(IDLE_MS, () => socket.destroy());
    const [inward, outward] = [session.meter.stream(), session.meter.stream()];
    const stream = Duplex.from({ readable: inward, writable: outward });
    const end = () => {
      stream.destroy();
      socket.destroy();
    };
    for (const part of [inward, outward, stream]) part.on('error', end);
    socket.once('close', end);
    stream.once('close', end);
    socket.pipe(inward);
    outward.pipe(socket);
    session.add(socket);
    proxy.emit('connection', stream);
    return true;
  }
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > MOST_BODY_BYTES) throw new SessionError('report_invalid', 'the request is too long');
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch (cause) {
    throw new SessionError('report_invalid', 'the request is not JSON', { cause });
  }
}

const errorOf = (code: string, message: string): object => ({ error: { code, message } });

function answer(response: ServerResponse, status: number, body: object): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(stringify(body));
}

function fail(response: ServerResponse, error: unknown): void {
  if (error instanceof CommonwireError) answer(response, 409, errorOf(error.code, error.message));
  else if (error instanceof z.ZodError)
    answer(response, 400, errorOf('report_invalid', z.prettifyError(error).slice(0, 400)));
  else answer(response, 500, errorOf('internal', 'the hotspot failed'));
}
