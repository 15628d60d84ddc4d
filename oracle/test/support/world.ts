import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { freePort } from '@commonwire/localnet';
import { OracleClient } from '@commonwire/sdk/oracle';
import { type OracleServer, startServer } from '../../src/api/server';
import { toBase58 } from '../../src/domain';
import { OracleEmitter, type OracleEvents } from '../../src/runtime/events';
import { localSigner } from '../../src/runtime/keys';
import { createOracle, type Oracle } from '../../src/runtime/oracle';
import { folderBlobs } from '../../src/storage/blobs';
import { type EmbeddedDynamo, startDynalite } from '../../src/storage/dynalite';
import { DynamoStore, dynamoClient, ensureTable } from '../../src/storage/dynamo';
import { devices, HOUR, identity, makePolicy, NOON, oracleKeys } from '../domain/support';
import { FakeChain } from './fake-chain';

/** One oracle of a test world as it runs. */
export interface Running {
  readonly oracle: Oracle;
  readonly server: OracleServer;
  readonly client: OracleClient;
  /** Every event so far, in order. */
  readonly log: { name: keyof OracleEvents; fields: Record<string, unknown> }[];
}

const EVENTS = [
  'batch',
  'sealed',
  'closed',
  'signed',
  'declined',
  'equivocation',
  'forked',
  'posted',
  'challenged',
  'doubted',
  'promoted',
  'paid',
  'failed',
] as const;

/**
 * Oracles, three unless said otherwise, with their own tables, folders and ports over one chain in memory, real DynamoDB
 * calls and real HTTP. Time stands still unless a test moves it.
 */
export class World {
  /** Milliseconds; real and device time. */
  time = (NOON + HOUR) * 1000;
  readonly chain: FakeChain;
  readonly running: (Running | undefined)[];
  readonly devices = devices(6);
  /** What else is to be stopped with this world. */
  readonly guests: { stop(): Promise<void> }[] = [];
  patience = { headsMs: 1000, attemptMs: 60_000, turnMs: 5000 };
  private dynamo!: EmbeddedDynamo;
  private client!: DynamoDBClient;
  private folder!: string;
  private ports: number[] = [];
  private readonly keys: ReturnType<typeof oracleKeys>;

  constructor(readonly members = 3) {
    this.keys = oracleKeys(members);
    this.running = this.keys.map(() => undefined);
    this.chain = new FakeChain(
      () => this.time,
      this.keys.map(({ publicKey }) => toBase58(publicKey)),
    );
  }

  async start(): Promise<this> {
    this.dynamo = await startDynalite();
    this.client = dynamoClient(this.dynamo.endpoint);
    this.folder = await mkdtemp(join(tmpdir(), 'commonwire-oracle-'));
    this.chain.register(this.devices);
    // Ports are found first: each oracle must know its peers' before they run.
    for (let i = 0; i < this.members; i++) this.ports.push(await freePort());
    for (let i = 0; i < this.members; i++) await this.run(i);
    return this;
  }

  /** Starts oracle `i`, or starts it again on what it had stored. */
  async run(i: number, changes: Partial<Oracle> = {}): Promise<Running> {
    const table = `oracle-${i}`;
    await ensureTable(this.client, table);
    const events = new OracleEmitter();
    const log: Running['log'] = [];
    for (const name of EVENTS)
      events.on(name, (fields: object) => log.push({ name, fields: fields as Record<string, unknown> }));
    const oracle = createOracle({
      identity,
      policy: makePolicy(),
      patience: this.patience,
      signer: localSigner(this.keys[i]!.secretKey),
      chain: this.chain,
      store: new DynamoStore(this.client, table),
      blobs: folderBlobs(join(this.folder, String(i))),
      peerUrls: this.ports.map((_, peer) => this.url(peer)).filter((_, peer) => peer !== i),
      events,
      now: () => this.time,
      ...changes,
    });
    const server = await startServer(oracle, { port: this.ports[i] });
    const running = { oracle, server, client: new OracleClient(server.url), log };
    this.running[i] = running;
    return running;
  }

  /** Where oracle `i` serves, running or not. */
  url(i: number): string {
    return `http://127.0.0.1:${this.ports[i]}`;
  }

  at(i: number): Running {
    return this.running[i]!;
  }

  /** Stops oracle `i`; its store stays. */
  async kill(i: number): Promise<void> {
    await this.running[i]?.server.stop();
    this.running[i] = undefined;
  }

  /** Each running oracle does its tasks once, one after another. */
  async tick(rounds = 1): Promise<void> {
    for (let round = 0; round < rounds; round++)
      for (const running of this.running) await running?.server.tick();
  }

  /** Ticks until the chain is where a test wants it. @throws Error with every failure told, if it doesn't get there */
  async until(what: string, reached: () => boolean): Promise<void> {
    for (let round = 0; round < 10; round++) {
      if (reached()) return;
      await this.tick();
    }
    if (!reached()) throw new Error(`not reached: ${what}; ${JSON.stringify(this.events('failed'))}`);
  }

  /** Ticks until an epoch is promoted, then once more, so that it is paid. */
  async promoted(epoch: number): Promise<void> {
    await this.until(`epoch ${epoch} promoted`, () => this.chain.current.epoch === epoch);
    await this.tick();
  }

  /** Everything of one kind that happened, at all running oracles. */
  events(name: keyof OracleEvents): Record<string, unknown>[] {
    return this.running
      .flatMap((running) => running?.log ?? [])
      .flatMap((one) => (one.name === name ? [one.fields] : []));
  }

  pass(seconds: number): void {
    this.time += seconds * 1000;
  }

  async stop(): Promise<void> {
    for (const guest of this.guests) await guest.stop();
    for (let i = 0; i < this.members; i++) await this.kill(i);
    this.client.destroy();
    await this.dynamo.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
