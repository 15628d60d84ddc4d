import { setMaxListeners } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Fleet, loadSolarData, replayOrigin, Uplink } from '@commonwire/device';
import { domain } from '@commonwire/oracle';
import { nodeOf } from '@commonwire/sdk/core';
import { fetchNetwork } from '@commonwire/sdk/network';
import { type Connection, Keypair, type PublicKey } from '@solana/web3.js';
import { airdrop, type DemoChain, isClusterNamed, openChain } from './chain';
import { knowsAll, type Member, openCommittee, urlOf } from './committee';
import {
  type Community,
  type CommunityDevice,
  DEVICE_EPOCH_CAP,
  EPOCH_BUDGET,
  foundCommunity,
} from './community';
import { DemoClock } from './demo-clock';
import { DemoError } from './errors';
import { LagObserver } from './lag';
import { Narrator } from './narrator';
import { servePage } from './page';
import { choosePorts } from './ports';
import { Stories } from './stories';
import { type Summary, summarize, TransactionCounter } from './summary';

const ORACLES = 3;
/** How often the network's account is read, milliseconds: about a slot. No subscription, which many nodes don't serve. */
const POLL_MS = 400;

export interface LivingNetworkOptions {
  epochSeconds: number;
  /** Port of the status page; 0 picks a free one. */
  port: number;
  /** Whether it is to live until it is stopped, rather than until {@link LivingNetwork.finish}. Default: no. */
  forever?: boolean;
  /** Receives progress lines. */
  write: (line: string) => void;
}

/** A whole network on this machine. {@link LivingNetwork.stop} releases all its resources. */
export class LivingNetwork {
  private readonly started = Date.now();
  private readonly fleetStop = new AbortController();
  private readonly counter = new TransactionCounter();
  private readonly clock = new DemoClock();
  private readonly closers: (() => Promise<void>)[] = [];
  private narrator!: Narrator;
  private chain!: DemoChain;
  private community!: Community;
  /** Farms, DAO and market; null on a cluster whose days can't be made to pass. */
  stories: Stories | null = null;
  private members: Member[] = [];
  private page!: Awaited<ReturnType<typeof servePage>>;
  private fleet!: Fleet;
  private reporting: Promise<void> = Promise.resolve();

  private constructor(private readonly options: LivingNetworkOptions) {
    // Each batch in flight listens to this signal, and there may be many, so disable Node's leak warning.
    setMaxListeners(0, this.fleetStop.signal);
  }

  /** Starts chain, program, network, devices, oracles and status page. Stops everything again on an error. */
  static async start(options: LivingNetworkOptions): Promise<LivingNetwork> {
    const network = new LivingNetwork(options);
    try {
      await network.open();
      return network;
    } catch (error) {
      await network.stop();
      throw error;
    }
  }

  /** The address of the status page. */
  get pageUrl(): string {
    return this.page.url;
  }

  /** The chain. */
  get connection(): Connection {
    return this.chain.connection;
  }

  /** The addresses of the oracles' HTTP APIs, in the order of the status page. */
  get oracleUrls(): string[] {
    return this.members.map(({ url }) => url);
  }

  /** The wallets that own devices alone. */
  get owners(): readonly Keypair[] {
    return this.community.owners;
  }

  /** The network's token. */
  get mint(): PublicKey {
    return this.community.network.mint;
  }

  /** The address of the chain's RPC node. */
  get rpcUrl(): string {
    return this.chain.rpcUrl;
  }

  /** Resolves once `epochs` epochs are promoted. */
  async promoted(epochs: number): Promise<void> {
    await this.until('an epoch to be promoted', ({ current }) => current.epoch >= BigInt(epochs));
  }

  /** Stops one oracle permanently. The others continue as long as there are enough to sign. */
  async stopOracle(position: number): Promise<void> {
    await this.members[position]?.stop();
  }

  /** Stops reporting once `epochs` epochs are promoted, and resolves when everything reported by then is paid. */
  async finish(epochs: number): Promise<Summary> {
    const { connection } = this.chain;
    await this.promoted(epochs);
    this.fleetStop.abort();
    await this.reporting;
    // Reports accepted by now belong to the epoch of the next cut, or to the following one if that cut was already sent.
    const { lastCutEpoch } = await fetchNetwork(connection, this.community.network.network);
    await this.until(
      'every device to be paid',
      ({ current, totalPaid }) => current.epoch >= lastCutEpoch + 2n && totalPaid === current.earnedTotal,
    );
    this.stories?.settled();
    const { members, fleet, counter } = this;
    const summary = await summarize(
      connection,
      { ...this.community, devices: this.devices },
      members[0]!.client,
      fleet.summary,
      counter,
    );
    if (summary.paid_total !== summary.earned_total) {
      throw new DemoError('not-settled', `paid ${summary.paid_total} of ${summary.earned_total} earned`);
    }
    const outcome = (await this.stories?.outcome()) ?? { assets: null, dao: null, market: null };
    return { ...summary, ...outcome, seconds: Math.round((Date.now() - this.started) / 1000) };
  }

  /** All devices: those of single owners, the farm's, and the street's. */
  private get devices(): CommunityDevice[] {
    return [...this.community.devices, ...(this.stories?.devices ?? [])];
  }

