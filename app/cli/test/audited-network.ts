import {
  type CloseResult,
  close,
  type Device,
  encodeEntry,
  FIRST_LOG_HASH,
  genesis,
  type Log,
  logHeadMessage,
  type Manifest,
  parsePolicy,
  Registry,
  RULES_VERSION,
  referTo,
  rootOfRuns,
  toBase58,
  toRuns,
} from '@commonwire/oracle/domain';
import {
  type Ed25519KeyPair,
  ed25519KeyPair,
  fromBase64,
  packDeviceKey,
  sha256,
  signEd25519,
  toHex,
} from '@commonwire/sdk/core';
import { encodeReport, type Report, type SignedReport } from '@commonwire/sdk/device';
import { type LedgerEntry, LedgerTree, ledgerLeaves, PROGRAM_ID, postEpoch } from '@commonwire/sdk/network';
import type { Keypair } from '@solana/web3.js';
import { linesOf, toParts } from '../../../oracle/src/domain/parts';
import { cellCentre } from '../../../oracle/src/domain/place';
import { fund, seedOf } from '../../../tests/support/chain';
import { networkChain, newDevice, TestNetwork } from '../../../tests/support/network';
import { PublishingOracle } from './publishing-oracle';

/** Noon in the devices' cell, unix seconds. */
export const NOON = Date.parse('2026-06-21T19:00:00Z') / 1000;

type Group = keyof Manifest['parts'];

/** The lines and fields that a dishonest committee changes before it signs. */
export interface Falsified {
  lines?: Partial<Record<Group, (lines: string[]) => string[]>>;
  manifest?: (manifest: Manifest) => object;
  /** The ledger whose root and total are posted, and written into the manifest. */
  ledger?: (entries: LedgerEntry[]) => LedgerEntry[];
}

/** A network on a real chain with four devices. Epochs are closed from their signed reports, and datasets published. */
export class AuditedNetwork {
  policy = parsePolicy(
    { rules_version: RULES_VERSION, epoch_budget: '1000000', device_epoch_cap: '600000' },
    { development: true },
  );
  readonly devices: Device[] = [];
  readonly registry = new Registry();
  /** The log of the last epoch that was closed. */
  log: Log | undefined;
  private keys: Ed25519KeyPair[] = [];
  private previous = genesis;

  private constructor(
    readonly test: TestNetwork,
    readonly oracle: PublishingOracle,
    readonly owners: readonly Keypair[],
  ) {}

  static async create(): Promise<AuditedNetwork> {
    const test = await TestNetwork.create(await networkChain());
    const [a, b] = [await fund(test.chain.connection, 1), await fund(test.chain.connection, 1)];
    const self = new AuditedNetwork(test, await PublishingOracle.start(), [a, a, b, b]);
    const keys = await test.register(self.owners);
    self.keys = keys.map((key) => ed25519KeyPair(seedOf(key)));
    for (const [index, key] of keys.entries()) {
      const { h3Cell, capacity } = newDevice(key);
      const deviceKey = packDeviceKey(0, key.publicKey.toBytes());
      const owner = self.owners[index]!.publicKey.toBytes();
      self.devices.push({ index, keyType: 0, deviceKey, owner, kind: 1, h3Cell, capacity });
    }
    self.registry.apply({ kind: 'registered', devices: self.devices });
    return self;
  }

  /** Makes a report over 15 minutes, signed by the device's key. */
  report(index: number, changes: Partial<Report> = {}): SignedReport {
    const { owner, kind, h3Cell } = this.devices[index]!;
    const { latitude, longitude } = cellCentre(h3Cell)!;
    const start = changes.start ?? NOON;
    const bytes = encodeReport({
      network: this.test.address.toBytes(),
      index,
      owner,
      sequence: BigInt(start) / 60n,
      start,
      seconds: 900,
      kind,
      value: 1000n,
      latitude: Math.round(latitude * 1e7),
      longitude: Math.round(longitude * 1e7),
      extra: new Uint8Array(0),
      ...changes,
    });
    const base64 = (data: Uint8Array) => Buffer.from(data).toString('base64');
    return { report: base64(bytes), signature: base64(signEd25519(bytes, this.keys[index]!)) };
  }

