import { type Count, PER_WATT_HOUR } from './readings';

/** Reads holding registers, big-endian, all of them or none. */
export type ReadRegisters = (address: number, count: number) => Promise<Buffer>;

/** Where a map may begin, in the order of SunSpec's preference. */
const BASES = [40_000, 50_000, 0];
const MARK = 'SunS';
const COMMON = 1;
const END = 0xffff;
/** More models than any device has. */
const MOST_MODELS = 64;
const HIGHEST_ADDRESS = 0xffff;
const ACC32_MODULUS = 2n ** 32n;
const NO_SCALE = -0x8000;
const LARGEST_SCALE = 10;

/** Where a model has its counters: registers from its first one, which has its number. */
interface Layout {
  readonly exported: number;
  readonly imported?: number;
  /** The register of the scale factor; without one the counters are of float32. */
  readonly scale?: number;
}

const INVERTER: Layout = { exported: 24, scale: 26 };
const INVERTER_FLOAT: Layout = { exported: 32 };
const METER: Layout = { exported: 38, imported: 46, scale: 54 };
const METER_FLOAT: Layout = { exported: 60, imported: 68 };

const models = (ids: readonly number[], layout: Layout): [number, Layout][] => ids.map((id) => [id, layout]);
const INVERTERS = new Map([...models([101, 102, 103], INVERTER), ...models([111, 112, 113], INVERTER_FLOAT)]);
const METERS = new Map([
  ...models([201, 202, 203, 204], METER),
  ...models([211, 212, 213, 214], METER_FLOAT),
]);

/** A model of a map. */
interface Model {
  readonly id: number;
  /** Of its first register, which has its number. */
  readonly address: number;
  /** Registers after its number and this length. */
  readonly length: number;
}

/** What a device says of itself. */
interface Identity {
  readonly manufacturer: string;
  readonly product: string;
  readonly serial: string;
}

/** A device whose counters are found. */
export interface SunSpecDevice {
  readonly identity: Identity | undefined;
  readonly model: Model;
}

/** Why a device's registers are of no use. The code is stable. */
export class SunSpecError extends Error {
  constructor(
    readonly code: 'no-sunspec' | 'no-counter' | 'bad-map' | 'not-implemented' | 'unreadable-value',
    message: string,
  ) {
    super(message);
  }
}

/** A request that the device itself refused, as it does where it has no registers. */
export class RegistersRefused extends Error {}

/**
 * Finds a device's counters by walking its models.
 * @throws SunSpecError if there is no map, or no model that counts what the kind reports
 */
export async function findCounters(read: ReadRegisters, isMeter: boolean): Promise<SunSpecDevice> {
  const base = await findBase(read);
  const wanted = isMeter ? METERS : INVERTERS;
  const seen: number[] = [];
  let identity: Identity | undefined;
  for (let address = base + 2; seen.length < MOST_MODELS && address < HIGHEST_ADDRESS; ) {
    const header = await read(address, 2);
    const model = { id: header.readUInt16BE(0), length: header.readUInt16BE(2), address };
    if (model.id === END) break;
    if (model.id === 0 || model.length === 0)
      throw new SunSpecError('bad-map', `register ${address} is no model: ${header.toString('hex')}`);
    if (model.id === COMMON && !identity) identity = await readIdentity(read, model);
    if (wanted.has(model.id)) return { identity, model };
    seen.push(model.id);
    address += 2 + model.length;
  }
  const what = isMeter ? 'meter (201-204, 211-214)' : 'inverter (101-103, 111-113)';
  throw new SunSpecError(
    'no-counter',
    `it has no model of a ${what}, only ${seen.join(', ') || 'none'}; is --unit-id or --kind another?`,
  );
}

async function findBase(read: ReadRegisters): Promise<number> {
  for (const base of BASES) {
    try {
      if ((await read(base, 2)).toString('latin1') === MARK) return base;
    } catch (error) {
      if (!(error instanceof RegistersRefused)) throw error;
    }
  }
  throw new SunSpecError(
    'no-sunspec',
    `none of the registers ${BASES.join(', ')} begins a SunSpec map; is SunSpec enabled, and --unit-id right?`,
  );
}

