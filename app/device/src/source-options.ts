import { UsageError, whole } from '@commonwire/sdk/node';
import { z } from 'zod';
import type { ModbusAddress } from './counters/modbus';

const MODBUS_PORT = 502;
/** Length of an interval unless `--seconds` gives another, seconds. */
const USUAL_SECONDS = 900;

const modbusAddress = z.string().transform((text, context) => {
  const [, bracketed, plain, port = String(MODBUS_PORT)] =
    /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._-]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host && Number(port) >= 1 && Number(port) <= 65_535) return { host, port: Number(port) };
  context.addIssue({ code: 'custom', message: 'is not HOST or HOST:PORT, such as 192.168.1.20:502' });
  return z.NEVER;
});

/** Options of counters that the agent reads itself. */
export const sourceOptions = {
  modbus: modbusAddress.optional(),
  'unit-id': whole(0, 255).optional(),
  capacity: whole(1, 0xffff_ffff).optional(),
};

/** A counter that the agent reads itself. */
export type Source = { type: 'modbus'; address: ModbusAddress } & {
  capacityWatts: number;
  seconds: number;
};

type Given = z.output<z.ZodObject<typeof sourceOptions>> & { seconds?: number | undefined };

/** Checks the options of a source. @returns undefined if none is given @throws UsageError */
export function sourceOf(
  given: Given,
  kind: string,
  others: readonly string[],
  name: string,
): Source | undefined {
  const { modbus, 'unit-id': unitId, capacity, seconds = USUAL_SECONDS } = given;
  const refuse = (what: string): never => {
    throw new UsageError(`${what}; see ${name} --help`);
  };
  if (!modbus) {
    if (unitId !== undefined) refuse('--unit-id: is for --modbus only');
    if (capacity !== undefined) refuse('--capacity: is for --modbus only');
    return undefined;
  }
  const option = '--modbus';
  if (kind !== 'energy' && kind !== 'meter') refuse(`${option}: counts energy: --kind energy or meter`);
  if (others.length > 0) refuse(`${others.join(', ')}: not with ${option}, which reads a counter`);
  if (capacity === undefined)
    return refuse(`--capacity: ${option} needs the most that the device can deliver, in W`);
  return { type: 'modbus', address: { ...modbus, unitId: unitId ?? 1 }, capacityWatts: capacity, seconds };
}
