import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { type Log, referTo } from '@commonwire/oracle/domain';
import { sha256, toHex } from '@commonwire/sdk/core';
import type { LedgerEntry, RegistryEntry } from '@commonwire/sdk/network';
import type { LogInfo } from '@commonwire/sdk/oracle';
// The oracle's writer, so that the command reads what oracles publish.
import { rewardLine } from '../../../oracle/src/domain/lines';
import { registryPart } from './stub-oracle';

/** Devices per part of the rewards: few, so that a ledger has several parts. */
const PART_LINES = 3;

/** An HTTP server on loopback that serves bytes by their hash, as oracles serve datasets. */
export class PublishingOracle {
  /** By hash, lower-case hex; a test may store other bytes. */
  readonly parts = new Map<string, Uint8Array>();
  /** What it answers at `/v1/epochs/{n}/signatures`; null: nothing. */
  signatures: object | null = null;
  /** What it answers about logs, by oracle and epoch. */
  readonly logs = new Map<string, LogInfo>();
  /** The HTTP status of every answer; null to serve parts. */
  failure: number | null = null;

  private readonly server = createServer((request, response) => this.answer(request.url ?? '', response));

  static async start(): Promise<PublishingOracle> {
    const oracle = new PublishingOracle();
    await new Promise<void>((resolve) => oracle.server.listen(0, '127.0.0.1', resolve));
    return oracle;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Publishes a dataset with this ledger and these changes of the registry. @returns its hash */
  publish(entries: readonly LedgerEntry[], changes: readonly RegistryEntry[] = []): Uint8Array {
    const none = { score: 0n, reward: 0n, repaid: 0n, debt: 0n, released: 0n, held: 0n };
    const lines = entries.map((entry, index) => `${rewardLine({ ...entry, ...none, index })}\n`);
    const rewards: { sha256: string }[] = [];
    for (let at = 0; at < lines.length; at += PART_LINES)
      rewards.push({ sha256: this.put(lines.slice(at, at + PART_LINES).join('')) });
    const registry = [{ sha256: this.put(registryPart(...changes).toString()) }];
    return Buffer.from(this.put(JSON.stringify({ parts: { registry, rewards } })), 'hex');
  }

  /** Stores a file. @returns its hash */
  put(text: string): string {
    const bytes = Buffer.from(text);
    const hash = toHex(sha256(bytes));
    this.parts.set(hash, bytes);
    return hash;
  }

  /** Serves a log and its pages. */
  putLog({ head, runs }: Log): void {
    const listed = runs.map(referTo).map((run) => ({ ...run, pages: [...run.pages] }));
    const { oracle, epoch } = head;
    this.logs.set(`${oracle}:${epoch}`, { oracle, epoch, head: { ...head }, runs: listed });
    for (const [i, { pages }] of listed.entries())
      for (const [j, name] of pages.entries()) this.parts.set(name, runs[i]!.pages[j]!);
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  private answer(path: string, response: ServerResponse): void {
    const part = this.parts.get(/^\/v1\/epochs\/\d+\/parts\/([0-9a-f]{64})$/.exec(path)?.[1] ?? '');
    if (part && this.failure === null) {
      response.setHeader('content-encoding', 'gzip').end(gzipSync(part));
      return;
    }
    if (this.signatures && this.failure === null && /^\/v1\/epochs\/\d+\/signatures$/.test(path)) {
      response.end(JSON.stringify(this.signatures));
      return;
    }
    const { pathname, searchParams } = new URL(path, this.url);
    const log = this.logs.get(`${searchParams.get('oracle')}:${/^\/v1\/logs\/(\d+)$/.exec(pathname)?.[1]}`);
    if (log && this.failure === null) {
      response.end(JSON.stringify(log));
      return;
    }
    response.writeHead(this.failure ?? 404).end('{"error":{"code":"not-found","message":"no such part"}}');
  }
}
