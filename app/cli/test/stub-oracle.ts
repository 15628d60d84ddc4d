import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { sha256, toHex } from '@commonwire/sdk/core';
import {
  type LedgerEntry,
  LedgerTree,
  ledgerLeaves,
  type NetworkAccount,
  type RegistryEntry,
} from '@commonwire/sdk/network';
import type { SettlementInfo } from '@commonwire/sdk/oracle';
import { PublicKey } from '@solana/web3.js';
// The oracle's writer, so that the command reads what oracles publish.
import { registryLines } from '../../../oracle/src/domain/lines';

/** The files of an epoch's dataset that verifying a payout needs. */
export interface StubDataset {
  manifest: Uint8Array;
  registry: Uint8Array;
}

/** Makes the registry part of a dataset. */
export const registryPart = (...entries: readonly RegistryEntry[]): Buffer =>
  Buffer.from(entries.flatMap((entry) => registryLines(entry).map((line) => `${line}\n`)).join(''));

/** Makes a dataset for the next epoch to post, with these devices and this ledger. */
export function makeDataset(
  network: NetworkAccount,
  changes: readonly RegistryEntry[],
  entries: readonly LedgerEntry[],
  falsified: object = {},
): StubDataset {
  const cut = network.cuts.find(({ epoch }) => epoch === network.current.epoch + 1n)!;
  const registry = registryPart(...changes);
  const manifest = {
    network: network.address.toBase58(),
    epoch: Number(cut.epoch),
    cut: { device_count: cut.deviceCount, registry_hash: toHex(cut.registryHash) },
    ledger_root: toHex(LedgerTree.fromLeaves(ledgerLeaves(entries)).root),
    totals: { earned_total: `${entries.reduce((sum, { earned }) => sum + earned, 0n)}` },
    parts: { registry: [{ sha256: toHex(sha256(registry)) }] },
    ...falsified,
  };
  return { manifest: Buffer.from(JSON.stringify(manifest)), registry };
}

/** Makes the answer of an oracle whose ledger of `epoch` has these entries. */
export function settlementOf(
  epoch: number,
  entries: readonly LedgerEntry[],
  first: number,
  count: number,
): SettlementInfo {
  const tree = LedgerTree.fromLeaves(ledgerLeaves(entries));
  const run = entries.slice(first, first + count);
  return {
    epoch,
    ledger_root: toHex(tree.root),
    device_count: entries.length,
    first,
    count,
    owners: run.map(({ owner }) => new PublicKey(owner).toBase58()),
    earned: run.map(({ earned }) => `${earned}`),
    paid: run.map(() => '0'),
    proof: tree.proveRun(first, count).map(toHex),
  };
}

/** An HTTP server on loopback that acts as an oracle and can be made to lie. */
export class StubOracle {
  settle: (first: number, count: number) => unknown = () => ({});
  /** The bytes that it serves: `registry` under the registry's hash, `manifest` under any other. */
  dataset: StubDataset = { manifest: new Uint8Array(), registry: new Uint8Array() };
  /** The hash under which the manifest names the registry. */
  registryHash = '';

  private readonly server = createServer((request, response) => this.answer(request.url ?? '', response));

  static async start(): Promise<StubOracle> {
    const oracle = new StubOracle();
    await new Promise<void>((resolve) => oracle.server.listen(0, '127.0.0.1', resolve));
    return oracle;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  private part(wanted: string): Uint8Array {
    return wanted === this.registryHash ? this.dataset.registry : this.dataset.manifest;
  }

  private answer(path: string, response: ServerResponse): void {
    const settlement = /^\/v1\/settlements\/(\d+)\?count=(\d+)$/.exec(path);
    const part = /^\/v1\/epochs\/\d+\/parts\/([0-9a-f]{64})$/.exec(path);
    if (settlement) response.end(JSON.stringify(this.settle(Number(settlement[1]), Number(settlement[2]))));
    else if (part) response.setHeader('content-encoding', 'gzip').end(gzipSync(this.part(part[1]!)));
    else response.writeHead(404).end('{"error":{"code":"not-found","message":"no such path"}}');
  }
}
