import { type DeviceTime, deviceCell, GOLDEN } from '@commonwire/device';
import { formatUnits } from '@commonwire/sdk/core';
import { quantityText } from '@commonwire/sdk/market';
import type { OracleClient } from '@commonwire/sdk/oracle';
import type { PublicKey } from '@solana/web3.js';
import type { CommunityDevice } from '../community';
import { DemoError } from '../errors';
import { DAY_SECONDS } from '../network-time';
import type { Stage } from '../stage';
import { Cafe } from './cafe';
import { Exchange } from './exchange';
import { AREA_RESOLUTION, DECIMALS, tradingDays } from './plan';
import { Street } from './street';
import { NOTHING, plus, savedBy, type Traded } from './sums';

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
  /** Of the days that are over. */
  private traded = NOTHING;
  private received = 0n;
  private sums: MarketSummary | undefined;

  private constructor(
    private readonly stage: Stage,
    readonly exchange: Exchange,
    private readonly street: Street,
    private readonly cafe: Cafe,
    private readonly days: readonly number[],
  ) {}

  /** Opens the market and its area, and registers the devices. @param forever whether they report until the demo is stopped */
  static async found(
    stage: Stage,
    { network, forever }: { network: PublicKey; forever: boolean },
  ): Promise<MarketStory> {
    const cell = deviceCell(GOLDEN.latitude, GOLDEN.longitude, AREA_RESOLUTION);
    const exchange = await Exchange.create(stage, { network, cell });
    const days = tradingDays(forever);
    const street = await Street.found(stage, { exchange, network, days });
    const h3Cell = deviceCell(GOLDEN.latitude, GOLDEN.longitude);
    const cafe = await Cafe.found(stage, { exchange, network, h3Cell });
    stage.say(`market ${exchange.address}, area ${exchange.area} in cell ${cell.toString(16)}`);
    return new MarketStory(stage, exchange, street, cafe, days);
  }

  get devices(): readonly CommunityDevice[] {
    return this.street.devices;
  }

  /** A day's trade, or one after the other, and a guest in the café. Days pass. */
  async run(opening: Opening): Promise<void> {
    const [first, ...others] = this.days;
    const [direct] = await Promise.all([this.cafe.visit(), this.tradeOn(first!, opening)]);
    await this.exchange.closeDirect();
    await this.payOut(direct);
    for (const day of others) {
      if (await this.street.isPast(opening.time, day)) continue;
      await this.tradeOn(day, opening);
      await this.payOut(direct);
    }
  }

  /** What the token accounts say of it. @throws DemoError `stopped` if nobody was paid yet */
  async summary(): Promise<MarketSummary> {
    if (!this.sums) throw new DemoError('stopped', 'the demo was stopped before sellers were paid');
    return this.sums;
  }

  /** The street trades on a day, and its orders are settled and closed. */
  private async tradeOn(day: number, { time, oracle }: Opening): Promise<void> {
    const { street, traded: before } = this;
    await street.open(time, day);
    const traded = await street.trade(oracle, (today) => this.tell(plus(before, today), { time, oracle }));
    await street.close(oracle);
    this.traded = plus(before, traded);
  }

  /**
   * Pays sellers and fees out, and compares token accounts with the market's own books.
   * @param direct what was paid by voucher
   * @throws DemoError `sums-differ` if a base unit is missing anywhere
   */
  private async payOut(direct: bigint): Promise<void> {
    const { exchange, stage, traded } = this;
    const spent = await exchange.spent();
    const paid = spent + this.received;
    await exchange.collect();
    this.received += spent - (await exchange.spent());
    await exchange.withdrawFees();
    const { vault, escrow, pools, due, feesLeft } = await exchange.read();
    const [fees, held] = await stage.balances([exchange.recipient, vault]);
    same('what buyers paid, and what became of it', paid, this.received + fees! + pools);
    same('what buyers paid, and what was settled on their orders', paid, traded.paid + direct);
    same("what the market's vault holds, and what its books say", held!, escrow + pools + due + feesLeft);
    await this.street.closeOffers();
    this.sums = {
      cleared_wh: `${traded.units}`,
      paid: `${paid}`,
      received: `${this.received}`,
      fees: `${fees}`,
      pools: `${pools}`,
      saved: `${savedBy(traded)}`,
    };
    stage.say(
      `sellers have collected ${money(this.received)} of ${money(paid)}, fees are ${money(fees!)}; ${money(savedBy(traded))} saved`,
    );
  }

  /** Tells of the last interval that traded. */
  private async tell(traded: Traded, { time, oracle }: Pick<Opening, 'time' | 'oracle'>): Promise<void> {
    // There is nothing to tell of an area before an offer or order has counted there.
    const info = await oracle.area(this.exchange.cell.toString(16)).catch(() => undefined);
    const last = info?.areas
      .find(({ area }) => area === this.exchange.area.toBase58())
      ?.clearings.find(({ price }) => price !== null);
    if (!last) return;
    const [price, quantity] = [last.price!, last.quantity].map(BigInt);
    this.stage.say(
      `street: last at ${hourOf(time, last.start)}, ${money(1_000n * price!)} a kWh for ${quantityText(quantity!, 'energy')}; ` +
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
