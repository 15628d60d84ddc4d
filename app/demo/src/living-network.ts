import { setMaxListeners } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Fleet, loadSolarData, replayOrigin, systemClock, Uplink } from '@commonwire/device';
import { domain } from '@commonwire/oracle';
import { CommonwireError } from '@commonwire/sdk/core';
import { fetchNetwork } from '@commonwire/sdk/network';
import { type Connection, Keypair } from '@solana/web3.js';
import { airdrop, type DemoChain, openChain } from './chain';
import { type Member, openCommittee } from './committee';
import { type Community, DEVICE_EPOCH_CAP, EPOCH_BUDGET, foundCommunity } from './community';
import { Narrator } from './narrator';
import { servePage } from './page';
import { type Summary, summarize, TransactionCounter } from './summary';

const DAY_SECONDS = 86_400;
const ORACLES = 3;

export interface LivingNetworkOptions {
  epochSeconds: number;
  /** Port of the status page; 0 takes a free one. */
  port: number;
  /** Told what happens, a line at a time. */
  write: (line: string) => void;
}

/** A network that didn't get where it should in time. */
export class DemoError extends CommonwireError {
  declare readonly code: 'stalled' | 'not-settled';
}

/** A whole network on this machine. Everything it holds open is let go by {@link LivingNetwork.stop}. */
export class LivingNetwork {
  private readonly started = Date.now();
  private readonly fleetStop = new AbortController();
  private readonly counter = new TransactionCounter();
  private readonly closers: (() => Promise<void>)[] = [];
  private narrator!: Narrator;
  private chain!: DemoChain;
  private community!: Community;
  private members: Member[] = [];
  private page!: Awaited<ReturnType<typeof servePage>>;
  private fleet!: Fleet;
  private reporting: Promise<void> = Promise.resolve();

  private constructor(private readonly options: LivingNetworkOptions) {
    // Every batch on its way to an oracle listens for the end, and there may be many: no leak to be warned of.
    setMaxListeners(0, this.fleetStop.signal);
  }

  /** Starts chain, programs, network, devices, oracles and status page. On any error all is stopped again. */
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

  /** Address of the status page. */
  get pageUrl(): string {
    return this.page.url;
  }

  /** Addresses of the oracles' HTTP APIs, in the order in which the status page lists them. */
  get oracleUrls(): string[] {
    return this.members.map(({ url }) => url);
  }

  /** Returns once `epochs` epochs are promoted. */
  async promoted(epochs: number): Promise<void> {
    await this.until('an epoch to be promoted', ({ current }) => current.epoch >= BigInt(epochs));
  }

  /** Stops one oracle for good; the others go on as long as they are enough to sign. */
  async stopOracle(position: number): Promise<void> {
    await this.members[position]?.stop();
  }

  /** Ends reporting once `epochs` epochs are promoted, and returns when all that was reported until then is paid. */
  async finish(epochs: number): Promise<Summary> {
    const { connection } = this.chain;
    await this.promoted(epochs);
    this.fleetStop.abort();
    await this.reporting;
    // What was accepted until now belongs to the epoch that the next cut ends, or to the one after if that cut was sent.
    const { lastCutEpoch } = await fetchNetwork(connection, this.community.network.network);
    await this.until(
      'every device to be paid',
      ({ current, totalPaid }) => current.epoch >= lastCutEpoch + 2n && totalPaid === current.earnedTotal,
    );
    const seconds = (Date.now() - this.started) / 1000;
    const { community, members, fleet, counter } = this;
    const summary = await summarize(
      connection,
      community,
      members[0]!.client,
      fleet.summary,
      counter,
      seconds,
    );
    if (summary.paid_total !== summary.earned_total) {
      throw new DemoError('not-settled', `paid ${summary.paid_total} of ${summary.earned_total} earned`);
    }
    return summary;
  }

  /** Stops everything in order: devices, page, oracles, chain. */
  async stop(): Promise<void> {
    this.fleetStop.abort();
    await this.reporting;
    for (const close of this.closers.reverse().splice(0)) await close();
  }