  /** Stops everything in order: devices, page, oracles, chain. */
  async stop(): Promise<void> {
    this.fleetStop.abort();
    await Promise.all([this.reporting, this.stories?.stop()]);
    for (const close of this.closers.reverse().splice(0)) await close();
  }

  private async open(): Promise<void> {
    const { epochSeconds, port, write, forever = false } = this.options;
    this.narrator = new Narrator(write, 6);
    const say = (what: string) => this.narrator.say('demo', what);
    this.closers.push(async () => this.clock.stop());
    const { clock } = this;
    const ports = await choosePorts(ORACLES);
    const urls = ports.oracles.map(urlOf);
    // First of all: the port is taken if a demo is running already.
    // A named cluster's address may hold a secret, which a page would show: through it nothing can be sent.
    const rpc = isClusterNamed() ? undefined : urlOf(ports.rpc);
    this.page = await servePage(port, { oracles: urls, ...(rpc ? { rpc } : {}) });
    this.closers.push(() => this.page.close());
    const folder = await mkdtemp(join(tmpdir(), 'commonwire-'));
    this.closers.push(() => rm(folder, { recursive: true, force: true }));

    const founder = Keypair.generate();
    this.chain = await openChain(founder, { port: ports.rpc, clock, epochSeconds });
    this.closers.push(() => this.chain.close());
    const { rpcUrl, urlOption, connection, time } = this.chain;
    say(`chain at ${nodeOf(connection)}, programs deployed`);

    const oracles = Array.from({ length: ORACLES }, () => Keypair.generate());
    for (const wallet of [founder, ...oracles]) await airdrop(connection, wallet, 10);
    this.community = await foundCommunity(connection, founder, { oracles, time });
    const { network, owners } = this.community;
    say(`network ${network.network}, token ${network.mint}`);
    say(`${this.community.devices.length} devices of ${owners.length} owners registered`);
    if (this.chain.isEmbedded)
      this.stories = await Stories.found(this.chain, this.community, {
        founder,
        forever,
        say: (who, what) => this.narrator.say(who, what),
      });
    else say('farms, DAO and market need a chain on which days pass in seconds: they are left out');
    const { devices } = this;
    const market = this.stories?.market;

    const data = loadSolarData();
    const deviceTime = time.deviceTime(replayOrigin(data) * 1000);
    const policy = domain.parsePolicy(
      {
        rules_version: domain.RULES_VERSION,
        epoch_budget: `${EPOCH_BUDGET}`,
        device_epoch_cap: `${DEVICE_EPOCH_CAP}`,
        // The device that replays has its twin's readings on purpose: they earn alike if replays earn nothing.
        equal_readings: 0,
        clock: deviceTime,
        ...(market && { markets: [market.exchange.address.toBase58()] }),
      },
      { development: true },
    );
    const lag = new LagObserver((lags) => {
      if (clock.lags(lags))
        say(
          lags
            ? 'closing takes longer than an epoch here: time passes at a quarter of its pace'
            : 'closing has caught up',
        );
    });
    this.members = await openCommittee(
      {
        rpcUrl,
        network: network.network.toBase58(),
        policy,
        oracles,
        folder,
        ports: ports.oracles,
        time,
      },
      (name, events) => {
        this.narrator.follow(name, events);
        this.counter.follow(events);
        lag.follow(events);
      },
    );
    for (const { stop } of this.members) this.closers.push(stop);
    say(`oracles at ${urls.join(', ')}`);
    say(`status page at ${this.pageUrl}`);
    const where = `${urlOption} --network ${network.network} --oracle ${urls[0]}`;
    say(`to verify a payout: npm run -s commonwire -- verify ${where} --device 0`);
    say(`to audit an epoch: npm run -s commonwire -- audit ${where} --epoch 1 --device 0`);
    await Promise.all(this.members.map((member) => knowsAll(member, devices.length)));

    const uplink = new Uplink(urls, { clock });
    this.fleet = new Fleet({
      network: network.network.toBytes(),
      devices: devices.map((device) => ({ ...device, owner: device.owner.toBytes() })),
      data,
      uplink,
      clock: time,
      deviceTime,
      lagged: (lags) => void clock.lags(lags, 'reports'),
    });
    say(`devices are reporting; a measured day passes in ${epochSeconds} s`);
    this.reporting = this.fleet.run({ signal: this.fleetStop.signal }).then(() => {
      if (this.fleet.finished) say('all measured days have been replayed: no more reports');
    });
    this.stories?.begin({ forever, time: deviceTime, oracle: this.members[0]!.client });
  }

  /** Waits until the network's account reaches a state. Fails if no epoch is promoted for too long. */
  private async until(
    what: string,
    reached: (network: Awaited<ReturnType<typeof fetchNetwork>>) => boolean,
  ): Promise<void> {
    const { connection } = this.chain;
    const patience = this.options.epochSeconds * 10_000;
    let epoch = -1n;
    let since = this.clock.now();
    for (;;) {
      const account = await fetchNetwork(connection, this.community.network.network);
      if (reached(account)) return;
      if (account.current.epoch > epoch) {
        epoch = account.current.epoch;
        since = this.clock.now();
      }
      if (this.clock.now() - since > patience) {
        throw new DemoError(
          'stalled',
          `waited ${patience / 1000} s for ${what}: epoch ${epoch} is still the latest`,
        );
      }
      await wait(POLL_MS);
    }
  }
}