async function readIdentity(read: ReadRegisters, { address, length }: Model): Promise<Identity | undefined> {
  if (length < 64) return undefined;
  const registers = await read(address + 2, 64);
  // Names are shown: nothing of them may control a terminal.
  const text = (from: number) =>
    registers
      .toString('latin1', from * 2, from * 2 + 32)
      .replace(/[^ -~]/g, '')
      .trim();
  return { manufacturer: text(0), product: text(16), serial: text(48) };
}

/**
 * Reads a model's counters in one request, so that they belong together.
 * @throws SunSpecError if the model is another one by now, or a counter isn't implemented or is no number
 */
export async function readCounters(
  read: ReadRegisters,
  { id, address, length }: Model,
): Promise<{ exported: Count; imported?: Count }> {
  const layout = (INVERTERS.get(id) ?? METERS.get(id))!;
  const end = Math.max(layout.scale ?? 0, (layout.imported ?? layout.exported) + 1) + 1;
  if (length + 2 < end) throw new SunSpecError('bad-map', `model ${id} has only ${length} registers`);
  const registers = await read(address, end);
  if (registers.readUInt16BE(0) !== id || registers.readUInt16BE(2) !== length)
    throw new SunSpecError('bad-map', `register ${address} no longer begins model ${id}`);
  const count = (from: number) =>
    layout.scale === undefined
      ? floatCount(registers.readUInt32BE(from * 2), registers.readFloatBE(from * 2))
      : integerCount(registers.readUInt32BE(from * 2), registers.readInt16BE(layout.scale * 2));
  const exported = count(layout.exported);
  if (layout.imported === undefined) {
    if (exported.count === 0n) throw notImplemented('the energy counter');
    return { exported };
  }
  // A meter may never have exported. One that took nothing doesn't count it: to state 0 would be made up.
  const imported = count(layout.imported);
  if (imported.count === 0n) throw notImplemented('the import register');
  return { exported, imported };
}

/** In SunSpec, 0 also says that a counter isn't there. */
const notImplemented = (what: string) =>
  new SunSpecError('not-implemented', `${what} shows 0, which in SunSpec also means that it is not there`);

function integerCount(raw: number, scale: number): Count {
  if (scale === NO_SCALE)
    throw new SunSpecError('not-implemented', 'the scale factor is not implemented (0x8000)');
  if (Math.abs(scale) > LARGEST_SCALE)
    throw new SunSpecError('unreadable-value', `the scale factor ${scale} is not within ${LARGEST_SCALE}`);
  if (raw === 0xffff_ffff)
    throw new SunSpecError('not-implemented', 'the counter is not implemented (0xffffffff)');
  const step = scale < 0 ? PER_WATT_HOUR / 10n ** BigInt(-scale) : PER_WATT_HOUR * 10n ** BigInt(scale);
  return { count: BigInt(raw) * step, step, modulus: ACC32_MODULUS * step };
}

function floatCount(raw: number, value: number): Count {
  if (Number.isNaN(value)) throw new SunSpecError('not-implemented', 'the counter is not implemented (NaN)');
  if (!Number.isFinite(value) || value < 0)
    throw new SunSpecError('unreadable-value', `the counter shows ${value}`);
  // 24 bits of a float32 count.
  const exponent = Math.max((raw >>> 23) - 127, 0) - 23;
  const step = exponent >= 0 ? PER_WATT_HOUR << BigInt(exponent) : PER_WATT_HOUR >> BigInt(-exponent);
  return { count: exact(value), step };
}

/** Whole Wh and the rest apart, since 1e10 times a large float would round. */
const exact = (value: number): bigint =>
  BigInt(Math.floor(value)) * PER_WATT_HOUR + BigInt(Math.floor((value % 1) * Number(PER_WATT_HOUR)));
