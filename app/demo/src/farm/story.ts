import { OBJECTION_SECONDS, registerAssetDevices } from '@commonwire/sdk/assets';
import { formatUnits } from '@commonwire/sdk/core';
import { NO_LIMIT } from '@commonwire/sdk/network';
import { Keypair, type PublicKey } from '@solana/web3.js';
import type { CommunityDevice, FarmDevice } from '../community';
import { DAY_SECONDS } from '../network-time';
import type { Stage } from '../stage';
import {
  BACKERS,
  BUYER,
  FARM,
  FEW_BACKERS,
  FUNDING_SECONDS,
  GOAL,
  metadata,
  PRICE,
  REVENUES,
  SECOND,
  SELLER,
  SHARE_PRICE,
  SHARES,
  SOLD,
  tranches,
  WITHOUT_PERMIT,
} from './plan';
import { DECIMALS, type Holder, SharedAsset } from './shared-asset';
import { type AssetsSummary, sumUp } from './summary';

/** Days within which the devices' first pay must have arrived. */
const PAY_DAYS = 10;

/** What the stakers of the farm were to share in one round. */
export interface Round {
  /** Base units of the payment token. */
  deposited: bigint;
  /** Base units of the network's token, from the farm's devices. */
  swept: bigint;
}

/**
 * Two farms from their funding on. The first is funded by twenty, is paid its first tranche, earns from its own devices in the
 * network and from what is deposited, and is clawed back at its second tranche. The second misses its goal.
 */
export class FarmStory {
  /** What both streams have taken in, round by round. */
  readonly rounds: Round[] = [];

  private constructor(
    private readonly stage: Stage,
    readonly farm: SharedAsset,
    readonly second: SharedAsset,
    /** The payment token. */
    readonly payment: PublicKey,
    readonly backers: readonly Holder[],
    readonly fewBackers: readonly Holder[],
    /** Buys the farm's energy. */
    private readonly customer: Keypair,
    /** Devices that the farm owns. */
    readonly devices: readonly CommunityDevice[],
  ) {}

  /** Creates both farms, registers the first one's devices, and gives everybody money. */
  static async found(
    stage: Stage,
    { network, reward, devices }: { network: PublicKey; reward: PublicKey; devices: readonly FarmDevice[] },
  ): Promise<FarmStory> {
    const authority = Keypair.generate();
    const builder = Keypair.generate().publicKey;
    const payment = await stage.newMint(DECIMALS);
    const created = async (name: string, seconds: bigint, minShares: bigint, compliance: Keypair | null) => {
      const deadline = (await stage.now()) + seconds;
      const { plan } = devices[0]!;
      const watts = devices.reduce((sum, device) => sum + device.plan.capacityWatts, 0);
      return SharedAsset.create(
        stage,
        { authority, builder, compliance },
        {
          payment,
          reward,
          metadata: metadata(name, plan.h3Cell, watts),
          terms: {
            price: PRICE,
            minShares,
            maxShares: SHARES,
            deadline,
            windowSeconds: BigInt(DAY_SECONDS),
            tranches: tranches(deadline),
          },
        },
      );
    };
    const farm = await created(FARM, FUNDING_SECONDS.farm, SHARES, Keypair.generate());
    const second = await created(SECOND, FUNDING_SECONDS.second, GOAL, null);
    const registering = registerAssetDevices({
      asset: await farm.read(),
      payer: stage.payer.publicKey,
      network,
      kind: devices[0]!.plan.kind,
      devices: devices.map(({ plan }) => ({
        publicKey: plan.publicKey,
        h3Cell: plan.h3Cell,
        capacity: plan.capacityWatts,
      })),
      maxFee: NO_LIMIT,
    });
    await stage.send(registering, [authority]);
    const holders = (shares: readonly bigint[]): Holder[] =>
      shares.map((each) => ({ wallet: Keypair.generate(), shares: each }));
    const [backers, few, customer] = [holders(BACKERS), holders(FEW_BACKERS), Keypair.generate()];
    stage.say(`${FARM}, asset ${farm.address}, has ${devices.length} devices`);
    const owned = devices.map((device) => ({ ...device, owner: farm.address }));
    return new FarmStory(stage, farm, second, payment, backers, few, customer, owned);
  }

  /** Everything that happens. Days pass. */
  async run(): Promise<void> {
    await this.giveMoney();
    await Promise.all([this.runFarm(), this.runSecond()]);
  }

  /** After that: who still holds shares claims every few days what the devices earned, until the demo is stopped. */
  async goOn(): Promise<never> {
    const { stage, farm } = this;
    const redeemed = this.objectors().map(({ wallet }) => wallet);
    const holders = this.backers.filter(({ wallet }) => !redeemed.includes(wallet));
    for (;;) {
      const swept = await farm.sweep();
      await farm.released();
      if (swept === 0n) continue;
      await stage.each(holders, (holder) => farm.claim(holder));
      stage.say(`${FARM}: ${holders.length} holders claimed their parts of ${tokens(swept)} of its devices`);
    }
  }

  /** What the chain's token accounts say of it. @throws DemoError `sums-differ` */
  summary = (): Promise<AssetsSummary> => sumUp(this.stage, this);

