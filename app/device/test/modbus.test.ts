import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { decodeRegisters } from '@commonwire/sdk/device';
import { expect } from 'chai';
import { ModbusTCPServer } from 'jsmodbus';
import { readModbus } from '../src/counters/modbus';
import { findCounters, RegistersRefused, readCounters } from '../src/counters/sunspec';
import type { PassedLine } from '../src/passed-lines';
import type { Reading } from '../src/sign';
import {
  COMMON,
  floatInverter,
  floatMeter,
  inverter,
  type ModelData,
  mapOf,
  meter,
  u32,
} from './sunspec-maps';

const SECONDS = 900;

describe('SunSpec maps', () => {
  const reader = (holding: Buffer) => async (address: number, count: number) => {
    if (2 * (address + count) > holding.length) throw new RegistersRefused('no such registers');
    return holding.subarray(2 * address, 2 * (address + count));
  };
  async function counted(base: number, models: readonly ModelData[], isMeter = false) {
    const read = reader(mapOf(base, models));
    const device = await findCounters(read, isMeter);
    const { exported, imported } = await readCounters(read, device.model);
    const wattHours = [exported, ...(imported ? [imported] : [])].map(({ count }) => Number(count) / 1e10);
    return { wattHours, identity: device.identity };
  }
  const codeOf = async (...of: Parameters<typeof counted>) => {
    try {
      return (await counted(...of)).wattHours;
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  const other: ModelData = { id: 120, length: 26, registers: {} };

  it('are found at each base, behind other models, and named', async () => {
    for (const base of [40_000, 50_000, 0]) {
      const { wattHours, identity } = await counted(base, [COMMON, other, inverter(123_456, -1)]);
      expect(wattHours).to.deep.equal([12_345.6]);
      expect(identity).to.deep.equal({ manufacturer: 'Example', product: 'Solar[2J 5', serial: '0042' });
    }
  });

  it('have counters of integers and floats, in inverters and meters', async () => {
    expect((await counted(0, [COMMON, inverter(7, 3)])).wattHours).to.deep.equal([7_000]);
    expect((await counted(0, [COMMON, floatInverter(1_234_567.5)])).wattHours).to.deep.equal([1_234_567.5]);
    const both = [COMMON, inverter(1), meter(500, 90_000, 1)];
    expect((await counted(0, both, true)).wattHours).to.deep.equal([5_000, 900_000]);
    expect((await counted(0, [floatMeter(0, 2.5)], true)).wattHours).to.deep.equal([0, 2.5]);
  });

  it('have values that say that there is none', async () => {
    const broken: [string, ModelData][] = [
      ['not-implemented', inverter(0)],
      ['not-implemented', inverter(0xffff_ffff)],
      ['not-implemented', inverter(5, -0x8000)],
      ['unreadable-value', inverter(5, 11)],
      ['not-implemented', floatInverter(Number.NaN)],
      ['unreadable-value', floatInverter(Number.POSITIVE_INFINITY)],
      ['unreadable-value', floatInverter(-1)],
      ['bad-map', { ...inverter(5), length: 20, registers: {} }],
      ['bad-map', { id: 7, length: 0, registers: {} }],
      ['no-counter', other],
    ];
    for (const [code, model] of broken) expect(await codeOf(0, [COMMON, model]), code).to.equal(code);
    expect(await codeOf(0, [meter(500, 0)], true)).to.equal('not-implemented');
    expect(await codeOf(0, [inverter(5)], true)).to.equal('no-counter');
    const endless = Array.from({ length: 200 }, () => other);
    expect(await codeOf(0, [...endless, inverter(5)])).to.equal('no-counter');
    const read = reader(Buffer.alloc(0));
    const error = await findCounters(read, false).then(
      () => undefined,
      (caught) => caught,
    );
    expect(error).to.have.property('code', 'no-sunspec');
  });
});

describe('a Modbus source', () => {
  let server: Server;
  let sockets: Set<Socket>;
  let holding: Buffer;
  let port: number;

  const serve = async () => {
    sockets = new Set();
    server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
    });
    new ModbusTCPServer(server, { holding });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  };
  const end = async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  };
  beforeEach(() => {
    port = 0;
    holding = mapOf(40_000, [COMMON, inverter(100_000)]);
  });

  /** Sets the inverter's counter. */
  const show = (count: number) => {
    for (const [at, value] of Object.entries(u32(40_070 + 24, count)))
      holding.writeUInt16BE(value, Number(at) * 2);
  };

  /** Reads until `count` readings are there. Time passes only when the source waits, after `onWait` with the time. */
  async function read(
    count: number,
    onWait: (time: number) => void | Promise<void> = () => {},
    isMeter = false,
  ) {
    const stop = new AbortController();
    const passed: PassedLine[] = [];
    const log: string[] = [];
    let time = 10 * SECONDS;
    const sleep = async (ms: number) => {
      time += ms / 1000;
      await onWait(time);
    };
    const readings: Reading[] = [];
    const source = readModbus(
      { host: '127.0.0.1', port, unitId: 1 },
      {
        isMeter,
        seconds: SECONDS,
        capacityWatts: 6_000,
        now: () => time,
        speed: 1,
        clock: { sleep },
        passed: (line) => passed.push(line),
        log: (line) => log.push(line),
        signal: stop.signal,
      },
    );
    for await (const reading of source) {
      readings.push(reading);
      if (readings.length === count) break;
    }
    return {
      values: readings.map(({ start, value }) => [start / SECONDS, value]),
      extras: readings.map(({ extra }) => extra && decodeRegisters(extra)),
      codes: [...new Set(passed.map(({ code }) => code))],
      log: log.join('\n'),
    };
  }
  /** 3,600 W since the start. */
  const produce = (time: number) => show(100_000 + Math.floor(time - 10 * SECONDS));

  it('reports what the counter grew by', async () => {
    await serve();
    try {
      const { values, codes, log } = await read(3, produce);
      expect(values).to.deep.equal([
        [10, 900n],
        [11, 900n],
        [12, 900n],
      ]);
      expect(codes).to.deep.equal([]);
      expect(log).to.include('SunSpec model 103 of Example Solar[2J 5, serial number 0042');
    } finally {
      await end();
    }
  });

  it('reports both registers of a meter', async () => {
    // This server answers beyond its registers with none of them, instead of an exception.
    holding = Buffer.alloc(2 * 60_000);
    mapOf(0, [COMMON, meter(1_000, 5_000)]).copy(holding);
    await serve();
    try {
      const { extras } = await read(
        1,
        (time) => {
          mapOf(0, [COMMON, meter(1_010, 5_000 + Math.floor(time / 10) - 900)]).copy(holding);
        },
        true,
      );
      expect(extras).to.deep.equal([{ exported: 10, imported: 90 }]);
    } finally {
      await end();
    }
  });

  it('leaves a gap while the device is away, and finds it again', async () => {
    await serve();
    try {
      const { values, log } = await read(2, async (time) => {
        produce(time);
        const isAway = time > 11.5 * SECONDS && time < 12.5 * SECONDS;
        if (isAway && server.listening) await end();
        if (!isAway && !server.listening) await serve();
      });
      expect(values).to.deep.equal([
        [10, 900n],
        [13, 900n],
      ]);
      expect(log)
        .to.match(/ECONNREFUSED.*trying again until it answers/)
        .and.include('answers again');
    } finally {
      await end();
    }
  });

  it('reads on when the device closed an idle connection, and refuses a glitch', async () => {
    await serve();
    try {
      const { values, codes } = await read(2, (time) => {
        for (const socket of sockets) socket.destroy();
        produce(time);
        if (time >= 10.4 * SECONDS && time < 10.45 * SECONDS) show(1);
        if (time >= 10.6 * SECONDS && time < 10.65 * SECONDS) show(0);
      });
      expect(values).to.deep.equal([
        [10, 900n],
        [11, 900n],
      ]);
      expect(codes).to.deep.equal(['counter-back', 'not-implemented']);
    } finally {
      await end();
    }
  });

  it('goes on after answers that are too long, of another unit, or none', async () => {
    const answers = [
      Buffer.alloc(5_000, 0x61),
      Buffer.from([0, 1, 0, 0, 0, 7, 9, 3, 4, 0x53, 0x75, 0x6e, 0x53]),
      Buffer.from([0, 1, 0, 0, 0, 5, 1, 3, 2, 0, 0]),
      Buffer.from([0, 1, 0, 0, 0, 3, 1, 0x83, 6]),
    ];
    const broken = createServer((socket) => {
      socket.on('error', () => undefined);
      const answer = answers.shift();
      socket.once('data', () => (answer ? socket.write(answer) : socket.destroy()));
    });
    broken.listen(0, '127.0.0.1');
    await once(broken, 'listening');
    ({ port } = broken.address() as AddressInfo);
    let isServed = false;
    try {
      const { values, log } = await read(1, async (time) => {
        if (answers.length === 0 && !isServed) {
          isServed = true;
          broken.close();
          await serve();
        }
        produce(time);
      });
      expect(values).to.have.length(1);
      expect(log)
        .to.include('it sent more than an answer has')
        .and.include('no answer within 5000 ms')
        .and.include('it answered another question')
        .and.include('Code 6');
    } finally {
      if (isServed) await end();
      else broken.close();
    }
  });
});
