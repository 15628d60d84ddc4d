import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { decodeRegisters } from '@commonwire/sdk/device';
import { Aedes } from 'aedes';
import { expect } from 'chai';
import { parseCommand } from '../src/arguments';
import { type MqttAddress, readMqtt } from '../src/counters/mqtt';
import { parsePath } from '../src/counters/payload';
import type { PassedLine } from '../src/passed-lines';
import type { Reading } from '../src/sign';

const SECONDS = 900;
const START = 1_800_000_000;
const TOPIC = 'meter/energy';

describe('an MQTT source', () => {
  let broker: Aedes;
  let server: Server;
  let sockets: Set<Socket>;
  let port: number;
  let time: number;

  const serve = async () => {
    broker = await Aedes.createBroker({
      authenticate: (_client, username, password, done) =>
        done(null, username === 'reader' && password?.toString() === 'secret'),
    });
    sockets = new Set();
    server = createServer((socket) => {
      sockets.add(socket);
      broker.handle(socket);
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  };
  const end = async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
    await new Promise<void>((resolve) => broker.close(() => resolve()));
  };
  beforeEach(async () => {
    [port, time] = [0, START];
    await serve();
  });
  afterEach(end);

  const publish = (payload: string | Buffer, more: { retain?: boolean; dup?: boolean } = {}) =>
    new Promise<void>((resolve, reject) => {
      const [retain, dup] = [more.retain ?? false, more.dup ?? false];
      broker.publish({ cmd: 'publish', topic: TOPIC, payload, qos: 1, retain, dup }, (error) =>
        error ? reject(error) : resolve(),
      );
    });

  /** Reads `count` readings. Each time the source says that it is subscribed, the next function publishes. */
  async function read(
    count: number,
    steps: readonly (() => Promise<void>)[],
    given: Partial<MqttAddress> = {},
    isMeter = false,
  ) {
    const todo = [...steps];
    const stop = new AbortController();
    const passed: PassedLine[] = [];
    const log: string[] = [];
    const readings: Reading[] = [];
    const source = readMqtt(
      {
        host: '127.0.0.1',
        port,
        isSecure: false,
        topic: TOPIC,
        paths: {},
        perUnit: 1_000_000n,
        username: 'reader',
        password: 'secret',
        ...given,
      },
      {
        isMeter,
        seconds: SECONDS,
        capacityWatts: 6_000,
        now: () => time,
        speed: 1,
        clock: { sleep: () => new Promise((resolve) => setImmediate(resolve)) },
        passed: (line) => passed.push(line),
        log: (line) => {
          log.push(line);
          if (line.includes('subscribed'))
            todo
              .shift()?.()
              .catch((error) => stop.abort(error));
        },
        signal: stop.signal,
      },
    );
    for await (const reading of source) {
      readings.push(reading);
      if (readings.length === count) break;
    }
    return { readings, codes: passed.map(({ code }) => code), log: log.join('\n') };
  }

  /** Publishes payloads, each an interval after the one before. */
  const series =
    (...payloads: string[]) =>
    async () => {
      for (const payload of payloads) {
        const isReceived = once(broker, 'ack');
        await publish(payload);
        await isReceived;
        time += SECONDS;
      }
    };

  it('reports what a counter in kWh grew by, to the Wh', async () => {
    const { readings } = await read(2, [series('12.3456', '12.8461', '13')]);
    expect(readings).to.deep.equal([
      { start: START, seconds: SECONDS, value: 501n },
      { start: START + SECONDS, seconds: SECONDS, value: 154n },
    ]);
  });

  it("reads a meter's registers from JSON, and refuses what is none", async () => {
    const paths = { exported: parsePath('out[0].total'), imported: parsePath('in') };
    const payload = (exported: number, imported: unknown) =>
      JSON.stringify({ out: [{ total: exported }], in: imported });
    const step = async () => {
      await series(payload(1, 2))();
      time -= SECONDS / 2;
      for (const bad of ['{', '{}', payload(1, -2), payload(1, null)]) await publish(bad);
      time += SECONDS / 2;
      await series(payload(1.25, 2.5))();
    };
    const { readings, codes } = await read(1, [step], { paths }, true);
    expect(readings.map(({ value, extra }) => [value, decodeRegisters(extra!)])).to.deep.equal([
      [-250n, { exported: 250, imported: 500 }],
    ]);
    expect(codes).to.deep.equal([
      'unreadable-payload',
      'unreadable-value',
      'unreadable-value',
      'unreadable-value',
    ]);
  });

  it('refuses a retained message, unless it has its time', async () => {
    await publish('7', { retain: true });
    const { codes, readings } = await read(1, [series('8', '8.5')]);
    expect(codes).to.deep.equal(['retained']);
    expect(readings.map(({ value }) => value)).to.deep.equal([500n]);

    const timed = (kwh: number, at: unknown) => JSON.stringify({ kwh, at });
    await publish(timed(8, START), { retain: true });
    time = START + SECONDS + 300;
    const paths = { exported: ['kwh'], time: ['at'] };
    const step = async () => {
      await publish(timed(8.1, 'noon'));
      await publish(timed(8.1, time + 61));
      await publish(timed(8.1, START - 48 * 3_600));
      await publish(timed(8.4, new Date((START + SECONDS) * 1_000).toISOString()));
    };
    const later = await read(1, [step], { paths });
    expect(later.codes).to.deep.equal(['unreadable-time', 'in-future', 'too-old']);
    expect(later.readings).to.deep.equal([{ start: START, seconds: SECONDS, value: 400n }]);
  });

  it('goes on after the broker was away, and after a payload that is too long', async () => {
    const { readings, codes, log } = await read(2, [
      async () => {
        await series('1', '1.5')();
        await end();
        await serve();
      },
      async () => {
        await publish(Buffer.alloc((1 << 16) + 1, '1'));
        await publish(Buffer.alloc(1 << 18, '1'));
      },
      series('2.5', '3'),
    ]);
    expect(readings.map(({ value }) => value)).to.deep.equal([500n, 1_000n]);
    expect(codes).to.deep.equal(['too-long']);
    expect(log).to.include('the connection was closed').and.include('is longer than');
  });

  it('tells a refused password and goes on trying, without showing it', async () => {
    const stop = new AbortController();
    const log: string[] = [];
    let tries = 0;
    const source = readMqtt(
      {
        host: '127.0.0.1',
        port,
        isSecure: false,
        topic: TOPIC,
        paths: {},
        perUnit: 1n,
        username: 'reader',
        password: 'hunter2',
      },
      {
        isMeter: false,
        seconds: SECONDS,
        capacityWatts: 1,
        now: () => time,
        speed: 1,
        clock: {
          sleep: async () => {
            if (++tries === 3) stop.abort();
          },
        },
        passed: () => undefined,
        log: (line) => log.push(line),
        signal: stop.signal,
      },
    );
    for await (const reading of source) expect.fail(`a reading of ${reading.value}`);
    expect(tries).to.equal(3);
    expect(log).to.have.length(1);
    expect(log[0])
      .to.match(/Not authorized/)
      .and.not.include('hunter2');
  });
});

describe('options of counters', () => {
  const base = 'run --oracle https://one.example --key k --index 1 --latitude 1 --longitude 1 --owner';
  const owner = 'SysvarC1ock11111111111111111111111111111111';
  const parse = (more: string) => parseCommand([...base.split(' '), owner, ...more.split(' ')]);

  it('give an address, an interval and a capacity', () => {
    expect(parse('--modbus [::1]:1502 --capacity 5')).to.have.deep.property('source', {
      type: 'modbus',
      address: { host: '::1', port: 1_502, unitId: 1 },
      capacityWatts: 5,
      seconds: 900,
    });
    expect(parse('--mqtt mqtts://broker --topic a/b --unit kWh --capacity 5 --json-path A.B'))
      .to.have.property('source')
      .that.deep.includes({ type: 'mqtt', capacityWatts: 5 });
  });

  for (const [more, what] of [
    ['--modbus inverter', '--capacity'],
    ['--modbus a:0 --capacity 5', '--modbus'],
    ['--modbus a --capacity 5 --unit kWh', '--unit'],
    ['--modbus a --capacity 5 file.csv', 'file.csv'],
    ['--modbus a --capacity 5 --kind parking', '--kind'],
    ['--unit-id 3', '--unit-id'],
    ['--mqtt mqtt://b --capacity 5 --unit kWh', '--topic'],
    ['--mqtt mqtt://b --capacity 5 --topic t', '--unit'],
    ['--mqtt mqtt://b --capacity 5 --topic t/# --unit kWh', '--topic'],
    ['--mqtt mqtt://b --capacity 5 --topic t --unit kWh --kind meter', '--export-path'],
  ] as const)
    it(`error: ${more}`, () => expect(() => parse(more)).to.throw(what));

  it('error: a password in the address, which is not shown', () => {
    expect(() => parse('--mqtt mqtt://me:hunter2@b --topic t --unit kWh --capacity 5'))
      .to.throw('--mqtt-credentials')
      .with.property('message')
      .that.does.not.include('hunter2');
  });
});
