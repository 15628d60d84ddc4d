import { type NetworkInfo, OracleClient, OracleRequestError } from '@commonwire/sdk/oracle';
import { PublicKey } from '@solana/web3.js';
import type { DeviceTime } from './clock';
import { DeviceError } from './errors';

/** Device time outside development: the device's own clock. */
const OWN_CLOCK: DeviceTime = { origin: 0, start: 0, speed: 1 };

/** The facts about its network that a device needs. */
export interface DeviceNetwork {
  address: PublicKey;
  deviceTime: DeviceTime;
  /** The median of the oracles' clocks minus this one, milliseconds. Only for a warning: an oracle may lie. */
  aheadMs: number;
  /** The oracles that answered. */
  answers: number;
}

/**
 * Asks all oracles which network they serve. The network that most of them name counts; one of another network would just
 * reject the reports. Time is this device's own, whatever they say, except in development.
 * @param now this device's clock, unix milliseconds
 * @throws DeviceError `network_unreadable` with each oracle's error, if none answers; `development_clock` if most of
 * them run a clock for demonstrations and `development` isn't set
 */
export async function fetchDeviceNetwork(
  oracles: readonly string[],
  { now, development = false }: { now: () => number; development?: boolean },
): Promise<DeviceNetwork> {
  const failures: string[] = [];
  const ask = async (oracle: string): Promise<(NetworkInfo & { aheadMs: number }) | undefined> => {
    try {
      const before = now();
      const info = await new OracleClient(oracle).network();
      return { ...info, aheadMs: info.time - (before + now()) / 2 };
    } catch (error) {
      if (!(error instanceof OracleRequestError)) throw error;
      failures.push(error.message);
      return undefined;
    }
  };
  const answers = (await Promise.all(oracles.map(ask))).filter((answer) => answer !== undefined);
  if (answers.length === 0) {
    const what = 'no oracle answered which network it serves; check the addresses given with --oracle';
    throw new DeviceError('network_unreadable', `${what}\n  ${failures.join('\n  ')}`);
  }
  const address = mostCommon(answers.map(({ network }) => network));
  const serving = answers.filter(({ network }) => network === address);
  const clock = JSON.parse(mostCommon(serving.map((one) => JSON.stringify(one.clock)))) as DeviceTime;
  const isReal = clock.speed === 1 && clock.origin === clock.start;
  if (!isReal && !development)
    throw new DeviceError(
      'development_clock',
      `the oracles of network ${address} run a clock for demonstrations, ${clock.speed} times as fast as time; to report to it, give --development`,
    );
  return {
    address: new PublicKey(address),
    deviceTime: isReal ? OWN_CLOCK : clock,
    aheadMs: median(serving.map(({ aheadMs }) => aheadMs)),
    answers: serving.length,
  };
}

/** Returns the value that occurs most often; of several, the first. */
function mostCommon(values: readonly string[]): string {
  const times = (value: string) => values.filter((other) => other === value).length;
  return values.reduce((best, value) => (times(value) > times(best) ? value : best));
}

/** Returns the middle value; of two, the one that is nearer to zero. */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1]!, sorted[sorted.length >> 1]!];
  return Math.abs(low) < Math.abs(high) ? low : high;
}
