import { ed25519KeyPair } from '@commonwire/sdk/core';
import { MAX_BATCH_REPORTS } from '@commonwire/sdk/oracle';
import { type Act, actOf, type Outgoing } from './behaviour';
import { type Clock, type DeviceTime, deviceSeconds } from './clock';
import type { DevicePlan } from './plan';
import type { Reading } from './sign';
import { replay, type SolarData } from './solar';
import { FleetSummary } from './summary';
import type { Uplink } from './uplink';

/** A registered device of a plan. */
export interface FleetDevice {
  plan: DevicePlan;
  /** index in the registry */
  index: number;
  /** the owner's wallet, 32 bytes */
  owner: Uint8Array;
  /** What it measures, by time; default: the measured days of its plan. */
  readings?: Iterable<Reading>;
}

/** Options of a {@link Fleet}. */
export interface FleetOptions {
  /** address of the network account, 32 bytes */
  network: Uint8Array;
  devices: readonly FleetDevice[];
  data: SolarData;
  uplink: Uplink;
  clock: Clock;
  deviceTime: DeviceTime;
  /** How often to check for due readings, real milliseconds; default 100. */
  pollMs?: number;
  /** Called with whether more is due than can be sent. */
  lagged?: (lags: boolean) => void;
}

/** A report that is due, and the device that sends it. */
export interface DueReport extends Outgoing {
  index: number;
}

interface Member {
  index: number;
  lane: number;
  act: Act;
  readings: Iterator<Reading>;
  next: Reading | undefined;
}

/** The most requests in flight; more would only queue up in the oracles. */
const MAX_IN_FLIGHT = 12;

/** Simulates many devices in one process by replaying measured solar days. Batches are shared, and all oracles used. */
export class Fleet {
  readonly summary: FleetSummary;
  private readonly members: Member[];
  private readonly inFlight = new Set<Promise<void>>();

  constructor(private readonly options: FleetOptions) {
    this.summary = new FleetSummary(options.devices.map(({ plan, index }) => ({ ...plan, index })));
    // Twins send readings in the same batch: in different epochs they would earn different shares.
    this.members = options.devices.map((device) => this.join(device)).sort((a, b) => a.lane - b.lane);
  }

  /** Whether all measured days have been replayed. */
  get finished(): boolean {
    return this.members.every(({ next }) => next === undefined);
  }

  /**
   * Returns the reports of all intervals that have ended by the device time `now` (unix seconds) since the last call.
   * The same calls on the same fleet give the same bytes.
   */
  due(now: number): DueReport[] {
    return this.members.flatMap((member) => {
      const outgoing: DueReport[] = [];
      while (member.next && member.next.start + member.next.seconds <= now) {
        for (const report of member.act(member.next)) outgoing.push({ index: member.index, ...report });
        member.next = take(member.readings);
      }
      return outgoing;
    });
  }

  /**
   * Sends reports as device time passes, up to `until` (device time, unix seconds; default: the end of the data).
   * Resolves once every report has been answered, or as soon as the signal is aborted.
   */
  async run({
    until = Number.POSITIVE_INFINITY,
    signal,
  }: {
    until?: number;
    signal?: AbortSignal;
  } = {}): Promise<void> {
    const { clock, deviceTime, pollMs = 100 } = this.options;
    while (!signal?.aborted && !this.finished) {
      const now = Math.min(deviceSeconds(deviceTime, clock.now()), until);
      await this.send(this.due(now), signal);
      if (now >= until) break;
      await clock.sleep(pollMs, signal);
    }
    await Promise.all(this.inFlight);
  }

  /** Sends reports in full batches per oracle. Waits only while too many requests are in flight. */
  private async send(reports: readonly DueReport[], signal?: AbortSignal): Promise<void> {
    const { uplink, lagged } = this.options;
    let lags = false;
    for (const batch of batches(reports, uplink.size)) {
      while (this.inFlight.size >= MAX_IN_FLIGHT) {
        lags = true;
        lagged?.(true);
        await Promise.race(this.inFlight);
      }
      const request = this.deliver(batch, signal).finally(() => this.inFlight.delete(request));
      this.inFlight.add(request);
    }
    if (!lags) lagged?.(false);
  }

  private async deliver(batch: readonly DueReport[], signal?: AbortSignal): Promise<void> {
    try {
      const reports = batch.map(({ signed }) => signed);
      const deliveries = await this.options.uplink.deliver(reports, batch[0]!.prefer, signal);
      for (const [i, { answer }] of deliveries.entries()) this.summary.add(batch[i]!.index, answer);
    } catch (error) {
      if (!signal?.aborted) throw error;
    }
  }

  private join({ plan, index, owner, readings: own }: FleetDevice): Member {
    const { kind, latitude, longitude, capacityWatts } = plan;
    const identity = { network: this.options.network, index, owner, kind, latitude, longitude };
    const readings = own?.[Symbol.iterator]() ?? toReadings(replay(this.options.data, plan));
    const lane = plan.twin ?? plan.number;
    const act = actOf(plan.behaviour, { identity, key: ed25519KeyPair(plan.seed), capacityWatts, lane });
    return { index, lane, act, readings, next: take(readings) };
  }
}

function* toReadings(intervals: ReturnType<typeof replay>): Generator<Reading> {
  for (const { start, seconds, wattHours } of intervals) yield { start, seconds, value: wattHours };
}

function take<T>(items: Iterator<T>): T | undefined {
  const { done, value } = items.next();
  return done ? undefined : value;
}

/** Splits reports by oracle into batches of at most {@link MAX_BATCH_REPORTS}, keeping their order. */
function batches(reports: readonly DueReport[], oracles: number): DueReport[][] {
  const byOracle = Array.from({ length: oracles }, (): DueReport[] => []);
  for (const report of reports) byOracle[report.prefer % oracles]!.push(report);
  return byOracle.flatMap((queue) =>
    Array.from({ length: Math.ceil(queue.length / MAX_BATCH_REPORTS) }, (_, i) =>
      queue.slice(i * MAX_BATCH_REPORTS, (i + 1) * MAX_BATCH_REPORTS),
    ),
  );
}
