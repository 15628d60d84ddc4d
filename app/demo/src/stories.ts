import { CommonwireError, reasonOf } from '@commonwire/sdk/core';
import { type Connection, Keypair } from '@solana/web3.js';
import { airdrop } from './chain';
import { type Community, type CommunityDevice, farmDevices } from './community';
import { DaoStory, type DaoSummary } from './dao/story';
import { DemoError } from './errors';
import { FarmStory } from './farm/story';
import type { AssetsSummary } from './farm/summary';
import { MarketStory, type MarketSummary, type Opening } from './market/story';
import type { NetworkTime } from './network-time';
import { Stage } from './stage';

/** SOL of the wallet that pays everything in the stories. */
const PAYER_SOL = 50;

/** Something that happens beside the network, and what the chain says of it. */
interface Story<T> {
  run(opening: Opening): Promise<void>;
  /** What goes on after that, until the demo is stopped. */
  goOn?(): Promise<never>;
  summary(): Promise<T>;
}

/** A story that may fail without bringing down anything else. */
class Part<S extends Story<T>, T> {
  /** The story; undefined if its founding has failed. */
  story: S | undefined;
  private failure: unknown;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly name: 'farm' | 'dao' | 'market',
    readonly stage: Stage,
  ) {}

  async found(founding: (stage: Stage) => Promise<S>): Promise<void> {
    try {
      this.story = await founding(this.stage);
    } catch (error) {
      this.fail(error);
    }
  }

  begin(opening: Opening): void {
    const { story } = this;
    const acting = async () => {
      await story?.run(opening);
      if (opening.forever) await story?.goOn?.();
    };
    this.running = acting().catch((error: unknown) => this.fail(error));
  }

  /** Resolves once the story is over, whether it failed or not. */
  over = (): Promise<void> => this.running;

  /** What became of it. @throws DemoError `farm-failed`, `dao-failed` or `market-failed` */
  async outcome(): Promise<T> {
    await this.running;
    if (this.story && !this.failure) return this.story.summary();
    const { failure: cause } = this;
    throw new DemoError(`${this.name}-failed`, `the part ${this.name} failed: ${told(cause)}`, { cause });
  }

  private fail(error: unknown): void {
    this.failure = error;
    if (error instanceof DemoError && error.code === 'stopped') return;
    this.stage.say(`failed, and the network goes on without it: ${told(error)}`);
  }
}

const told = (error: unknown): string =>
  error instanceof CommonwireError ? `${error.code}: ${error.message}` : reasonOf(error);

/** What became of every story. */
export interface Outcome {
  assets: AssetsSummary;
  dao: DaoSummary;
  market: MarketSummary;
}

/** The farms that many own, the DAO, and the market, beside the network whose devices and token they have. */
export class Stories {
  private constructor(
    private readonly farmPart: Part<FarmStory, AssetsSummary>,
    private readonly daoPart: Part<DaoStory, DaoSummary>,
    private readonly marketPart: Part<MarketStory, MarketSummary>,
    private readonly stopping: AbortController,
  ) {}

  static async found(
    { connection, time }: { connection: Connection; time: NetworkTime },
    { network, owners, devices }: Community,
    {
      founder,
      forever,
      say,
    }: { founder: Keypair; forever: boolean; say: (who: string, what: string) => void },
  ): Promise<Stories> {
    const stopping = new AbortController();
    const payer = Keypair.generate();
    await airdrop(connection, payer, PAYER_SOL);
    const stage = (who: string) =>
      new Stage({ connection, payer, time, signal: stopping.signal, say: (what) => say(who, what) });
    const stories = new Stories(
      new Part('farm', stage('farm')),
      new Part('dao', stage('dao')),
      new Part('market', stage('market')),
      stopping,
    );
    const { network: address, mint } = network;
    await stories.farmPart.found((on) =>
      FarmStory.found(on, { network: address, reward: mint, devices: farmDevices(devices.length) }),
    );
    await stories.marketPart.found((on) => MarketStory.found(on, { network: address, forever }));
    const [attacker, ...honest] = [...owners].reverse();
    await stories.daoPart.found((on) =>
      DaoStory.found(on, { network: address, mint, founder, owners: honest.reverse(), attacker: attacker! }),
    );
    return stories;
  }

  /** Devices of the farm, and of those who trade in the market. */
  get devices(): readonly CommunityDevice[] {
    return [...(this.farm?.devices ?? []), ...(this.market?.devices ?? [])];
  }

  get farm(): FarmStory | undefined {
    return this.farmPart.story;
  }

  get dao(): DaoStory | undefined {
    return this.daoPart.story;
  }

  get market(): MarketStory | undefined {
    return this.marketPart.story;
  }

  private get parts() {
    return [this.farmPart, this.daoPart, this.marketPart] as const;
  }

  /** Begins all. The devices report. */
  begin(opening: Opening): void {
    for (const part of this.parts) part.begin(opening);
  }

  /** The devices report no more, and are paid. */
  settled(): void {
    for (const { stage } of this.parts) stage.isSettled = true;
  }

  /** What became of all once they are over. @throws DemoError `farm-failed`, `dao-failed`, `market-failed` */
  async outcome(): Promise<Outcome> {
    await Promise.all(this.parts.map((part) => part.over()));
    return {
      assets: await this.farmPart.outcome(),
      dao: await this.daoPart.outcome(),
      market: await this.marketPart.outcome(),
    };
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.parts.map((part) => part.over()));
  }
}
