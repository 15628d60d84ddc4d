import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@commonwire/localnet';
import { type LedgerEntry, LedgerTree, ledgerLeaves, postEpoch } from '@commonwire/sdk/network';
import { OracleClient } from '@commonwire/sdk/oracle';
import { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import type { TestChain } from '../../../tests/support/chain';
import { networkChain, TestNetwork } from '../../../tests/support/network';
import { type OracleServer, startServer } from '../../src/api/server';
import { RULES_VERSION } from '../../src/domain';
import { rewardLine } from '../../src/domain/lines';
import { readConfig } from '../../src/runtime/config';
import { OracleEmitter, type OracleEvents } from '../../src/runtime/events';
import { type OpenOracle, openOracle } from '../../src/runtime/open';
import { NOON } from '../domain/support';
import { quarterReport } from './quarter-report';

/** Device time starts at solar noon and passes one hour in four seconds. */
const SPEED = 900;
/** Rounds of all oracles' tasks, enough for anything to happen that can. */
const ROUNDS = 40;
const EVENTS = ['approved', 'posted', 'demanded', 'answered', 'unanswered', 'challenged', 'doubted'] as const;
type Followed = (typeof EVENTS)[number];

/** The length of an epoch, and of its challenge period, in chain seconds. */
export const EPOCH_SECONDS = 60;
export const CHALLENGE_SECONDS = 3600;

interface Member extends OpenOracle {
  readonly server: OracleServer;
  readonly client: OracleClient;
  /** What it emitted, by name. */
  readonly events: { [N in Followed]: OracleEvents[N][0][] };
  readonly failed: string[];
}

/**
 * A network on the tests' chain whose three oracles, two of which must sign, run in this process. Their tasks run only
 * when a test says so. Three devices have one owner.
 */
export class MemberNetwork {
  readonly members: Member[] = [];

  private constructor(
    readonly network: TestNetwork,
    readonly owner: Keypair,
    private readonly devices: readonly Keypair[],
    private readonly folder: string,
  ) {}

  /** @param rpcUrl the RPC node of the oracles, if it isn't the chain's own @param attemptSeconds see the settings */
  static async create({
    rpcUrl,
    attemptSeconds = 3600,
  }: {
    rpcUrl?: (chain: TestChain) => Promise<string>;
    attemptSeconds?: number;
  } = {}): Promise<MemberNetwork> {
    const folder = await mkdtemp(join(tmpdir(), 'commonwire-members-'));
    const chain = await networkChain();
    const network = await TestNetwork.create(chain, {
      oracles: 3,
      threshold: 2,
      policy: {
        challengeSeconds: CHALLENGE_SECONDS,
        answerSeconds: CHALLENGE_SECONDS,
        epochSeconds: EPOCH_SECONDS,
      },
    });
    const owner = Keypair.generate();
    const devices = await network.register([owner, owner, owner]);
    const self = new MemberNetwork(network, owner, devices, folder);
    await self.start((await rpcUrl?.(chain)) ?? chain.connection.rpcEndpoint, attemptSeconds);
    return self;
  }

  private async start(rpcUrl: string, attemptSeconds: number): Promise<void> {
    const { network, folder } = this;
    const policy = JSON.stringify({
      rules_version: RULES_VERSION,
      epoch_budget: '1000000',
      device_epoch_cap: '1000000',
      clock: { origin: NOON * 1000, start: Date.now(), speed: SPEED },
    });
    const file = async (name: string, { secretKey }: Keypair) => {
      await writeFile(join(folder, name), JSON.stringify([...secretKey]), { mode: 0o600 });
      return join(folder, name);
    };
    const payer = await file('payer', network.chain.payer);
    const ports = [await freePort(), await freePort(), await freePort()];
    for (const [i, port] of ports.entries()) {
      const config = await readConfig({
        COMMONWIRE_RPC_URL: rpcUrl,
        COMMONWIRE_NETWORK: network.address.toBase58(),
        COMMONWIRE_POLICY: policy,
        COMMONWIRE_DEVELOPMENT: '1',
        COMMONWIRE_COMMITMENT: 'confirmed',
        COMMONWIRE_ORACLE_KEY: await file(`oracle-${i}`, network.oracles[i]!),
        COMMONWIRE_PAYER_KEY: payer,
        COMMONWIRE_DATA: join(folder, `${i}`),
        COMMONWIRE_PEERS: ports
          .filter((other) => other !== port)
          .map((other) => `http://127.0.0.1:${other}`)
          .join(),
        COMMONWIRE_ATTEMPT_SECONDS: String(attemptSeconds),
        COMMONWIRE_TURN_SECONDS: '1',
      });
      const emitter = new OracleEmitter();
      const events = Object.fromEntries(EVENTS.map((name) => [name, []])) as unknown as Member['events'];
      for (const name of EVENTS) emitter.on(name, (event: object) => events[name].push(event as never));
      const failed: string[] = [];
      emitter.on('failed', ({ task, message }) => failed.push(`${task}: ${message}`));
      const opened = await openOracle(config, emitter);
      const server = await startServer(opened.oracle, { port });
      this.members.push({ ...opened, server, client: new OracleClient(server.url), events, failed });
    }
  }

  async stop(): Promise<void> {
    for (const { server } of this.members) await server.stop();
    for (const { close } of this.members) await close();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Runs every oracle's tasks until the network reaches a state. */
  async until(what: string, reached: () => Promise<boolean> | boolean): Promise<void> {
    for (let round = 0; round < ROUNDS; round++) {
      if (await reached()) return;
      for (const { server } of this.members) await server.tick();
    }
    const failures = this.members.map(({ failed }) => failed.slice(-2));
    throw new Error(`not reached: ${what}; ${JSON.stringify(failures)}`);
  }

  async ready(): Promise<void> {
    await this.until('ready', async () => {
      const states = await Promise.all(this.members.map(({ client }) => client.health()));
      return states.every(({ status }) => status === 'ok');
    });
  }

  posted(epoch: bigint, attempt: number): Promise<void> {
    return this.until(`epoch ${epoch} posted by attempt ${attempt}`, async () => {
      const { pending } = await this.network.account();
      return pending?.epoch === epoch && pending.attempt === attempt;
    });
  }

  /** Lets the challenge period pass, and the epoch be promoted and paid to the last unit. */
  async paid(epoch: bigint): Promise<void> {
    await this.network.chain.passSeconds(CHALLENGE_SECONDS);
    await this.until(`epoch ${epoch} paid`, async () => {
      const { current, totalPaid } = await this.network.account();
      return current.epoch === epoch && totalPaid === current.earnedTotal;
    });
  }

  /** Sends a report of each device to another oracle, and cuts the epoch. */
  async collect(): Promise<void> {
    const { members, network, owner } = this;
    const info = await members[0]!.client.network();
    for (const [index, device] of this.devices.entries()) {
      const report = quarterReport({ network: network.address, index, owner: owner.publicKey, device }, info);
      const { results } = await members[index]!.client.submit([report]);
      expect(results).to.deep.equal([{ status: 'accepted' }]);
    }
    await this.cut();
  }

  async cut(): Promise<void> {
    const { network } = this;
    const { lastCutEpoch } = await network.account();
    await network.chain.passSeconds(EPOCH_SECONDS);
    await this.until('cut', async () => (await network.account()).lastCutEpoch > lastCutEpoch);
  }

  /**
   * Signs a different ledger with two of the three oracles' keys and publishes its dataset or withholds it.
   * @returns the ledger's tree
   */
  async usurp(entries: readonly LedgerEntry[], { published = true } = {}): Promise<LedgerTree> {
    const { network } = this;
    const none = { score: 0n, reward: 0n, repaid: 0n, debt: 0n, released: 0n, held: 0n };
    const lines = entries.map((entry, index) => `${rewardLine({ ...entry, ...none, index })}\n`);
    const { blobs } = this.members[1]!.oracle;
    const manifest = (sha256: string) => JSON.stringify({ parts: { rewards: [{ sha256 }] } });
    const put = async (text: string) => Buffer.from(await blobs.put(Buffer.from(text)), 'hex');
    const datasetHash = published
      ? await put(manifest((await put(lines.join(''))).toString('hex')))
      : new Uint8Array(32).fill(9);
    const message = await network.message(entries, { datasetHash });
    await network.send(postEpoch(network.address, network.sign(message)));
    return LedgerTree.fromLeaves(ledgerLeaves(entries));
  }
}
