import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { sha256, toHex } from '@commonwire/sdk/core';
import type { UsageLeaf, UsageTree } from '@commonwire/sdk/market';
import {
  type LedgerEntry,
  LedgerTree,
  ledgerLeaves,
  type NetworkAccount,
  type RegistryEntry,
} from '@commonwire/sdk/network';
import type { OrderInfo, SettlementInfo } from '@commonwire/sdk/oracle';
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

/** Makes the answer of an oracle about an order or offer whose terms don't matter. */
export function orderInfoOf(tree: UsageTree, address: string): OrderInfo {
  const leafOf = ({ side, account, birth, counterparty, units, amount }: UsageLeaf) => ({
    ...{ side, account: account.toBase58(), birth: `${birth}`, counterparty: counterparty.toBase58() },
    ...{ units: `${units}`, amount: `${amount}` },
  });
  const proofOf = ({ index, count, nodes }: { index: number; count: number; nodes: Uint8Array[] }) => ({
    ...{ index, count, nodes: nodes.map(toHex) },
  });
  const account = new PublicKey(address);
  const [proven, absent] = [tree.prove(account), tree.proveAbsent(account)];
  return {
    ...{ account: address, epoch: 1, usage_root: toHex(tree.root), offer: null, order: null, cleared: [] },
    usage: proven ? { leaf: leafOf(proven.leaf), ...proofOf(proven) } : null,
    absence: absent ? { leaves: absent.leaves.map(leafOf), ...proofOf(absent) } : null,
  };
}

/** An HTTP server on loopback that acts as an oracle and can be made to lie. */
export class StubOracle {
  settle: (first: number, count: number) => unknown = () => ({});
  order: (address: string) => unknown = () => ({});
  device: (index: number) => unknown = () => ({});
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
    const order = /^\/v1\/orders\/(\w{32,44})$/.exec(path);
    const device = /^\/v1\/devices\/(\d+)$/.exec(path);
    if (device) response.end(JSON.stringify(this.device(Number(device[1]))));
    else if (order) response.end(JSON.stringify(this.order(order[1]!)));
    else if (settlement)
      response.end(JSON.stringify(this.settle(Number(settlement[1]), Number(settlement[2]))));
    else if (part) response.setHeader('content-encoding', 'gzip').end(gzipSync(this.part(part[1]!)));
    else response.writeHead(404).end('{"error":{"code":"not-found","message":"no such path"}}');
  }
}