  /** What each needs: backers the price of their shares, the buyer that of more, the customer what energy costs. */
  private async giveMoney(): Promise<void> {
    const prices = [...this.backers, ...this.fewBackers].map((holder) => ({
      owner: holder.wallet.publicKey,
      amount: holder.shares * PRICE + (holder === this.backers[BUYER] ? SOLD * SHARE_PRICE : 0n),
    }));
    const energy = REVENUES.reduce((sum, revenue) => sum + revenue, 0n);
    const customer = { owner: this.customer.publicKey, amount: energy };
    await this.stage.mint(this.payment, [...prices, customer]);
    const { mint } = (await this.farm.read()).revenue[1]!;
    await this.stage.open(
      mint,
      this.backers.map(({ wallet }) => wallet.publicKey),
    );
  }

  /** Holders have a week to stake, and then another to object to the first tranche. */
  private async runFarm(): Promise<void> {
    const { stage, farm, backers } = this;
    await this.fundFarm();
    await this.share(REVENUES[0]);
    const [seller, buyer] = [backers[SELLER]!, backers[BUYER]!];
    await farm.sell(seller.wallet, buyer.wallet, SOLD, SOLD * SHARE_PRICE);
    stage.say(
      `${FARM}: one backer sells ${grouped(SOLD)} shares to another for ${money(SOLD * SHARE_PRICE)}`,
    );
    await this.share(REVENUES[1]);
    const { firstTrancheFrom } = await farm.read();
    await stage.until(firstTrancheFrom!);
    const announced = await farm.announce();
    stage.say(`${FARM}: first tranche announced, holders have 7 days to object`);
    await stage.until(announced + OBJECTION_SECONDS);
    await farm.payTranche();
    stage.say(`${FARM}: nobody objected, the builder is paid the first tranche`);
    await this.clawBack();
  }

  /** Without a permit a backer buys nothing; then all buy, and stake what they bought. */
  private async fundFarm(): Promise<void> {
    const { stage, farm, backers } = this;
    const late = backers[WITHOUT_PERMIT]!;
    await stage.each(
      backers.filter((backer) => backer !== late),
      (backer) => farm.permit(backer),
    );
    await stage.refused('not-permitted', farm.fund(late));
    stage.say(`${FARM}: a backer without a permit is refused`);
    await farm.permit(late);
    await stage.each(backers, (backer) => farm.fund(backer));
    const { left } = await farm.finalize();
    stage.say(`${FARM}: ${backers.length} backers bought ${grouped(SHARES)} shares, ${money(left)} raised`);
    await stage.each(backers, (backer) => farm.stake(backer));
  }

  /** Shares out revenue and what the devices earned, once that was paid; then everybody claims. */
  private async share(revenue: bigint): Promise<void> {
    const { stage, farm, backers } = this;
    await farm.deposit(this.customer, revenue);
    const arrives = async () => stage.isSettled || (await farm.arrived()) > 0n;
    await stage.awaits("the pay of the farm's devices", PAY_DAYS * DAY_SECONDS, arrives);
    const swept = await farm.sweep();
    this.rounds.push({ deposited: revenue, swept });
    stage.say(
      `${FARM}: ${money(revenue)} revenue and ${tokens(swept)} of its devices go to stakers in the next window`,
    );
    await farm.released();
    await stage.each(backers, (backer) => farm.claim(backer));
    stage.say(`${FARM}: ${backers.length} backers claimed what their shares earned`);
  }

  /** The largest holders object to the second tranche until it is clawed back, and redeem their shares. */
  private async clawBack(): Promise<void> {
    const { stage, farm } = this;
    await farm.announce();
    const objectors = this.objectors();
    for (const objector of objectors) await farm.object(objector);
    const { left, state } = await farm.read();
    stage.say(`${FARM}: second tranche objected to, ${state}: ${money(left)} are left to redeem`);
    await stage.each(objectors, (objector) => farm.redeem(objector));
    const { left: kept } = await farm.read();
    stage.say(`${FARM}: ${objectors.length} holders redeemed ${money(left - kept)}`);
  }

  /** Holders with more than half of all shares, the largest first. */
  objectors(): Holder[] {
    const holders = this.backers
      .map(({ wallet, shares }, at) => ({
        wallet,
        shares: shares + (at === SELLER ? -SOLD : at === BUYER ? SOLD : 0n),
      }))
      .sort((a, b) => Number(b.shares - a.shares));
    let objecting = 0n;
    return holders.filter(({ shares }) => {
      const isNeeded = 2n * objecting <= SHARES;
      if (isNeeded) objecting += shares;
      return isNeeded;
    });
  }

  private async runSecond(): Promise<void> {
    const { stage, second, fewBackers } = this;
    await stage.each(fewBackers, (backer) => second.fund(backer));
    const { terms, sold } = await second.read();
    await stage.until(terms.deadline);
    const { state } = await second.finalize();
    stage.say(`${SECOND}: ${grouped(sold)} of ${grouped(GOAL)} shares sold at the deadline, ${state}`);
    await stage.each(fewBackers, (backer) => second.refund(backer));
    stage.say(`${SECOND}: ${fewBackers.length} backers are refunded in full`);
  }
}

const grouped = (count: bigint): string => formatUnits(count, 0, ',');
const money = (amount: bigint): string => `${formatUnits(amount, DECIMALS, ',')} USD`;
const tokens = (amount: bigint): string => `${formatUnits(amount, DECIMALS, ',')} tokens`;