  /** Closes the epoch that was cut, from the log of one oracle with these reports. */
  async close(reports: readonly SignedReport[], signer = this.test.oracles[0]!): Promise<CloseResult> {
    const { address, birth, genesisHash, cuts, current, emission, initialSupply } = await this.test.account();
    const epoch = Number(current.epoch) + 1;
    const cut = cuts.find((one) => one.epoch === BigInt(epoch))!;
    const network = address.toBytes();
    const oracle = signer.publicKey.toBase58();
    const received_at = (NOON + 3600 * epoch) * 1000;
    const previous = this.previous.heads.find((head) => head.oracle === oracle)?.head ?? FIRST_LOG_HASH;
    const runs = [
      ...toRuns([
        encodeEntry(
          received_at,
          reports.map(({ report, signature }) => ({
            bytes: fromBase64(report),
            signature: fromBase64(signature),
          })),
        ),
      ]),
    ];
    const head = {
      oracle,
      epoch,
      reports: reports.length,
      sealed_at: received_at,
      previous,
      root: rootOfRuns(runs.map(referTo)),
      refused: { 'too-old': 2 },
    };
    const signature = signEd25519(logHeadMessage(network, head), seedOf(signer));
    const log = { head: { ...head, signature: Buffer.from(signature).toString('base64') }, runs };
    this.log = log;
    this.oracle.putLog(log);
    const left = emission.maxSupply - initialSupply - current.earnedTotal;
    return close({
      identity: { network, program: PROGRAM_ID.toBytes(), birth, genesisHash },
      epoch,
      cut: { device_count: cut.deviceCount, registry_hash: toHex(cut.registryHash), time: Number(cut.time) },
      limits: {
        epoch: `${emission.epochCap < left ? emission.epochCap : left}`,
        device: `${cut.deviceEpochCap}`,
      },
      registry: this.registry,
      policy: this.policy,
      committee: [oracle],
      logs: [log],
      previous: this.previous,
    });
  }

  /** Publishes a dataset, honest or falsified, and has the committee post it. @returns the manifest's hash */
  async post(result: CloseResult, falsified: Falsified = {}): Promise<string> {
    const bytes = new Map(result.parts.map((part) => [part.sha256, part.bytes]));
    const parts = { ...result.manifest.parts };
    for (const group of Object.keys(parts) as Group[]) {
      const honest = [...linesOf(parts[group] ?? [], (hash) => bytes.get(hash)!)];
      const made = toParts(falsified.lines?.[group]?.(honest) ?? honest);
      parts[group] = made.references;
      for (const part of made.parts) this.oracle.put(Buffer.from(part.bytes).toString());
    }
    const honest = this.entries(result);
    const ledger = falsified.ledger?.(honest) ?? honest;
    const { root, earnedTotal } = LedgerTree.fromLeaves(ledgerLeaves(ledger));
    const totals = { ...result.manifest.totals, earned_total: `${earnedTotal}` };
    const manifest = { ...result.manifest, parts, ledger_root: toHex(root), totals };
    const signed = { ...manifest, ...falsified.manifest?.(manifest) };
    const text = JSON.stringify(signed);
    const message = await this.test.message(ledger, { datasetHash: sha256(Buffer.from(text)) });
    await this.test.send(postEpoch(this.test.address, this.test.sign(message)));
    return this.oracle.put(text);
  }

  /** Promotes the pending epoch; the next epoch starts from this result. */
  async promote({ next }: CloseResult): Promise<void> {
    await this.test.promote();
    this.previous = next;
  }

  private entries = ({ rewards }: CloseResult): LedgerEntry[] =>
    rewards.map(({ owner, earned }) => ({ owner, earned }));

  /** Returns the address of a device's owner. */
  ownerOf = (index: number): string => toBase58(this.devices[index]!.owner);
}
