import { request } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { type Duplex, pipeline } from 'node:stream';
import { type Ed25519KeyPair, signEd25519, toHex } from '@commonwire/sdk/core';
import { isSignedVoucher, signVoucher } from '@commonwire/sdk/market';
import type { z } from 'zod';
import { STEP_BYTES, tolerance, unitsOf } from './counts';
import { SessionError } from './errors';
import { closed, Meter } from './meter';
import type { SessionOrder } from './order';
import {
  errorSchema,
  OFFER_PATH,
  offerSchema,
  openedSchema,
  openMessage,
  reportSchema,
  SESSIONS_PATH,
  stringify,
  TUNNEL_PATH,
  TUNNEL_PROTOCOL,
  VOUCHERS_PATH,
} from './protocol';
import { type LastVoucher, SessionState } from './state';

const MOST_CONNECTIONS = 64;
/** A report is due within half a minute. */
const ANSWER_MS = 45_000;
const MOST_ANSWER_BYTES = 4_096;
/** A report may arrive before the bytes that it counts. */
const CATCH_UP_MS = 5_000;

type Report = z.output<typeof reportSchema>;

/** Options of a {@link BandwidthClient}. */
export interface ClientOptions {
  /** The hotspot's address, http. */
  hotspot: string;
  /** The order's address, base58, and what the chain says of it. */
  address: string;
  order: SessionOrder;
  session: Ed25519KeyPair;
  /** Address of the offer that the order names, base58. */
  offer: string;
  /** Folder for count and voucher. */
  folder: string;
}

/**
 * Buys bandwidth: programs on this machine use it as their HTTP proxy, it passes everything on to the hotspot's, and signs
 * vouchers for what it has counted itself.
 */
export class BandwidthClient {
  private readonly meter: Meter;
  private readonly unfollow: () => void;
  private readonly server: Server;
  private readonly open = new Set<Socket>();
  private ended?: SessionError;

  private constructor(
    private readonly options: ClientOptions,
    private readonly state: SessionState,
    private readonly price: bigint,
    private readonly token: string,
    bytes: number,
  ) {
    this.meter = new Meter(bytes);
    this.unfollow = state.follow(this.meter);
    this.server = createServer((local) => this.connect(local));
    this.server.maxConnections = MOST_CONNECTIONS;
  }

  /** Opens a session. @throws SessionError */
  static async start(options: ClientOptions): Promise<BandwidthClient> {
    const { order, session, address } = options;
    if (toHex(order.session) !== toHex(session.publicKey))
      throw new SessionError('order_unusable', "the key is not the order's session key: name its file");
    const offer = await ask(options.hotspot, 'GET', OFFER_PATH, offerSchema);
    if (offer.offer !== options.offer)
      throw new SessionError('order_unusable', `the hotspot sells ${offer.offer}, not the order's offer`);
    if (offer.price > order.terms.greatestPrice)
      throw new SessionError(
        'price_too_high',
        `the hotspot asks ${offer.price} a MB: make an order that pays it`,
      );
    const state = new SessionState(options.folder, address, order.birth);
    try {
      const signature = signEd25519(openMessage(order, Buffer.from(offer.nonce, 'base64')), session);
      const body = {
        order: address,
        nonce: offer.nonce,
        signature: text(signature),
        last: state.last ?? null,
      };
      const opened = await ask(options.hotspot, 'POST', SESSIONS_PATH, openedSchema, { body });
      adopt(state, opened.last, order);
      // A count that this side has lost: a step of it may be used and unpaid, which is what this side risks anyway.
      const bytes = Math.max(state.bytes, Math.min(opened.bytes, state.bytes + STEP_BYTES));
      return new BandwidthClient(options, state, offer.price, opened.token, bytes);
    } catch (error) {
      state.close();
      throw error;
    }
  }

  /** Bytes counted, in both directions. */
  get bytes(): number {
    return this.meter.bytes;
  }

  get last(): LastVoucher | undefined {
    return this.state.last;
  }

