/**
 * A bound on the compute units of a settlement: what the network program took at worst (see the benchmarks) and a fifth
 * more. SPL Token pays all in one call; Token-2022 takes a call for each recipient.
 */
export const settlementUnits = (leaves: number, recipients: number, batch = true): number =>
  Math.ceil(1.2 * (8_000 + 430 * leaves + (batch ? 650 : 4_000) * recipients));

/**
 * A bound on the bytes of accounts that a settlement loads. Measured on the embedded chain: 24 kB for 58 owners, to which
 * clusters add the binaries of both programs (SIMD-0186), 250 kB with SPL Token. Programs may grow.
 */
export const SETTLEMENT_LOADED_BYTES = 4 * 1024 * 1024;
