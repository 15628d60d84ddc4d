import { type DevicePlan, type DeviceTime, loadSolarData, type Reading } from '@commonwire/device';
import { TransactionFailed } from '@commonwire/sdk/core';
import { INTERVAL_SECONDS, type OfferTerms, type OrderTerms } from '@commonwire/sdk/market';
import { fetchRegistry, NO_LIMIT, registerDevices } from '@commonwire/sdk/network';
import type { OracleClient } from '@commonwire/sdk/oracle';
import type { PublicKey } from '@solana/web3.js';
import type { CommunityDevice } from '../community';
import { DAY_SECONDS } from '../network-time';
import { batches, type Stage } from '../stage';
import type { Exchange, Placed } from './exchange';
import { type Household, meterReadings, panelReadings, planStreet } from './household';
import { DAILY_BUDGET, DAILY_CAPACITY, LATE_WINDOW_SECONDS } from './plan';
import { type ProvenEpoch, proveEpoch } from './proven-epoch';
import { type Traded, tradedBy } from './sums';

/** Households that register in one transaction. */
const AT_ONCE = 10;
/** Days within which another epoch must be promoted. */
const EPOCH_DAYS = 10;

/** A household with the places of its devices in the registry. */
interface Registered extends Household {
  index: { meter: number; panels?: number };
}

/** Households that sell one another what their panels give, by what their meters report. */
export class Street {
  /** When the day's orders end, chain time. */
  private end = 0n;
  private accounts: readonly PublicKey[] = [];

  private constructor(
    private readonly stage: Stage,
    private readonly exchange: Exchange,
    private readonly network: PublicKey,
    private readonly households: readonly Registered[],
    /** Meters, and panels behind some of them. */
    readonly devices: readonly CommunityDevice[],
  ) {}

  /** Registers the devices of every household, and admits their meters. @param of.days on which they report */
  static async found(
    stage: Stage,
    { exchange, network, days }: { exchange: Exchange; network: PublicKey; days: readonly number[] },
  ): Promise<Street> {
    const { deviceCount } = await fetchRegistry(stage.connection, network);
    let next = deviceCount;
    const households = planStreet().map(
      (household): Registered => ({
        ...household,
        index: { meter: next++, ...(household.panels && { panels: next++ }) },
      }),
    );
    // One after the other: an index is the place at which a device is registered.
    for (const some of batches(households, AT_ONCE))
      await stage.send(
        some.flatMap(({ wallet, meter, panels }) =>
          [meter, ...(panels ? [panels] : [])].map(({ kind, publicKey, h3Cell, capacityWatts }) =>
            registerDevices({
              network,
              ...{ owner: wallet.publicKey, payer: stage.payer.publicKey, kind, maxFee: NO_LIMIT },
              devices: [{ publicKey, h3Cell, capacity: capacityWatts }],
            }),
          ),
        ),
        some.map(({ wallet }) => wallet),
      );
    await exchange.admit(households.map(({ index }) => index.meter));
    await exchange.giveMoney(
      households.map(({ wallet }) => ({
        owner: wallet.publicKey,
        amount: DAILY_BUDGET * BigInt(days.length),
      })),
    );
    const devices = households.flatMap((household) => devicesOf(household, days));
    return new Street(stage, exchange, network, households, devices);
  }

  /** Makes an order for every household, and an offer for each with panels, for one of the days on which they report. */
  async open(time: DeviceTime, day: number): Promise<void> {
    const midnight = midnightOf(time, day);
    // Widened to whole intervals of the chain: what counts lies between the reports' own intervals anyway.
    const from = (midnight / INTERVAL_SECONDS) * INTERVAL_SECONDS;
    const span = { from, until: from + BigInt(DAY_SECONDS) + INTERVAL_SECONDS };
    const offers = this.households.flatMap(({ wallet: owner, index, minPrice }): Placed<OfferTerms>[] => {
      if (index.panels === undefined) return [];
      const terms = { ...span, minPrice, capacity: DAILY_CAPACITY, cancelFeeBps: 0 };
      return [{ owner, terms: { use: 'energy', ...terms, devices: [index.meter, index.panels] } }];
    });
    const orders = this.households.map(({ wallet: owner, index, maxPrice }): Placed<OrderTerms> => {
      const terms = { ...span, budget: DAILY_BUDGET, maxPrice, sessionKey: null };
      return { owner, terms: { use: 'energy', ...terms, device: index.meter } };
    });
    this.accounts = await this.exchange.place(offers, orders);
    this.end = span.until;
    this.stage.say(
      `street: ${offers.length} of ${orders.length} households offer what their panels give, all order`,
    );
  }

  /** Whether a day has begun: the machine was too busy to prepare for it. */
  isPast = async (time: DeviceTime, day: number): Promise<boolean> =>
    (await this.stage.now()) >= midnightOf(time, day);

  /**
   * Settles every epoch from the next one on until all of the day is settled. @returns what was traded
   * @param told called after each epoch with what was traded by then
   */
  async trade(oracle: OracleClient, told: (traded: Traded) => Promise<void>): Promise<Traded> {
    for (let after = 0n; ; ) {
      const { epoch, cutTime } = await this.withEpoch(oracle, after, (proven) =>
        this.exchange.settle(proven),
      );
      const traded = tradedBy(await this.exchange.orders(), await this.exchange.offers());
      await told(traded);
      if (cutTime >= this.end + BigInt(LATE_WINDOW_SECONDS)) return traded;
      after = epoch;
    }
  }

  /** Closes all orders, by an epoch that has cleared all of the day. */
  async close(oracle: OracleClient): Promise<void> {
    await this.withEpoch(oracle, 0n, (proven) => this.exchange.closeProven(proven));
  }

  /** Closes the offers, once sellers have collected. */
  closeOffers = (): Promise<void> => this.exchange.closeOffers(this.households.map(({ wallet }) => wallet));

  /** Acts by what the next promoted epoch behind `after` proves, or by that after it if it is promoted meanwhile. */
  private async withEpoch(
    oracle: OracleClient,
    after: bigint,
    act: (epoch: ProvenEpoch) => Promise<void>,
  ): Promise<ProvenEpoch> {
    const { stage, network, accounts } = this;
    let epoch: ProvenEpoch | undefined;
    await stage.awaits(
      `an epoch behind ${after} that clears the market`,
      EPOCH_DAYS * DAY_SECONDS,
      async () => {
        epoch = await proveEpoch(stage.connection, { network, oracle, accounts }, after);
        return epoch !== undefined;
      },
    );
    try {
      await act(epoch!);
      return epoch!;
    } catch (error) {
      if (!(error instanceof TransactionFailed) || error.code !== 'wrong-proof') throw error;
      return this.withEpoch(oracle, epoch!.epoch, act);
    }
  }
}

/** Chain time at which one of the measured days begins. */
const midnightOf = ({ start }: DeviceTime, day: number): bigint =>
  BigInt(Math.floor(start / 1000) + day * DAY_SECONDS);

function devicesOf({ index, ...household }: Registered, days: readonly number[]): CommunityDevice[] {
  const { wallet, meter, panels } = household;
  const [owner, data] = [wallet.publicKey, loadSolarData()];
  const device = (plan: DevicePlan, at: number, readings: Iterable<Reading>) => ({
    ...{ plan: { ...plan, number: at }, index: at, owner, readings },
  });
  const own = device(meter, index.meter, meterReadings(data, household, days));
  if (!panels || index.panels === undefined) return [own];
  return [own, device(panels, index.panels, panelReadings(data, panels, days))];
}
