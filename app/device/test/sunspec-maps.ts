/** A model as data: its number, its length, and the registers that have something, by their place in the model. */
export interface ModelData {
  id: number;
  length: number;
  registers: Record<number, number>;
}

export const u32 = (at: number, value: number): Record<number, number> => ({
  [at]: Math.floor(value / 0x10000),
  [at + 1]: value % 0x10000,
});

export function float(at: number, value: number): Record<number, number> {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatBE(value);
  return { [at]: bytes.readUInt16BE(0), [at + 1]: bytes.readUInt16BE(2) };
}

function text(at: number, value: string): Record<number, number> {
  const bytes = Buffer.alloc(32);
  bytes.write(value, 'latin1');
  return Object.fromEntries(Array.from({ length: 16 }, (_, i) => [at + i, bytes.readUInt16BE(2 * i)]));
}

export const COMMON: ModelData = {
  id: 1,
  length: 66,
  registers: { ...text(2, 'Example'), ...text(18, 'Solar\u001b[2J 5'), ...text(50, '0042') },
};

/** A three-phase inverter with an energy counter of acc32. */
export const inverter = (count: number, scale = 0): ModelData => ({
  id: 103,
  length: 50,
  registers: { ...u32(24, count), 26: scale & 0xffff },
});

/** The same with float32. */
export const floatInverter = (count: number): ModelData => ({
  id: 113,
  length: 60,
  registers: float(32, count),
});

/** A three-phase meter. */
export const meter = (exported: number, imported: number, scale = 0): ModelData => ({
  id: 203,
  length: 105,
  registers: { ...u32(38, exported), ...u32(46, imported), 54: scale & 0xffff },
});

export const floatMeter = (exported: number, imported: number): ModelData => ({
  id: 213,
  length: 124,
  registers: { ...float(60, exported), ...float(68, imported) },
});

/** Registers from address 0 with a map at `base`, and nothing after its end. */
export function mapOf(base: number, models: readonly ModelData[]): Buffer {
  const size = models.reduce((sum, { length }) => sum + 2 + length, 2);
  const holding = Buffer.alloc(2 * (base + size + 2));
  holding.write('SunS', base * 2, 'latin1');
  let at = base + 2;
  for (const { id, length, registers } of models) {
    for (const [place, value] of Object.entries({ ...registers, 0: id, 1: length }))
      holding.writeUInt16BE(value, (at + Number(place)) * 2);
    at += 2 + length;
  }
  holding.writeUInt16BE(0xffff, at * 2);
  return holding;
}
