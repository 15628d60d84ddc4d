import { concat, u32 } from '../core/bytes';
import { FormatError } from '../core/errors';
import { Reader } from '../core/reader';

/** What a meter's registers grew by in a report's interval, Wh. Neither register ever goes back. */
export interface Registers {
  /** Delivered to the grid, u32. */
  exported: number;
  /** Taken from the grid, u32. */
  imported: number;
}

/** The extra bytes of a meter's report: `export u32 | import u32`. */
export const encodeRegisters = ({ exported, imported }: Registers): Uint8Array =>
  concat(u32(exported), u32(imported));

/** Reads them. @returns undefined for bytes of any other form */
export function decodeRegisters(extra: Uint8Array): Registers | undefined {
  const reader = new Reader(extra);
  try {
    const registers = { exported: reader.u32(), imported: reader.u32() };
    reader.end();
    return registers;
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}

/** The value of a meter's report: what it delivered less what it took, Wh. Negative where more was taken. */
export const balanceOf = ({ exported, imported }: Registers): bigint => BigInt(exported) - BigInt(imported);
