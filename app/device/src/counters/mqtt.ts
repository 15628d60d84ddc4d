import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { IPublishPacket, MqttClient } from 'mqtt';
import type { Reading } from '../sign';
import { limitPackets } from './packet-limit';
import { PayloadError, type PayloadPaths, readPayload } from './payload';
import { type CounterOptions, Failures, type Found, readingsOf } from './source';

/** A topic of a broker that a counter is published under. */
export interface MqttAddress {
  host: string;
  port: number;
  isSecure: boolean;
  topic: string;
  paths: PayloadPaths;
  /** What 1 of its values is, mWh. */
  perUnit: bigint;
  username?: string | undefined;
  password?: string | undefined;
}

const CONNECT_TIMEOUT_MS = 10_000;
const KEEPALIVE_SECONDS = 30;
const MOST_PAYLOAD_BYTES = 1 << 16;
/** A packet has its topic, up to 64 KiB, and a few bytes beside its payload. */
const MOST_PACKET_BYTES = MOST_PAYLOAD_BYTES + (1 << 16) + 8;
/** Messages that wait; a counter that sends more often has no more to say. */
const MOST_WAITING = 1_000;

/**
 * Yields readings of a counter that is published by MQTT until the signal is aborted. A broker that fails, or isn't there,
 * is tried again for ever: what was read before is still to be sent.
 */
export function readMqtt(address: MqttAddress, options: CounterOptions): AsyncGenerator<Reading> {
  return readingsOf(samples(address, options), options);
}

async function* samples(address: MqttAddress, options: CounterOptions): AsyncGenerator<Found> {
  const { now, signal, log } = options;
  const name = `${address.host}:${address.port}`;
  const failures = new Failures(name, options);
  while (!signal.aborted) {
    const waiting: Found[] = [];
    let wake = () => {};
    let [ended, tooMany] = [undefined as Error | undefined, false];
    const end = (error: Error) => {
      ended ??= error;
      wake();
    };
    const client = await open(address, end);
    const stop = () => end(new Error('stopped'));
    signal.addEventListener('abort', stop, { once: true });
    client.on('error', end);
    client.on('close', () => end(new Error('the connection was closed')));
    client.on('connect', () =>
      client.subscribe(address.topic, { qos: 1 }, (error, granted) => {
        const isRefused = granted?.some(({ qos }) => qos > 2) ?? false;
        if (error || isRefused)
          return end(new Error(`${address.topic}: the broker refuses the subscription`, { cause: error }));
        log(`${name}: subscribed to ${address.topic}`);
        failures.over();
      }),
    );
    client.on('message', (_topic, payload, packet) => {
      if (waiting.length >= MOST_WAITING) {
        if (!tooMany) log(`${name}: more than ${MOST_WAITING} messages wait; later ones are dropped`);
        tooMany = true;
        return;
      }
      waiting.push(sampleOf(payload, packet, address, now()));
      wake();
    });
    try {
      while (!ended) {
        yield* waiting.splice(0);
        if (waiting.length > 0 || ended) continue;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      yield* waiting.splice(0);
    } finally {
      signal.removeEventListener('abort', stop);
      client.end(true);
    }
    await failures.wait(ended);
  }
}

/** Connects once, without trying again by itself. The session is clean: what was queued meanwhile has no time. */
async function open(
  { host, port, isSecure, username, password }: MqttAddress,
  onError: (error: Error) => void,
): Promise<MqttClient> {
  const { MqttClient } = await import('mqtt');
  const client = new MqttClient(
    () => {
      const stream = isSecure
        ? connectTls({ host, port, servername: host })
        : connectTcp({ host, port, noDelay: true });
      // The client tells that the connection is closed, not why.
      stream.on('error', onError);
      limitPackets(stream, MOST_PACKET_BYTES);
      return stream;
    },
    {
      protocolVersion: 4,
      clean: true,
      clientId: `commonwire-${Math.random().toString(36).slice(2, 12)}`,
      reconnectPeriod: 0,
      connectTimeout: CONNECT_TIMEOUT_MS,
      keepalive: KEEPALIVE_SECONDS,
      queueQoSZero: false,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
    },
  );
  // Also after it is ended: a late error must not stop the agent.
  client.on('error', () => undefined);
  return client;
}

function sampleOf(
  payload: Buffer,
  { retain, dup }: IPublishPacket,
  { paths, perUnit }: MqttAddress,
  now: number,
): Found {
  const refused = (code: string, why: string): Found => ({
    code,
    why,
    text: `${new Date(now * 1000).toISOString()} ${payload.toString('utf8', 0, 500).replace(/[^ -~]/g, ' ')}`,
  });
  if (payload.length > MOST_PAYLOAD_BYTES)
    return refused('too-long', `It has more than ${MOST_PAYLOAD_BYTES} bytes.`);
  if (retain && !paths.time)
    return refused('retained', 'It is from an unknown time before: --time-path tells which.');
  if (dup && !paths.time)
    return refused('redelivered', 'It is from an unknown time before: --time-path tells which.');
  try {
    return readPayload(payload, paths, perUnit, now);
  } catch (error) {
    if (error instanceof PayloadError) return refused(error.code, error.message);
    throw error;
  }
}
