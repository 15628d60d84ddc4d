import { parsePrice, priceText } from '@commonwire/sdk/market';
import { bigWhole, UsageError } from '@commonwire/sdk/node';
import { getResolution, isValidCell, latLngToCell } from 'h3-js';
import { z } from 'zod';

/** A number by which an owner tells its own offers or orders apart. */
export const number = bigWhole(0n, 2n ** 64n - 1n, 'a whole number below 2^64');

/** Index of a device in the network's registry. */
export const device = bigWhole(0n, 2n ** 32n - 1n, 'the index of a device').transform(Number);

/** Indices of devices, such as `4,5`. */
export const devices = z
  .string()
  .regex(/^(0|[1-9]\d{0,9})(,(0|[1-9]\d{0,9})){0,7}$/, 'is not one to eight indices of devices, such as 4,5')
  .transform((text) => text.split(',').map(Number))
  .refine((list) => list.every((one) => one < 2 ** 32), 'has an index beyond 2^32')
  .refine((list) => new Set(list).size === list.length, 'names a device twice');

/** A percentage with up to two digits behind the point, in basis points. */
export const percentage = z
  .string()
  .regex(/^(100(\.0{1,2})?|\d{1,2}(\.\d{1,2})?)$/, 'is not a percentage from 0 to 100, such as 2.5')
  .transform((text) => Math.round(Number(text) * 100));

const degrees = (most: number) =>
  z
    .string()
    .refine((text) => /^-?\d{1,3}(\.\d{1,12})?$/.test(text) && Math.abs(Number(text)) <= most, {
      error: `is not a number of degrees from -${most} to ${most}`,
      abort: true,
    })
    .transform(Number);

/** H3 resolution of an area where its position is given: hexagons with edges of about 500 m. */
const AREA_RESOLUTION = 8;

/** Where an area is. */
export const cellOptions = {
  cell: z
    .string()
    .regex(/^[0-9a-fA-F]{15}$/, 'is not an H3 cell: 15 hexadecimal digits, such as 882a100d2dfffff')
    .refine(isValidCell, 'is not an H3 cell: check its digits')
    .optional(),
  latitude: degrees(90).optional(),
  longitude: degrees(180).optional(),
  resolution: bigWhole(0n, 15n).transform(Number).optional(),
};

/** The cell that these options name. @throws UsageError */
export function cellOf(given: z.output<z.ZodObject<typeof cellOptions>>): bigint {
  const { cell, latitude, longitude, resolution } = given;
  if (cell !== undefined) {
    if (latitude !== undefined || longitude !== undefined)
      throw new UsageError('--cell: takes the place of --latitude and --longitude');
    if (resolution !== undefined && getResolution(cell) !== resolution)
      throw new UsageError(`--resolution: the cell ${cell} has resolution ${getResolution(cell)}`);
    return BigInt(`0x${cell}`);
  }
  if (latitude === undefined || longitude === undefined)
    throw new UsageError('name the place with --cell, or with both --latitude and --longitude');
  return BigInt(`0x${latLngToCell(latitude, longitude, resolution ?? AREA_RESOLUTION)}`);
}

/** A price or quantity, to be read once the token is known. */
export const decimalText = z
  .string()
  .regex(/^\d{1,20}(\.\d{1,9})?$/, 'is not a number above 0 such as 0.3, without a sign');

/** The base units a Wh that an option's price a kWh states, exactly. @throws UsageError */
export function energyPrice(option: string, text: string, decimals: number): bigint {
  const price = parsePrice(text, 'energy', decimals);
  if (price !== undefined && price > 0n) return price;
  throw new UsageError(
    `${option}: ${text} tokens a kWh is zero, too large or no whole number of base units a Wh: give a multiple of ${priceText(1n, 'energy', decimals)}`,
  );
}
