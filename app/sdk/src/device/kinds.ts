/** What a device measures, by its byte in registry leaves and reports. 0 is no kind; the chain has room for 1 to 7. */
export const Kind = {
  /** Capacity in W, value in Wh. */
  energy: 1,
  /** Capacity in kbit/s, value in bytes. */
  bandwidth: 2,
  /** Capacity in bays, value in occupied seconds. */
  parking: 3,
  /** Capacity and value in milli-units of the quantity. */
  sensor: 4,
} as const;

/** Kinds from 1 to this fit the slots on chain. */
export const MAX_KIND = 7;
