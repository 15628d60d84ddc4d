import { type DeviceTime, loadSolarData } from '@commonwire/device';
import { TransactionFailed } from '@commonwire/sdk/core';
import { INTERVAL_SECONDS, type OfferTerms, type OrderTerms } from '@commonwire/sdk/market';
import { fetchRegistry, NO_LIMIT, registerDevices } from '@commonwire/sdk/network';
import type { OracleClient } from '@commonwire/sdk/oracle';
import type { PublicKey } from '@solana/web3.js';
import type { CommunityDevice } from '../community';
import { DAY_SECONDS } from '../network-time';
import { batches, type Stage } from '../stage';
import type { Exchange, Placed } from './exchange';
import { type Household, meterReadings, panelReadings, planStreet, type ReportedDays } from './household';
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
  /** When the last order ends, chain time: nothing is known before it trades. */
  private end: bigint | undefined;
  private accounts: readonly PublicKey[] = [];

  private constructor(
    private readonly stage: Stage,
    private readonly exchange: Exchange,
    private readonly network: PublicKey,
    private readonly households: readonly Registered[],
    private readonly reported: ReportedDays,
    /** Meters, and panels behind some of them. */
    readonly devices: readonly CommunityDevice[],
  ) {}

  /** Registers the devices of every household, and admits their meters. They report on these days. */
  static async found(
    stage: Stage,
    { exchange, network, reported }: { exchange: Exchange; network: PublicKey; reported: ReportedDays },
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
        amount: DAILY_BUDGET * BigInt(reported.days),
      })),
    );
    const devices = households.flatMap((household) => devicesOf(household, reported));
    return new Street(stage, exchange, network, households, reported, devices);
  }

  /** Makes an order for every household, and an offer for each with panels, for the days on which they report. */
  async open(time: DeviceTime): Promise<void> {
    const { from, days } = this.reported;
    const [begin, end] = [from, from + days].map((day) => chainTime(time, day));
    // Widened to whole intervals of the chain: what counts lies between the reports' own intervals anyway.
    const span = {
      from: (begin! / INTERVAL_SECONDS) * INTERVAL_SECONDS,
      until: (end! / INTERVAL_SECONDS + 1n) * INTERVAL_SECONDS,
    };
    const offers = this.households.flatMap(({ wallet: owner, index, minPrice }): Placed<OfferTerms>[] => {
      if (index.panels === undefined) return [];
      const devices = [index.meter, index.panels];
      const capacity = DAILY_CAPACITY * BigInt(days);
      return [{ owner, terms: { use: 'energy', ...span, devices, minPrice, capacity, cancelFeeBps: 0 } }];
    });
    const orders = this.households.map(({ wallet: owner, index, maxPrice }): Placed<OrderTerms> => {
      const budget = DAILY_BUDGET * BigInt(days);
      return {
        owner,
        terms: { use: 'energy', ...span, device: index.meter, budget, maxPrice, sessionKey: null },
      };
    });
    this.accounts = await this.exchange.place(offers, orders);
    this.end = span.until;
    this.stage.say(
      `street: ${offers.length} of ${orders.length} households offer what their panels give, all order`,
    );
  }

  /** Settles every epoch from the next one on until all that was metered is settled. @param told after each of them */
  async trade(oracle: OracleClient, told: (traded: Traded) => Promise<void>): Promise<void> {
    for (let epoch: ProvenEpoch | undefined; !this.isFinal(epoch); ) {
      epoch = await this.withEpoch(oracle, epoch?.epoch ?? 0n, (proven) => this.exchange.settle(proven));
      await told(await this.traded());
    }
  }

  /** What was settled so far. */
  traded = async (): Promise<Traded> => tradedBy(await this.exchange.orders(), await this.exchange.offers());

  /** Closes all orders, by an epoch that has cleared all of them. */
  async close(oracle: OracleClient): Promise<void> {
    await this.withEpoch(oracle, 0n, async (proven) => {
      const open = await this.exchange.orders();
      await this.exchange.close(
        open.filter(({ terms }) => terms.use === 'energy'),
        proven,
      );
    });
  }

  private isFinal(epoch: ProvenEpoch | undefined): boolean {
    return epoch !== undefined && epoch.cutTime >= this.end! + BigInt(LATE_WINDOW_SECONDS);
  }

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

/** Chain time of a midnight of the measured days, unix seconds. */
const chainTime = ({ start }: DeviceTime, day: number): bigint =>
  BigInt(Math.floor(start / 1000)) + BigInt(day * DAY_SECONDS);

function devicesOf(household: Registered, reported: ReportedDays): CommunityDevice[] {
  const { wallet, meter, panels, index } = household;
  const data = loadSolarData();
  const [owner, { from, days }] = [wallet.publicKey, reported];
  return [
    {
      plan: { ...meter, number: index.meter },
      ...{ index: index.meter, owner, readings: meterReadings(data, household, { from, days }) },
    },
    ...(panels && index.panels !== undefined
      ? [
          {
            plan: { ...panels, number: index.panels },
            ...{ index: index.panels, owner, readings: panelReadings(data, panels, { from, days }) },
          },
        ]
      : []),
  ];
}
