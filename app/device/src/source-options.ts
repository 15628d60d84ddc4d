import { readFileSync } from 'node:fs';
import { UsageError, whole } from '@commonwire/sdk/node';
import { UNITS } from '@commonwire/sdk/trace';
import { z } from 'zod';
import type { ModbusAddress } from './counters/modbus';
import type { MqttAddress } from './counters/mqtt';
import { parsePath } from './counters/payload';

const MODBUS_PORT = 502;
const MQTT_PORTS: Readonly<Record<string, number>> = { 'mqtt:': 1883, 'mqtts:': 8883 };
/** Length of an interval unless `--seconds` gives another, seconds. */
const USUAL_SECONDS = 900;
const MOST_TOPIC_BYTES = 1_024;

const modbusAddress = z.string().transform((text, context) => {
  const [, bracketed, plain, port = String(MODBUS_PORT)] =
    /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._-]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host && Number(port) >= 1 && Number(port) <= 65_535) return { host, port: Number(port) };
  context.addIssue({ code: 'custom', message: 'is not HOST or HOST:PORT, such as 192.168.1.20:502' });
  return z.NEVER;
});

const brokerUrl = z
  .string()
  .transform((text, context) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    const usual = url && MQTT_PORTS[url.protocol];
    const isBare = url?.username === '' && url.password === '' && url.search === '' && url.hash === '';
    if (url && usual && isBare && url.hostname !== '' && /^\/?$/.test(url.pathname))
      return {
        host: url.hostname.replace(/^\[|\]$/g, ''),
        port: Number(url.port || usual),
        isSecure: url.protocol === 'mqtts:',
      };
    const message =
      'is not mqtt://HOST or mqtts://HOST without user and password; give those by --mqtt-credentials';
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  })
  .meta({ isSecret: true });

const topic = z
  .string()
  .refine(
    (text) => /^[^\0+#]+$/.test(text) && Buffer.byteLength(text) <= MOST_TOPIC_BYTES,
    'is not one topic: + and # would mix counters',
  );

const path = z.string().transform((text, context) => {
  const steps = parsePath(text);
  if (steps) return steps;
  context.addIssue({ code: 'custom', message: 'is not a path such as ENERGY.Total or meters[0].total' });
  return z.NEVER;
});

const MODBUS_OPTIONS = { 'unit-id': whole(0, 255).optional() };
const MQTT_OPTIONS = {
  topic: topic.optional(),
  'json-path': path.optional(),
  'import-path': path.optional(),
  'export-path': path.optional(),
  'time-path': path.optional(),
  'mqtt-credentials': z.string().optional(),
};

/** Options of counters that the agent reads itself. */
export const sourceOptions = {
  modbus: modbusAddress.optional(),
  mqtt: brokerUrl.optional(),
  capacity: whole(1, 0xffff_ffff).optional(),
  ...MODBUS_OPTIONS,
  ...MQTT_OPTIONS,
};

/** A counter that the agent reads itself. */
export type Source = ({ type: 'modbus'; address: ModbusAddress } | { type: 'mqtt'; address: MqttAddress }) & {
  capacityWatts: number;
  seconds: number;
};

type Given = z.output<z.ZodObject<typeof sourceOptions>> & {
  kind: string;
  unit?: string | undefined;
  seconds?: number | undefined;
};

/** Checks the options of a source. @returns undefined if none is given @throws UsageError */
export function sourceOf(given: Given, fileOptions: readonly string[], name: string): Source | undefined {
  const refuse = (what: string): never => {
    throw new UsageError(`${what}; see ${name} --help`);
  };
  const { modbus, mqtt, kind, capacity, seconds = USUAL_SECONDS } = given;
  const only = (options: object, of: string) => {
    for (const option of Object.keys(options) as (keyof Given)[])
      if (given[option] !== undefined) refuse(`--${option}: is for ${of} only`);
  };
  if (modbus && mqtt) refuse('--modbus, --mqtt: give one of them');
  if (!modbus) only(MODBUS_OPTIONS, '--modbus');
  if (!mqtt) only(MQTT_OPTIONS, '--mqtt');
  if (!modbus && !mqtt) {
    only({ capacity }, '--modbus and --mqtt');
    return undefined;
  }
  const option = modbus ? '--modbus' : '--mqtt';
  if (kind !== 'energy' && kind !== 'meter') refuse(`${option}: counts energy: --kind energy or meter`);
  if (fileOptions.length > 0) refuse(`${fileOptions.join(', ')}: not with ${option}, which reads a counter`);
  if (capacity === undefined)
    return refuse(`--capacity: ${option} needs the most that the device can deliver, in W`);
  const common = { capacityWatts: capacity, seconds };
  if (modbus) {
    if (given.unit !== undefined) refuse('--unit: a SunSpec device tells its unit');
    return { type: 'modbus', address: { ...modbus, unitId: given['unit-id'] ?? 1 }, ...common };
  }
  return { type: 'mqtt', address: { ...mqtt!, ...topicOf(given, refuse) }, ...common };
}

function topicOf(
  given: Given,
  refuse: (what: string) => never,
): Omit<MqttAddress, 'host' | 'port' | 'isSecure'> {
  const { topic, unit, kind } = given;
  if (topic === undefined) return refuse('--topic: --mqtt needs the topic of the counter');
  const of = unit === undefined ? undefined : UNITS.get(unit);
  if (of?.quantity !== 'energy') return refuse('--unit: --mqtt needs the unit of the counter, such as kWh');
  const { 'json-path': one, 'export-path': exported, 'import-path': imported, 'time-path': time } = given;
  const isMeter = kind === 'meter';
  if (isMeter && (one || !exported || !imported))
    return refuse('--export-path, --import-path: a meter has both registers in one payload; give both paths');
  if (!isMeter && (exported || imported))
    return refuse('--export-path, --import-path: only a meter has registers; give --json-path');
  if (!isMeter && time && !one) return refuse('--time-path: needs --json-path too');
  const paths = isMeter ? { exported, imported, time } : { exported: one, time };
  const perUnit = BigInt(Math.round(of.size * 1_000));
  return { topic, paths, perUnit, ...credentials(given['mqtt-credentials'], refuse) };
}

/** User and password, from the first two lines of a file or from the environment. */
function credentials(file: string | undefined, refuse: (what: string) => never) {
  if (file === undefined) {
    const { COMMONWIRE_MQTT_USERNAME: username, COMMONWIRE_MQTT_PASSWORD: password } = process.env;
    return { username, password };
  }
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return refuse(`--mqtt-credentials: ${file} can't be read (${(error as NodeJS.ErrnoException).code})`);
  }
  const [username, password, ...rest] = text.replace(/\r?\n$/, '').split(/\r?\n/);
  if (!username || rest.length > 0)
    return refuse(`--mqtt-credentials: ${file} has not a user's name and a password in its two lines`);
  return { username, password };
}
