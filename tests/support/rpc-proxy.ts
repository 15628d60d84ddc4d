import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod';

const callSchema = z.looseObject({
  id: z.unknown(),
  method: z.string(),
  params: z.array(z.unknown()).default([]),
});

const signatureIn = z.object({ result: z.string() });

/** A JSON-RPC request. */
export type ProxiedCall = z.output<typeof callSchema>;

/** What a provider does to requests. Each habit may be changed while the proxy runs. */
export interface ProxyHabits {
  /** Reads as of the last final slot, as behind a load balancer. */
  lags?: boolean;
  /** Checks transactions as of the last final slot, as behind a load balancer. */
  checksLate?: boolean;
  /** Methods, or all, that are accepted and never answered. */
  hangs?: ReadonlySet<string> | 'all';
  /** Methods that are refused by a JSON-RPC error. */
  lacks?: ReadonlySet<string>;
  /** Accounts, base58, that `getAccountInfo` doesn't have: as of programs that the cluster lacks. */
  absent?: ReadonlySet<string>;
  /** Answers with this HTTP status in place of the chain's answer, so often of ten requests. */
  fails?: { status: number; of10: number; methods?: ReadonlySet<string> };
  /** Answers everything, or these methods, with this as it is. */
  says?: { status: number; text: string; methods?: ReadonlySet<string> };
  /** Passes transactions on, but answers with this HTTP status. */
  losesAnswers?: number;
  /** Passes transactions on, but answers with this message of a JSON-RPC error, so often. */
  complains?: { message: string; times: number };
  /** Lists transactions, but says so often that it doesn't have one. */
  misses?: number;
  /** Takes transactions and loses them. */
  losesTransactions?: boolean;
  /** Passes so many transactions on, and answers nothing from the last of them on but that it is forbidden. */
  endsAfter?: number;
  /** Sends without preflight whatever was asked. */
  skipsPreflight?: boolean;
  /** Has no transactions of before this slot. */
  keepsFrom?: number;
  /** Refuses requests without this user and password, or key in the query. */
  key?: string;
}

/** Reads that a machine behind the others answers with an older state. */
const READS = new Set([
  'getAccountInfo',
  'getMultipleAccounts',
  'getProgramAccounts',
  'getBalance',
  'getSlot',
  'getTransaction',
  'getSignaturesForAddress',
]);

/** An RPC node with the habits of real providers, in front of a chain. It has no WebSocket. */
export class RpcProxy {
  /** Requests by method. */
  readonly counts = new Map<string, number>();
  private refused = 0;
  /** Transactions that were passed on. */
  private passed = 0;
  /** Signature of the last of them. */
  lastSent: string | undefined;

  private constructor(
    private readonly server: Server,
    private readonly target: string,
    readonly habits: ProxyHabits,
  ) {}

  static async start(target: string, habits: ProxyHabits = {}): Promise<RpcProxy> {
    const server = createServer();
    const proxy = new RpcProxy(server, target, habits);
    server.on('request', (request, response) => void proxy.answer(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  /** Its address, with the key in the query where it asks for one. */
  get url(): string {
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  private get hasEnded(): boolean {
    return this.passed >= (this.habits.endsAfter ?? Number.POSITIVE_INFINITY);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of request) text += chunk;
    const call = callSchema.parse(JSON.parse(text));
    const { method } = call;
    this.counts.set(method, (this.counts.get(method) ?? 0) + 1);
    const { hangs, fails, lacks, losesAnswers, losesTransactions, says } = this.habits;
    if (says && (says.methods?.has(method) ?? true)) return reply(response, says.status, says.text);
    if (this.hasEnded) return reply(response, 403, 'ended');
    if (!this.admits(request)) return reply(response, 401, { error: 'unauthorized' });
    if (hangs === 'all' || hangs?.has(method)) return;
    if (fails && (fails.methods?.has(method) ?? true) && (this.refused++ * 7) % 10 < fails.of10) {
      response.setHeader('retry-after', '0');
      return reply(response, fails.status, `<html>${fails.status}</html>`);
    }
    if (lacks?.has(method)) {
      const message = `${method} is excluded from account secondary indexes; this RPC method unavailable for key`;
      return reply(response, 200, { jsonrpc: '2.0', id: call.id, error: { code: -32010, message } });
    }
    if (method === 'getAccountInfo' && this.habits.absent?.has(String(call.params[0])))
      return reply(response, 200, {
        jsonrpc: '2.0',
        id: call.id,
        result: { context: { slot: 1 }, value: null },
      });
    if (losesTransactions && method === 'sendTransaction')
      return reply(response, 200, { jsonrpc: '2.0', id: call.id, result: '1'.repeat(64) });
    if (method === 'getTransaction' && (this.habits.misses ?? 0) > 0) {
      this.habits.misses! -= 1;
      return reply(response, 200, { jsonrpc: '2.0', id: call.id, result: null });
    }
    const answer = await this.forward(call).catch(() => undefined);
    if (method === 'sendTransaction') {
      this.passed += 1;
      this.lastSent = signatureIn.safeParse(answer).data?.result;
    }
    if (this.hasEnded) return reply(response, 403, 'ended');
    const { complains } = this.habits;
    if (complains && complains.times > 0 && method === 'sendTransaction') {
      complains.times -= 1;
      const { message } = complains;
      return reply(response, 200, { jsonrpc: '2.0', id: call.id, error: { code: -32603, message } });
    }
    if (!answer || (losesAnswers && method === 'sendTransaction'))
      return reply(response, losesAnswers ?? 502, 'lost');
    reply(response, 200, this.pruned(call, answer));
  }

  private admits({ url = '/', headers }: IncomingMessage): boolean {
    const { key } = this.habits;
    if (key === undefined) return true;
    const basic = `Basic ${Buffer.from(key).toString('base64')}`;
    return headers.authorization === basic || new URL(url, this.url).searchParams.get('api-key') === key;
  }

  private async forward(call: ProxiedCall): Promise<Record<string, unknown>> {
    const { checksLate, lags, skipsPreflight } = this.habits;
    let { params } = call;
    if (lags && READS.has(call.method)) params = withConfig(params, { commitment: 'finalized' });
    if (checksLate && call.method === 'sendTransaction')
      params = withConfig(params, { preflightCommitment: 'finalized' });
    if (skipsPreflight && call.method === 'sendTransaction')
      params = withConfig(params, { skipPreflight: true });
    const response = await fetch(this.target, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...call, params }),
    });
    return (await response.json()) as Record<string, unknown>;
  }

  private pruned({ method }: ProxiedCall, answer: Record<string, unknown>): unknown {
    const { keepsFrom = 0 } = this.habits;
    const { result } = answer as { result?: { slot?: number } | { slot: number }[] | null };
    if (method === 'getSignaturesForAddress' && Array.isArray(result))
      return { ...answer, result: result.filter(({ slot }) => slot >= keepsFrom) };
    if (method === 'getTransaction' && result && !Array.isArray(result) && (result.slot ?? 0) < keepsFrom)
      return { ...answer, result: null };
    return answer;
  }
}

/** The parameters with members added to their config, which is appended where there is none. */
function withConfig(params: readonly unknown[], members: object): unknown[] {
  const at = params.findIndex((one) => typeof one === 'object' && one !== null && !Array.isArray(one));
  if (at < 0) return [...params, members];
  return params.map((one, i) => (i === at ? { ...(one as object), ...members } : one));
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  const isText = typeof body === 'string';
  response.writeHead(status, { 'content-type': isText ? 'text/html' : 'application/json' });
  response.end(isText ? body : JSON.stringify(body));
}
