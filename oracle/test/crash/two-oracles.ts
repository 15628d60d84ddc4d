import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { freePort } from '@commonwire/localnet';
import { fetchNetwork, type NetworkAccount, PROGRAM_ID } from '@commonwire/sdk/network';
import { OracleClient } from '@commonwire/sdk/oracle';
import { seedOf } from '../../../tests/support/chain';
import { type OracleServer, startServer } from '../../src/api/server';
import { SolanaChain } from '../../src/chain/solana';
import { type PolicyInput, RULES_VERSION } from '../../src/domain';
import { OracleEmitter } from '../../src/runtime/events';
import { localSigner } from '../../src/runtime/keys';
import { createOracle } from '../../src/runtime/oracle';
import { folderBlobs } from '../../src/storage/blobs';
import { type EmbeddedDynamo, startDynalite } from '../../src/storage/dynalite';
import { DynamoStore, dynamoClient, ensureTable } from '../../src/storage/dynamo';
import { HOUR, makePolicy, NOON } from '../domain/support';
import { CrashChain, type Holding, keyOf } from './chain';
import { VictimProcess } from './victim-process';

/** How many seconds they wait for each other. Neither takes over from the other, since the victim is back at once. */
const PATIENCE = { head: 600, attempt: 1200, turn: 3600 };
const MAX_ROUNDS = 40;
/** The policy they share. */
const POLICY: PolicyInput = {
  rules_version: RULES_VERSION,
  epoch_budget: '1000000',
  device_epoch_cap: '600000',
};

type Member = 'peer' | 'victim';

/** The options of a pair. */
export interface Setting {
  /** The committee in its order, which decides who leads when. */
  readonly committee: readonly [Member, Member];
  readonly holdings: readonly Holding[];
  /** The victim's program, bundled. */
  readonly program: string;
  /** The points at which the victim is killed, one after another. */
  readonly deaths: readonly string[];
}

/** The parts of the peer that outlive its server. */
interface Storage {
  readonly folder: string;
  readonly dynamo: EmbeddedDynamo;
  readonly table: DynamoDBClient;
}

/**
 * A committee of two that both must sign. The victim is a separate process; its peer and the chain run in this one.
 * Time only passes when a test advances it, so that the same plan always produces the same bytes.
 */
export class TwoOracles {
  private peer: OracleServer | undefined;

  private constructor(
    private readonly clock: { time: number },
    private readonly storage: Storage,
    readonly chain: CrashChain,
    readonly victim: VictimProcess,
    readonly clients: Readonly<Record<Member, OracleClient>>,
  ) {}

  static async start({ committee, holdings, program, deaths }: Setting): Promise<TwoOracles> {
    const clock = { time: (NOON + HOUR) * 1000 };
    const folder = await mkdtemp(join(tmpdir(), 'commonwire-crash-'));
    const dynamo = await startDynalite();
    const table = dynamoClient(dynamo.endpoint);
    await ensureTable(table, 'peer');
    const chain = await CrashChain.start(() => clock.time, committee.map(keyOf), holdings);
    const urls = { peer: await freeUrl(), victim: await freeUrl() };
    const clients = { peer: new OracleClient(urls.peer), victim: new OracleClient(urls.victim) };
    const victim = new VictimProcess(program, await environment(folder, chain, urls), deaths);
    return new TwoOracles(clock, { folder, dynamo, table }, chain, victim, clients);
  }

  /** The time of the chain, the oracles and the devices, in milliseconds. */
  get time(): number {
    return this.clock.time;
  }

  pass(seconds: number): void {
    this.clock.time += seconds * 1000;
    this.chain.nextSlot();
  }

  /** Lets the time for an attempt pass. */
  passAttempt(): void {
    this.pass(PATIENCE.attempt);
  }

  account(): Promise<NetworkAccount> {
    return fetchNetwork(this.chain.connection, this.chain.network);
  }

  /** Runs both oracles' tasks in turns until a condition holds. */
  async rounds(
    what: string,
    reached: (account: NetworkAccount) => boolean | Promise<boolean>,
  ): Promise<void> {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      if (await reached(await this.account())) return;
      await this.victim.tick(this.time);
      await this.peer!.tick();
    }
    throw new Error(`not reached: ${what}; ${this.victim.failures.join('; ')}`);
  }

  /** Starts the peer, or restarts it on its stored data, with these changes to the policy. */
  async startPeer(policy: Partial<PolicyInput> = {}): Promise<void> {
    await this.peer?.stop();
    const { chain, clients, storage } = this;
    const { birth, genesisHash } = await this.account();
    const oracle = createOracle({
      identity: { network: chain.network.toBytes(), program: PROGRAM_ID.toBytes(), birth, genesisHash },
      policy: makePolicy({ ...POLICY, ...policy }),
      patience: {
        headsMs: PATIENCE.head * 1000,
        attemptMs: PATIENCE.attempt * 1000,
        turnMs: PATIENCE.turn * 1000,
      },
      signer: localSigner(seedOf(keyOf('peer'))),
      chain: new SolanaChain({
        connection: chain.connection,
        network: chain.network,
        payer: async () => chain.payer,
        commitment: 'confirmed',
      }),
      store: new DynamoStore(storage.table, 'peer'),
      blobs: folderBlobs(join(storage.folder, 'peer')),
      peerUrls: [clients.victim.url],
      events: new OracleEmitter(),
      now: () => this.time,
    });
    this.peer = await startServer(oracle, { port: Number(new URL(clients.peer.url).port) });
  }

  async stop(): Promise<void> {
    await this.victim.stop();
    await this.peer?.stop();
    this.storage.table.destroy();
    await this.storage.dynamo.stop();
    await this.chain.close();
    await rm(this.storage.folder, { recursive: true, force: true });
  }
}

const freeUrl = async (): Promise<string> => `http://127.0.0.1:${await freePort()}`;

/** The victim's settings. Its keys are worthless outside its chain. */
async function environment(
  folder: string,
  { rpcUrl, network, payer }: CrashChain,
  urls: Readonly<Record<Member, string>>,
): Promise<Record<string, string>> {
  const file = async (name: string, key: { secretKey: Uint8Array }) => {
    const path = join(folder, `${name}.json`);
    await writeFile(path, JSON.stringify([...key.secretKey]), { mode: 0o600 });
    return path;
  };
  return {
    COMMONWIRE_RPC_URL: rpcUrl,
    COMMONWIRE_NETWORK: network.toBase58(),
    COMMONWIRE_COMMITMENT: 'confirmed',
    COMMONWIRE_DEVELOPMENT: '1',
    COMMONWIRE_POLICY: JSON.stringify(POLICY),
    COMMONWIRE_HEAD_SECONDS: String(PATIENCE.head),
    COMMONWIRE_ATTEMPT_SECONDS: String(PATIENCE.attempt),
    COMMONWIRE_TURN_SECONDS: String(PATIENCE.turn),
    COMMONWIRE_ORACLE_KEY: await file('oracle', keyOf('victim')),
    COMMONWIRE_PAYER_KEY: await file('payer', payer),
    COMMONWIRE_DATA: join(folder, 'victim'),
    COMMONWIRE_PORT: new URL(urls.victim).port,
    COMMONWIRE_PEERS: urls.peer,
  };
}
