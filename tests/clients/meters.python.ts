import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '@commonwire/localnet';
import { decodeRegisters } from '@commonwire/sdk/device';
import { expect } from 'chai';
import { readModbus } from '../../app/device/src/counters/modbus';
import { readMqtt } from '../../app/device/src/counters/mqtt';
import { parsePath } from '../../app/device/src/counters/payload';
import type { CounterOptions } from '../../app/device/src/counters/source';
import type { Reading } from '../../app/device/src/sign';
import { COMMON, inverter, mapOf, meter, u32 } from '../../app/device/test/sunspec-maps';
import { ensurePython } from './python';

const SECONDS = 900;
const START = 1_800_000_000;
const python = ensurePython('modbus');

/** A source's options with a clock of its own: time passes when the source sleeps, and when a test says so. */
class Sampling {
  time = START;
  readonly log: string[] = [];
  readonly refused: string[] = [];
  /** How often the source has asked for the time: once when a message comes, and once when it is looked at. */
  private asked = 0;
  private readonly stop = new AbortController();

  options(
    isMeter: boolean,
    { onSleep, onLog }: { onSleep?: (ms: number) => Promise<void>; onLog?: (line: string) => void },
  ): CounterOptions {
    return {
      isMeter,
      seconds: SECONDS,
      capacityWatts: 6_000,
      now: () => {
        this.asked++;
        return this.time;
      },
      speed: 1,
      clock: { sleep: (ms) => onSleep?.(ms) ?? wait(20) },
      passed: ({ code }) => void this.refused.push(code),
      log: (line) => {
        this.log.push(line);
        onLog?.(line);
      },
      signal: this.stop.signal,
    };
  }

  /** Does something that sends the source a message, and returns once it has looked at it. */
  async looked(send: () => Promise<void>): Promise<void> {
    const before = this.asked;
    await send();
    while (this.asked < before + 2) await wait(5);
  }

  /** The first readings of a source, which then ends. */
  async first(count: number, source: AsyncGenerator<Reading>): Promise<Reading[]> {
    const readings: Reading[] = [];
    for await (const reading of source) {
      readings.push(reading);
      if (readings.length === count) break;
    }
    this.stop.abort();
    return readings;
  }
}

/** The registers of a map, as numbers. */
const numbers = (map: Buffer): number[] =>
  Array.from({ length: map.length / 2 }, (_, at) => map.readUInt16BE(2 * at));

describe('a Modbus source and the server of pymodbus', () => {
  let child: ChildProcess;
  let lines: Interface;

  /** @returns the port that it listens on */
  async function serve(map: Buffer): Promise<number> {
    child = spawn(python, [join(__dirname, 'modbus.py')], { stdio: ['pipe', 'pipe', 'inherit'] });
    lines = createInterface({ input: child.stdout! });
    return Number(await tell(numbers(map)));
  }
  const tell = async (value: unknown): Promise<string> => {
    const answer = once(lines, 'line');
    child.stdin!.write(`${JSON.stringify(value)}\n`);
    return String((await answer)[0]);
  };
  afterEach(async () => {
    child.stdin!.end();
    if (child.exitCode === null) await once(child, 'exit');
  });

  it("reads an inverter's counter at each boundary", async () => {
    const port = await serve(mapOf(40_000, [COMMON, inverter(100_000)]));
    const sampling = new Sampling();
    const onSleep = async (ms: number) => {
      sampling.time += ms / 1000;
      // 1 Wh a second.
      await tell(u32(40_070 + 24, 100_000 + Math.floor(sampling.time - START)));
    };
    const source = readModbus({ host: '127.0.0.1', port, unitId: 1 }, sampling.options(false, { onSleep }));
    const readings = await sampling.first(2, source);
    expect(readings.map(({ start, value }) => [start, value])).to.deep.equal([
      [START, 900n],
      [START + SECONDS, 900n],
    ]);
    expect(sampling.log[0]).to.match(/SunSpec model 103 of Example Solar.*serial number 0042/);
    expect(sampling.refused).to.deep.equal([]);
  });

  it("reads both registers of a meter at another base, and what isn't there as such", async () => {
    const port = await serve(mapOf(0, [COMMON, inverter(5), meter(500, 9_000)]));
    const sampling = new Sampling();
    const onSleep = async (ms: number) => {
      sampling.time += ms / 1000;
      const at = 2 + (2 + 66) + (2 + 50);
      const grown = (sampling.time - START) / SECONDS;
      const counts = [500 + 250 * grown, 9_000 + 500 * grown].map(Math.floor) as [number, number];
      await tell({ ...u32(at + 38, counts[0]), ...u32(at + 46, counts[1]) });
    };
    const source = readModbus({ host: '127.0.0.1', port, unitId: 1 }, sampling.options(true, { onSleep }));
    const [reading] = await sampling.first(1, source);
    expect(decodeRegisters(reading!.extra!)).to.deep.equal({ exported: 250, imported: 500 });
  });
});

