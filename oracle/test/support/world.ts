import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { freePort } from '@commonwire/localnet';
import type { Signer } from '@commonwire/sdk/core';
import { OracleClient } from '@commonwire/sdk/oracle';
import { type OracleServer, startServer } from '../../src/api/server';
import type { Freshness } from '../../src/chain/network-view';
import { toBase58 } from '../../src/domain';
import { OracleEmitter, type OracleEvents } from '../../src/runtime/events';
import { localSigner } from '../../src/runtime/keys';
import { createOracle, type Oracle } from '../../src/runtime/oracle';
import { folderBlobs } from '../../src/storage/blobs';
import { type EmbeddedDynamo, startDynalite } from '../../src/storage/dynalite';
import { DynamoStore, dynamoClient, ensureTable } from '../../src/storage/dynamo';
import { HOUR, identity, devices as makeDevices, makePolicy, NOON, oracleKeys } from '../domain/support';
import { FakeChain } from './fake-chain';

/** A running oracle of a test world. */
export interface Running {
  readonly oracle: Oracle;
  readonly server: OracleServer;
  readonly client: OracleClient;
  /** Every event so far, in order. */
  readonly log: { name: keyof OracleEvents; fields: Record<string, unknown> }[];
}

const EVENTS = [
  'adopted',
  'batch',
  'recovering',
  'recovered',
  'sealed',
  'delegated',
  'closed',
  'signed',
  'declined',
  'equivocation',
  'forked',
  'posted',
  'approved',
  'demanded',
  'answered',
  'unanswered',
  'challenged',
  'doubted',
  'promoted',
  'paid',
  'failed',
] as const;

/**
 * Oracles, three by default, each with its own table, folder and port, on one in-memory chain, with real DynamoDB
 * calls and real HTTP. Time only passes when a test advances it.
 */
export class World {
  /** Real and device time, in milliseconds. */
  time = (NOON + HOUR) * 1000;
  readonly chain: FakeChain;
  readonly running: (Running | undefined)[];
  /** Callbacks that stop other things together with this world. */
  readonly guests: { stop(): Promise<void> }[] = [];
  patience = { headsMs: 1000, attemptMs: 60_000, turnMs: 5000 };
  /** How long answers may be based on what was read of the chain; if absent, it is read for every request. */
  freshness?: Freshness;
  private dynamo!: EmbeddedDynamo;
  private client!: DynamoDBClient;
  private folder!: string;
  private ports: number[] = [];
  private joined = 0;
  private readonly keys: ReturnType<typeof oracleKeys>;

  constructor(
    readonly members = 3,
    readonly devices = makeDevices(6),
  ) {
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
    // Ports are chosen first, because each oracle must know its peers' ports before they run.
    for (let i = 0; i < this.members; i++) this.ports.push(await freePort());
    for (let i = 0; i < this.members; i++) await this.run(i);
    return this;
  }

  /** Starts oracle `i`, or restarts it on its stored data. */
  async run(i: number, changes: Partial<Oracle> = {}): Promise<Running> {
    const store = await this.store(`oracle-${i}`);
    const events = new OracleEmitter();
    const log: Running['log'] = [];
    for (const name of EVENTS)
      events.on(name, (fields: object) => log.push({ name, fields: fields as Record<string, unknown> }));
    const oracle = createOracle({
      identity,
      policy: makePolicy(),
      patience: this.patience,
      signer: this.signer(i),
      chain: this.chain,
      store,
      blobs: folderBlobs(this.path(String(i))),
      peerUrls: this.ports.map((_, peer) => this.url(peer)).filter((_, peer) => peer !== i),
      events,
      now: () => this.time,
      ...(this.freshness && { freshness: this.freshness }),
      ...changes,
    });
    const server = await startServer(oracle, { port: this.ports[i] });
    const running = { oracle, server, client: new OracleClient(server.url), log };
    this.running[i] = running;
    return running;
  }

  /** Starts oracle `i` as one that joins late, with nothing stored. */
  async join(i: number, changes: Partial<Oracle> = {}): Promise<Running> {
    this.joined += 1;
    const table = `oracle-${i}-late-${this.joined}`;
    return this.run(i, {
      store: await this.store(table),
      blobs: folderBlobs(this.path(table)),
      ...changes,
    });
  }

  /** A table of its own in the world's database, created if it isn't there. Oracle `i` uses `oracle-i`. */
  async store(table: string): Promise<DynamoStore> {
    await ensureTable(this.client, table);
    return new DynamoStore(this.client, table);
  }

  /** A folder in the world's. Oracle `i` has its parts in `i`. */
  path(name: string): string {
    return join(this.folder, name);
  }

  /** Of its database. */
  get endpoint(): string {
    return this.dynamo.endpoint;
  }

  /** Signs with the key of oracle `i`. */
  signer(i: number): Signer {
    return localSigner(this.keys[i]!.secretKey);
  }

  /** The key of oracle `i`, base58. */
  address(i: number): string {
    return toBase58(this.keys[i]!.publicKey);
  }

  /** The URL of oracle `i`, running or not. */
  url(i: number): string {
    return `http://127.0.0.1:${this.ports[i]}`;
  }

  at(i: number): Running {
    return this.running[i]!;
  }

  /** Stops oracle `i` and keeps its store. */
  async kill(i: number): Promise<void> {
    await this.running[i]?.server.stop();
    this.running[i] = undefined;
  }

  /** Runs the tasks of each running oracle once, one oracle after another. */
  async tick(rounds = 1): Promise<void> {
    for (let round = 0; round < rounds; round++)
      for (const running of this.running) await running?.server.tick();
  }

  /** Ticks until a condition holds. @throws Error listing all failures if it is never reached */
  async until(what: string, reached: () => boolean): Promise<void> {
    for (let round = 0; round < 10; round++) {
      if (reached()) return;
      await this.tick();
    }
    if (!reached()) throw new Error(`not reached: ${what}; ${JSON.stringify(this.events('failed'))}`);
  }

  /** Ticks until an epoch is promoted, and once more to pay it. */
  async promoted(epoch: number): Promise<void> {
    await this.until(`epoch ${epoch} promoted`, () => this.chain.current.epoch === epoch);
    await this.tick();
  }

  /** All events of one name from all running oracles. */
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
