import { connect, type Socket } from 'node:net';
import type { ModbusTCPClient as Client } from 'jsmodbus';
import type { Reading } from '../sign';
import { type CounterOptions, Failures, type Found, pollSeconds, readingsOf } from './source';
import { findCounters, RegistersRefused, readCounters, type SunSpecDevice, SunSpecError } from './sunspec';

/** Where a Modbus device is. */
export interface ModbusAddress {
  host: string;
  port: number;
  unitId: number;
}

/** Longest wait for a connection, and for an answer. */
const TIMEOUT_MS = 5_000;
/** Longest walk of a device's models. */
const LONGEST_WALK_MS = 60_000;
/** More than any answer to one request has. */
const MOST_ANSWER_BYTES = 300;
/** Exceptions that say that there are no such registers; others, such as busy, may pass. */
const NO_REGISTERS = new Set([1, 2, 3, 4]);

/**
 * Yields readings of a SunSpec device's energy counters over Modbus TCP until the signal is aborted. A device that fails, or
 * isn't there, is tried again for ever: what was read from it before is still to be sent.
 */
export function readModbus(address: ModbusAddress, options: CounterOptions): AsyncGenerator<Reading> {
  return readingsOf(samples(address, options), options);
}

async function* samples(address: ModbusAddress, options: CounterOptions): AsyncGenerator<Found> {
  const { isMeter, seconds, now, speed, clock, signal, log } = options;
  const name = `${address.host}:${address.port}`;
  const failures = new Failures(name, options);
  const link = new ModbusLink(address, signal);
  const poll = pollSeconds(seconds);
  let device: SunSpecDevice | undefined;
  try {
    while (!signal.aborted) {
      let found: Found;
      try {
        if (!device) {
          device = await findCounters(link.readUntil(Date.now() + LONGEST_WALK_MS), isMeter);
          const { identity, model } = device;
          const who = identity
            ? ` of ${identity.manufacturer} ${identity.product}, serial number ${identity.serial}`
            : '';
          log(
            `${name}: SunSpec model ${model.id}${who}; a reading each ${seconds} s, none for the first part of one`,
          );
        }
        const before = now();
        const counters = await readCounters(link.read, device.model);
        found = { time: (before + now()) / 2, ...counters };
        failures.over();
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof SunSpecError) || error.code === 'bad-map') device = undefined;
        if (!(error instanceof SunSpecError) || !device) {
          link.close();
          await failures.wait(error);
          continue;
        }
        found = { code: error.code, why: `${error.message}.`, text: new Date(now() * 1000).toISOString() };
      }
      yield found;
      // At whole polls, so that one is at each boundary.
      const next = (Math.floor(now() / poll) + 1) * poll;
      await clock.sleep(Math.ceil(((next - now()) * 1000) / speed), signal);
    }
  } finally {
    link.close();
  }
}

/** A connection that is made when it is needed, and again after it broke. */
class ModbusLink {
  private client: Client | undefined;

  constructor(
    private readonly address: ModbusAddress,
    private readonly signal: AbortSignal,
  ) {}

  /** Reads holding registers. Devices close idle connections: what fails on one that was open is tried on a new one. */
  read = async (address: number, count: number): Promise<Buffer> => {
    const wasOpen = this.client !== undefined;
    try {
      return await this.request(address, count);
    } catch (error) {
      if (!wasOpen || error instanceof RegistersRefused || this.signal.aborted) throw error;
      return await this.request(address, count);
    }
  };

  /** Reads until a time, unix milliseconds. */
  readUntil = (time: number) => (address: number, count: number) => {
    if (Date.now() > time) throw new Error(`its models could not be read within ${LONGEST_WALK_MS / 1000} s`);
    return this.read(address, count);
  };

  close(): void {
    this.client?.socket.destroy();
    this.client = undefined;
  }

  private async request(address: number, count: number): Promise<Buffer> {
    this.client ??= await this.connect();
    const { client } = this;
    const { socket } = client;
    let received = 0;
    const limit = (chunk: Buffer) => {
      received += chunk.length;
      if (received > MOST_ANSWER_BYTES) socket.destroy();
    };
    socket.on('data', limit);
    try {
      const { response } = await client.readHoldingRegisters(address, count);
      const { valuesAsBuffer } = response.body;
      if (valuesAsBuffer.length !== 2 * count)
        throw new Error(`it answered another question than registers ${address} to ${address + count - 1}`);
      return valuesAsBuffer;
    } catch (error) {
      const { err, message, response } = error as {
        err?: string;
        message: string;
        response?: { body: { code: number } };
      };
      if (err === 'ModbusException') {
        const told = `registers ${address} to ${address + count - 1}: ${message}`;
        throw NO_REGISTERS.has(response?.body.code ?? 0) ? new RegistersRefused(told) : new Error(told);
      }
      // A late answer must not be taken for that to the next request.
      this.close();
      if (received > MOST_ANSWER_BYTES) throw new Error('it sent more than an answer has');
      // The library's errors are plain objects.
      throw new Error(err === 'Timeout' ? `no answer within ${TIMEOUT_MS} ms` : message, { cause: error });
    } finally {
      socket.off('data', limit);
    }
  }

  private async connect(): Promise<Client> {
    const { ModbusTCPClient } = await import('jsmodbus');
    const { host, port, unitId } = this.address;
    this.signal.throwIfAborted();
    const socket = connect({ host, port, noDelay: true });
    const client = new ModbusTCPClient(socket, unitId, TIMEOUT_MS);
    const stop = () => socket.destroy();
    this.signal.addEventListener('abort', stop, { once: true });
    socket.once('close', () => {
      this.signal.removeEventListener('abort', stop);
      if (this.client === client) this.client = undefined;
    });
    await connected(socket);
    return client;
  }
}

/** Resolves once the socket is connected. Later errors only close it. */
function connected(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => socket.destroy(new Error(`no connection within ${TIMEOUT_MS} ms`)),
      TIMEOUT_MS,
    );
    socket.once('connect', () => {
      clearTimeout(timer);
      resolve();
    });
    socket.on('error', reject);
    socket.once('close', () => {
      clearTimeout(timer);
      reject(new Error('the connection was closed'));
    });
  });
}