describe('an MQTT source and mosquitto', () => {
  let folder: string;
  let port: number;
  let broker: ChildProcess;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'commonwire-mosquitto-'));
    const passwords = join(folder, 'passwords');
    writeFileSync(passwords, '', { mode: 0o600 });
    try {
      for (const name of ['reader', 'meter'])
        execFileSync('mosquitto_passwd', ['-b', passwords, name, `${name}’s secret`]);
    } catch (cause) {
      throw new Error('mosquitto is missing: install it (Debian: mosquitto)', { cause });
    }
  });
  beforeEach(async () => {
    port = await freePort();
    await start();
  });
  afterEach(() => stop());
  after(() => rmSync(folder, { recursive: true, force: true }));

  async function start(): Promise<void> {
    const config = [
      `listener ${port} 127.0.0.1`,
      'allow_anonymous false',
      `password_file ${join(folder, 'passwords')}`,
      // As root it would change to a user who can't read the passwords.
      `user ${userInfo().username}`,
    ];
    writeFileSync(join(folder, 'mosquitto.conf'), `${config.join('\n')}\n`);
    broker = spawn('mosquitto', ['-c', join(folder, 'mosquitto.conf')], { stdio: 'ignore' });
    for (const end = Date.now() + 10_000; Date.now() < end; await wait(20)) {
      const socket = connectTcp(port, '127.0.0.1');
      const listening = await once(socket, 'connect').then(
        () => true,
        () => false,
      );
      socket.destroy();
      if (listening) return;
    }
    throw new Error('mosquitto did not start');
  }
  async function stop(): Promise<void> {
    if (broker.exitCode !== null || broker.signalCode !== null) return;
    broker.kill();
    await once(broker, 'exit');
  }

  /** Publishes a payload as another client, and returns once the broker has it. */
  async function publish(payload: string, retain = false): Promise<void> {
    const { connectAsync } = await import('mqtt');
    const client = await connectAsync(`mqtt://127.0.0.1:${port}`, {
      username: 'meter',
      password: 'meter’s secret',
    });
    await client.publishAsync('house/meter', payload, { qos: 1, retain });
    await client.endAsync();
  }

  const address = (password: string) => ({
    host: '127.0.0.1',
    port,
    isSecure: false,
    topic: 'house/meter',
    paths: { exported: parsePath('energy.out') },
    perUnit: 1_000_000n,
    username: 'reader',
    password,
  });
  const energy = (out: number) => JSON.stringify({ energy: { out } });

  it('reads a counter, also after the broker was gone', async () => {
    const sampling = new Sampling();
    const steps = [
      async () => {
        await sampling.looked(() => publish(energy(12.5)));
        sampling.time += SECONDS;
        await sampling.looked(() => publish(energy(13)));
        await stop();
        await start();
      },
      async () => {
        sampling.time += SECONDS;
        await publish(energy(13.25));
      },
    ];
    const failures: unknown[] = [];
    const onLog = (line: string) => {
      if (line.includes('subscribed'))
        steps
          .shift()?.()
          .catch((error) => failures.push(error));
    };
    const source = readMqtt(address('reader’s secret'), sampling.options(false, { onLog }));
    const readings = await sampling.first(2, source);
    expect(failures).to.deep.equal([]);
    expect(readings.map(({ start, value }) => [start, value])).to.deep.equal([
      [START, 500n],
      [START + SECONDS, 250n],
    ]);
  });

  it('refuses a message from an unknown time before, and says that a password is wrong', async () => {
    await publish(energy(1), true);
    const wrong = new Sampling();
    const told = new Promise<string>((resolve) => {
      const source = readMqtt(address('a guess'), wrong.options(false, { onLog: resolve }));
      void wrong.first(1, source);
    });
    expect(await told).to.match(/not authori[sz]ed/i);

    const sampling = new Sampling();
    const onLog = (line: string) => {
      if (line.includes('subscribed'))
        void (async () => {
          while (sampling.refused.length === 0) await wait(5);
          await sampling.looked(() => publish(energy(2)));
          sampling.time += SECONDS;
          await publish(energy(3));
        })();
    };
    const source = readMqtt(address('reader’s secret'), sampling.options(false, { onLog }));
    const [reading] = await sampling.first(1, source);
    expect(reading).to.include({ start: START, value: 1_000n });
    expect(sampling.refused).to.deep.equal(['retained']);
  });
});
