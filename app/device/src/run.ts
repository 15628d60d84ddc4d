import { Kind } from '@commonwire/sdk/device';
import { readKeypair, UsageError } from '@commonwire/sdk/node';
import { DeviceAgent } from './agent';
import type { Command } from './arguments';
import { type Clock, deviceSeconds } from './clock';
import { nameOf, readSource } from './counters';
import { FileOutbox } from './file-outbox';
import { readInput } from './input';
import { sendDelay } from './jitter';
import { type DeviceNetwork, fetchDeviceNetwork } from './network-info';
import { codeOf } from './outbox';
import { type PassedLine, PassedLines } from './passed-lines';
import { ReceiptFile } from './receipts';
import type { Reading } from './sign';
import { Uplink } from './uplink';

type RunCommand = Extract<Command, { command: 'run' }>;

/** The clock, abort signal and log of {@link run}. */
export interface RunContext {
  clock: Clock;
  signal: AbortSignal;
  log: (line: string) => void;
}

/** Oracles tolerate reports that start up to five minutes ahead of their clocks; long before that, somebody should know. */
const TOLERATED_MS = 60_000;
/** A reading whose interval ended so lately is live: its fleet sends now, too. */
const JUST_NOW_SECONDS = 5;

function clockWarning({ aheadMs, answers }: DeviceNetwork): string {
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  const which = aheadMs > 0 ? 'behind' : 'ahead of';
  return `warning: this machine's clock is ${seconds} s ${which} the median of ${answers} oracles. The agent goes by its own clock: if that is wrong, set it (timedatectl set-ntp true), since oracles refuse what starts in the future or too long ago`;
}

/**
 * Reports all readings of the input and resolves with the number of rejected reports once all are answered.
 * @throws DeviceError; the signal's reason when aborted, with everything read so far stored in the outbox
 */
export async function run(command: RunCommand, { clock, signal, log }: RunContext): Promise<number> {
  const { index, kind, latitude, longitude } = command;
  const seed = readKeypair(command.key).secretKey.slice(0, 32);
  const now = () => clock.now();
  const { development } = command;
  const found = await fetchDeviceNetwork(command.oracle, { now, development });
  const { address, deviceTime } = found;
  if (Math.abs(found.aheadMs) > TOLERATED_MS) log(clockWarning(found));
  if (command.network && !command.network.equals(address)) {
    throw new UsageError(`these oracles serve network ${address}, not ${command.network}`);
  }
  const outbox = new FileOutbox(command.outbox, `${address}/${index}`);
  if (outbox.torn > 0)
    log(
      `${command.outbox}: the last write was unfinished; its ${outbox.torn} bytes are dropped and in ${command.outbox}.torn`,
    );
  try {
    let rejected = 0;
    const failed = new AbortController();
    const either = AbortSignal.any([signal, failed.signal]);
    const receipts = new ReceiptFile(`${command.outbox}.receipts`);
    const unproven = new Set<string>();
    const uplink = new Uplink(command.oracle, {
      clock,
      onAccepted: ({ oracle, reports, receipt }) => {
        if (receipt && receipts.keep(address, receipt, reports)) return;
        if (!unproven.has(oracle)) log(`${oracle}: accepts reports without a receipt that proves it`);
        unproven.add(oracle);
      },
      onFailure: ({ oracle, reason, retryInMs }) => log(`${oracle}: ${reason}; next try in ${retryInMs} ms`),
    });
    const agent = new DeviceAgent({
      identity: {
        network: address.toBytes(),
        index,
        owner: command.owner.toBytes(),
        kind,
        latitude,
        longitude,
      },
      seed,
      outbox,
      uplink,
      onAnswer: ({ start, seconds }, answer) => {
        if (answer.status === 'rejected') rejected += 1;
        const detail = answer.status === 'rejected' ? ` (${codeOf(answer)}) ${answer.reason ?? ''}` : '';
        log(`${new Date(start * 1000).toISOString()} ${seconds} s: ${answer.status}${detail}`);
      },
    });
    log(`device ${index} of network ${address}: ${outbox.size} earlier readings still to send`);

    // Sending runs concurrently with reading: a slow or dead oracle must not stop the meter.
    let sending = Promise.resolve();
    const send = (delayMs = 0) => {
      const wait = delayMs > 0 ? () => clock.sleep(delayMs, either) : async () => undefined;
      sending = sending.then(wait).then(() => agent.flush(either));
      sending.catch(() => undefined);
    };
    try {
      send();
      let skipped = 0;
      const { source } = command;
      const name = source ? nameOf(source) : (command.csv ?? 'standard input');
      const passed = new PassedLines(`${command.outbox}.passed-over`, name, log);
      const deviceNow = () => deviceSeconds(deviceTime, clock.now());
      const common = { signal, log, now: deviceNow, passed: (line: PassedLine) => passed.add(line) };
      const readings = source
        ? readSource(source, { ...common, isMeter: kind === Kind.meter, speed: deviceTime.speed, clock })
        : readInput({ ...command, ...common, follow: command.follow ? clock : undefined });
      for await (const reading of readings) {
        if (outbox.last && reading.start < outbox.last.end) {
          skipped += 1;
          continue;
        }
        const isLive = await ended(reading);
        agent.record(reading);
        const intervalMs = (reading.seconds * 1000) / deviceTime.speed;
        send(isLive ? sendDelay(agent.publicKey, intervalMs) : 0);
      }
      signal.throwIfAborted();
      passed.sum();
      if (skipped > 0) log(`${skipped} readings skipped: they are not newer than those already recorded`);
      await sending;
      return rejected;
    } finally {
      // Also after bad input: a request in flight still needs the outbox to record its answer.
      failed.abort();
      await sending.catch(() => undefined);
    }

    /**
     * Waits for the end of the reading's interval, since oracles refuse reports from the future.
     * @returns whether it ended just now
     */
    async function ended({ start, seconds }: Reading): Promise<boolean> {
      for (;;) {
        signal.throwIfAborted();
        const left = start + seconds - deviceSeconds(deviceTime, clock.now());
        if (left <= 0) return left > -JUST_NOW_SECONDS;
        await clock.sleep(Math.min(60_000, Math.ceil((left * 1000) / deviceTime.speed)), signal);
      }
    }
  } finally {
    outbox.close();
  }
}