  private async open(): Promise<void> {
    const { epochSeconds, port, write } = this.options;
    this.narrator = new Narrator(write, 6);
    const say = (what: string) => this.narrator.say('demo', what);
    const folder = await mkdtemp(join(tmpdir(), 'commonwire-'));
    this.closers.push(() => rm(folder, { recursive: true, force: true }));

    const founder = Keypair.generate();
    this.chain = await openChain(founder);
    this.closers.push(() => this.chain.close());
    const { rpcUrl, connection } = this.chain;
    say(`chain at ${rpcUrl}, programs deployed`);

    const oracles = Array.from({ length: ORACLES }, () => Keypair.generate());
    for (const wallet of [founder, ...oracles]) await airdrop(connection, wallet, 10);
    this.community = await foundCommunity(connection, founder, { oracles, epochSeconds });
    const { network, devices, owners } = this.community;
    say(`network ${network.network}, token ${network.mint}`);
    say(`${devices.length} devices of ${owners.length} owners registered`);

    const data = loadSolarData();
    const clock = {
      origin: replayOrigin(data) * 1000,
      start: Date.now(),
      speed: Math.round(DAY_SECONDS / epochSeconds),
    };
    const policy = domain.parsePolicy(
      {
        rules_version: domain.RULES_VERSION,
        epoch_budget: `${EPOCH_BUDGET}`,
        device_epoch_cap: `${DEVICE_EPOCH_CAP}`,
        clock,
      },
      { development: true },
    );
    this.members = await openCommittee(
      { rpcUrl, network: network.network.toBase58(), policy, oracles, folder, epochSeconds },
      (name, events) => {
        this.narrator.follow(name, events);
        this.counter.follow(events);
      },
    );
    for (const { stop } of this.members) this.closers.push(stop);
    const urls = this.oracleUrls;
    this.page = await servePage(port, urls);
    this.closers.push(() => this.page.close());
    say(`oracles at ${urls.join(', ')}`);
    say(`status page at ${this.pageUrl}`);
    const where = `--rpc ${rpcUrl} --network ${network.network} --oracle ${urls[0]}`;
    say(`to verify a payout: npm run -s commonwire -- verify ${where} --device 0`);
    say(`to repeat an epoch: npm run -s commonwire -- audit ${where} --epoch 1 --device 0`);
    await Promise.all(this.members.map((member) => knowsAll(member, devices.length)));

    const uplink = new Uplink(urls, { clock: systemClock });
    this.fleet = new Fleet({
      network: network.network.toBytes(),
      devices: devices.map((device) => ({ ...device, owner: device.owner.toBytes() })),
      data,
      uplink,
      clock: systemClock,
      deviceTime: clock,
    });
    say(`devices report; a measured day passes in ${epochSeconds} s`);
    this.reporting = this.fleet.run({ signal: this.fleetStop.signal }).then(() => {
      if (this.fleet.finished) say('the measured days are used up: nothing more is reported');
    });
  }

  /** Waits for a state of the network's account, for as long as epochs go on. */
  private async until(
    what: string,
    reached: (network: Awaited<ReturnType<typeof fetchNetwork>>) => boolean,
  ): Promise<void> {
    const { connection } = this.chain;
    const patience = this.options.epochSeconds * 10_000;
    let epoch = -1n;
    let since = Date.now();
    for (;;) {
      const account = await fetchNetwork(connection, this.community.network.network);
      if (reached(account)) return;
      if (account.current.epoch > epoch) {
        epoch = account.current.epoch;
        since = Date.now();
      }
      if (Date.now() - since > patience) {
        throw new DemoError(
          'stalled',
          `waited ${patience / 1000} s for ${what}: epoch ${epoch} is still the last`,
        );
      }
      await slotAfter(connection);
    }
  }
}

/** Returns once the chain moved on by a slot. */
function slotAfter(connection: Connection): Promise<void> {
  return new Promise((resolve) => {
    const id = connection.onSlotChange(() => {
      void connection.removeSlotChangeListener(id);
      resolve();
    });
  });
}

/** Returns once the oracle has read the whole registry: before, it would refuse devices as unknown. */
async function knowsAll({ client, events }: Member, devices: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const check = () =>
      void client.network().then(
        (info) => {
          if (info.device_count < devices) return;
          events.off('registered', check);
          resolve();
        },
        () => undefined,
      );
    events.on('registered', check);
    check();
  });
}
