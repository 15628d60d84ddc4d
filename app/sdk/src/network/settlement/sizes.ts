/** Most addresses of one lookup table. */
export const MAX_TABLE_ADDRESSES = 256;
/** Addresses that one transaction adds to a table, whether it makes the table first or not: 1,232 bytes with 30. */
export const TABLE_STEP = 30;

/** {@link TABLE_STEP}, or two less where the transaction sets its compute budget. */
export const tableStep = (budget: boolean): number => (budget ? TABLE_STEP - 2 : TABLE_STEP);

/**
 * A bound on the compute units of a settlement: what the network program took at worst (see the benchmarks) and a fifth
 * more. SPL Token pays all in one call; Token-2022 takes a call for each recipient.
 */
export const settlementUnits = (leaves: number, recipients: number, batch = true): number =>
  Math.ceil(1.2 * (8_000 + 430 * leaves + (batch ? 650 : 4_000) * recipients));