  /** Serves as a proxy, and returns its address. Only this machine's programs should reach it. */
  async listen(port: number, host = '127.0.0.1'): Promise<AddressInfo> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, host, resolve);
    });
    return this.server.address() as AddressInfo;
  }

  /**
   * Answers reports until the signal is aborted, then pays what was counted and leaves.
   * @throws SessionError `report_invalid` after it has paid its own count, since the hotspot's is more than 2 % or 1 MB above it;
   * what ended the session
   */
  async run(signal: AbortSignal): Promise<void> {
    let voucher: LastVoucher | null = null;
    try {
      for (;;) {
        let report: Report;
        try {
          report = await this.answer({ voucher, leave: false }, signal);
        } catch (error) {
          if (!signal.aborted) throw error;
          await this.leave(unitsOf(this.meter.bytes));
          return;
        }
        await this.meter.until(() => this.agrees(report), CATCH_UP_MS, signal);
        if (!this.agrees(report)) {
          await this.leave(unitsOf(this.meter.bytes));
          const what = `the hotspot counts ${report.bytes} bytes, this side ${this.meter.bytes}`;
          throw new SessionError('report_invalid', `${what}: own count paid, and left`);
        }
        voucher = this.sign(report.units);
        if (voucher && voucher.cost !== report.cost)
          throw new SessionError('report_invalid', `the hotspot asks ${report.cost}, which is not its price`);
      }
    } finally {
      this.close();
    }
  }

  private agrees({ bytes, units }: Report): boolean {
    return bytes <= this.meter.bytes + tolerance(this.meter.bytes) && units <= unitsOf(bytes);
  }

  private async leave(units: bigint): Promise<void> {
    await this.answer({ voucher: this.sign(units), leave: true });
  }

  /** Signs a total, as far as the budget pays it, and keeps the voucher before anybody sees it. Null if nothing is to be paid. */
  private sign(wanted: bigint): LastVoucher | null {
    const { order, session } = this.options;
    const { last } = this.state;
    const paid = last && last.units > order.settled.units ? last : order.settled;
    const most = this.price === 0n ? wanted : paid.units + (order.terms.budget - paid.cost) / this.price;
    const units = wanted < most ? wanted : most;
    if (units <= paid.units) return null;
    const totals = { units, cost: paid.cost + (units - paid.units) * this.price };
    const voucher = { ...totals, signature: text(signVoucher({ ...order, ...totals }, session)) };
    this.state.keep(voucher);
    return voucher;
  }

  private async answer(
    body: { voucher: LastVoucher | null; leave: boolean },
    signal?: AbortSignal,
  ): Promise<Report> {
    const { hotspot } = this.options;
    const options = { body, token: this.token, signal };
    if (!body.leave) return ask(hotspot, 'POST', VOUCHERS_PATH, reportSchema, options);
    await ask(hotspot, 'POST', VOUCHERS_PATH, reportSchema.partial(), options);
    return { bytes: 0, units: 0n, cost: 0n };
  }

  private connect(local: Socket): void {
    this.open.add(local);
    local.once('close', () => this.open.delete(local));
    local.on('error', () => local.destroy());
    const headers = {
      authorization: `Bearer ${this.token}`,
      connection: 'upgrade',
      upgrade: TUNNEL_PROTOCOL,
    };
    const opening = request(new URL(TUNNEL_PATH, this.options.hotspot), {
      headers,
      agent: false,
      timeout: 10_000,
    });
    opening.once('timeout', () => opening.destroy());
    opening.once('error', () => local.destroy());
    opening.once('response', () => local.destroy());
    opening.once('upgrade', (_response, tunnel: Duplex, head: Buffer) => {
      if (this.ended || head.length > 0) {
        tunnel.destroy();
        local.destroy();
        return;
      }
      const end = () => {
        tunnel.destroy();
        local.destroy();
      };
      pipeline(local, this.meter.stream(), tunnel, () => undefined);
      pipeline(tunnel, this.meter.stream(), local, end);
      local.once('close', end);
    });
    opening.end();
  }

  private close(): void {
    this.ended = closed('the client has left');
    this.unfollow();
    this.meter.close(this.ended);
    this.server.close();
    for (const local of this.open) local.destroy();
    this.state.close();
  }
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** Takes over a voucher that this side has lost, if it did sign it. */
function adopt(state: SessionState, last: LastVoucher | null, order: SessionOrder): void {
  if (!last || last.units <= (state.last?.units ?? 0n)) return;
  if (isSignedVoucher({ ...order, ...last }, order.session, Buffer.from(last.signature, 'base64')))
    state.keep(last);
}

/** Sends a request to the hotspot and checks its answer. */
async function ask<T>(
  hotspot: string,
  method: string,
  path: string,
  schema: z.ZodType<T>,
  { body, token, signal }: { body?: object; token?: string; signal?: AbortSignal } = {},
): Promise<T> {
  let status: number;
  let answer: unknown;
  try {
    const limits = [AbortSignal.timeout(ANSWER_MS), ...(signal ? [signal] : [])];
    const response = await fetch(new URL(path, hotspot), {
      method,
      redirect: 'error',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      signal: AbortSignal.any(limits),
      ...(body && { body: stringify(body) }),
    });
    status = response.status;
    answer = JSON.parse(await bounded(response));
  } catch (cause) {
    if (cause instanceof SessionError) throw cause;
    throw new SessionError('hotspot_unreachable', `${hotspot} does not answer: move closer, or start again`, {
      cause,
    });
  }
  const refused = errorSchema.safeParse(answer);
  if (refused.success)
    throw new SessionError(
      'session_closed',
      `the hotspot says ${refused.data.error.code}: ${refused.data.error.message}`,
    );
  const parsed = schema.safeParse(answer);
  if (status === 200 && parsed.success) return parsed.data;
  throw new SessionError('report_invalid', `the hotspot's answer to ${path} is not what it should be`);
}

async function bounded(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body as unknown as AsyncIterable<Uint8Array>) {
    length += part.length;
    if (length > MOST_ANSWER_BYTES)
      throw new SessionError('report_invalid', "the hotspot's answer is too long");
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
