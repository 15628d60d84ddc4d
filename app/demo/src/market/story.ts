import { type DeviceTime, deviceCell, GOLDEN } from '@commonwire/device';
import { formatUnits } from '@commonwire/sdk/core';
import { priceText, quantityText } from '@commonwire/sdk/market';
import type { OracleClient } from '@commonwire/sdk/oracle';
import type { PublicKey } from '@solana/web3.js';
import type { CommunityDevice } from '../community';
import { DemoError } from '../errors';
import { DAY_SECONDS } from '../network-time';
import type { Stage } from '../stage';
import { Cafe } from './cafe';
import { Exchange } from './exchange';
import { AREA_RESOLUTION, DAYS_BEFORE, DECIMALS, TRADING_DAYS } from './plan';
import { Street } from './street';
import { savedBy, type Traded } from './sums';

/** What a market has done. Wh, and base units of its token in decimal. */
export interface MarketSummary {
  /** Energy that neighbours sold one another. */
  cleared_wh: string;
  /** What buyers have less, what sellers have more, and what the market's recipient has: by their token accounts. */
  paid: string;
  received: string;
  fees: string;
  /** What buyers paid that no seller was owed, by the market's account. */
  pools: string;
  /** What both sides have more than with the grid's tariffs alone. */
  saved: string;
}

/** What a demo knows only once it runs. */
export interface Opening {
  forever: boolean;
  time: DeviceTime;
  /** Proves what was used. */
  oracle: OracleClient;
}

/** A market: a street of households trades what its panels give, and a café shares its Wi-Fi. */
export class MarketStory {
  private sums: MarketSummary | undefined;

  private constructor(
    private readonly stage: Stage,
    readonly exchange: Exchange,
    private readonly street: Street,
    private readonly cafe: Cafe,
  ) {}

  /** Opens the market and its area, and registers the devices. @param forever whether they report until the demo is stopped */
  static async found(
    stage: Stage,
    { network, forever }: { network: PublicKey; forever: boolean },
  ): Promise<MarketStory> {
    const cell = deviceCell(GOLDEN.latitude, GOLDEN.longitude, AREA_RESOLUTION);
    const exchange = await Exchange.create(stage, { network, cell });
    const reported = { from: DAYS_BEFORE, days: TRADING_DAYS[forever ? 'forever' : 'once'] };
    const street = await Street.found(stage, { exchange, network, reported });
    const h3Cell = deviceCell(GOLDEN.latitude, GOLDEN.longitude);
    const cafe = await Cafe.found(stage, { exchange, network, h3Cell });
    stage.say(`market ${exchange.address}, area ${exchange.area} in cell ${cell.toString(16)}`);
    return new MarketStory(stage, exchange, street, cafe);
  }

  get devices(): readonly CommunityDevice[] {
    return this.street.devices;
  }

  /** Everything that happens. Days pass. */
  async run({ time, oracle }: Opening): Promise<void> {
    const { street, exchange } = this;
    await street.open(time);
    const trading = street.trade(oracle, (traded) => this.tell(traded, { time, oracle }));
    const [direct] = await Promise.all([this.cafe.visit(), trading]);
    const traded = await street.traded();
    await street.close(oracle);
    await exchange.closeDirect();
    this.sums = await this.payOut(traded, direct);
    const { fees, saved } = this.sums;
    this.stage.say(
      `sellers have collected, the market has ${money(BigInt(fees))} of fees; ${money(BigInt(saved))} saved`,
    );
  }

  /** What the token accounts say of it. @throws DemoError `sums-differ` if a token is missing anywhere */
  async summary(): Promise<MarketSummary> {
    if (!this.sums) throw new DemoError('stopped', 'the market was stopped before it was paid out');
    return this.sums;
  }

  /** Pays sellers and fees out, and compares token accounts with the market's own books. @param direct paid by voucher */
  private async payOut(traded: Traded, direct: bigint): Promise<MarketSummary> {
    const { exchange, stage } = this;
    const paid = await exchange.spent();
    await exchange.collect();
    const received = paid - (await exchange.spent());
    await exchange.withdrawFees();
    const { vault, escrow, pools, due, feesLeft } = await exchange.read();
    const [fees, held] = await stage.balances([exchange.recipient, vault]);
    same('what buyers paid, and what became of it', paid, received + fees! + pools);
    same("what the market's vault holds, and what its books say", held!, escrow + pools + due + feesLeft);
    same('what buyers paid, and what was settled on their orders', paid, traded.paid + direct);
    return {
      cleared_wh: `${traded.units}`,
      paid: `${paid}`,
      received: `${received}`,
      fees: `${fees}`,
      pools: `${pools}`,
      saved: `${savedBy(traded)}`,
    };
  }

  private async tell(traded: Traded, { time, oracle }: Pick<Opening, 'time' | 'oracle'>): Promise<void> {
    // There is nothing to tell of an area before an offer or order has counted there.
    const info = await oracle.area(this.exchange.cell.toString(16)).catch(() => undefined);
    const last = info?.areas
      .find(({ area }) => area === this.exchange.area.toBase58())
      ?.clearings.find(({ price }) => price !== null);
    if (!last) return;
    const [price, quantity] = [last.price!, last.quantity].map(BigInt);
    this.stage.say(
      `street: last at ${hourOf(time, last.start)}, ${priceText(price!, 'energy', DECIMALS)} for ${quantityText(quantity!, 'energy')}; ` +
        `${quantityText(traded.units, 'energy')} sold so far, ${money(savedBy(traded))} saved`,
    );
  }
}

function same(what: string, one: bigint, other: bigint): void {
  if (one !== other) throw new DemoError('sums-differ', `${what}: ${one} is not ${other}`);
}

/** The hour of a device time on the street's clocks. */
function hourOf({ origin }: DeviceTime, seconds: number): string {
  const minutes = ((seconds - Math.floor(origin / 1000)) % DAY_SECONDS) / 60;
  return `${`${Math.floor(minutes / 60)}`.padStart(2, '0')}:${`${minutes % 60}`.padStart(2, '0')}`;
}

const money = (amount: bigint): string => `${formatUnits(amount, DECIMALS, ',')} USD`;
