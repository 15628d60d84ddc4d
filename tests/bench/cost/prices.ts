/** What AWS takes for one of each, dollars: on demand, us-east-1, without free tiers. As published on 2026-11-01. */
export const PRICES = {
  /** HTTP API, first 300 million a month. */
  request: 1.0e-6,
  invocation: 0.2e-6,
  /** Lambda on Arm, each second of each GB. */
  gigabyteSecond: 0.0000133334,
  /** DynamoDB: a write of 1 KB, a strongly consistent read of 4 KB. */
  writeUnit: 0.625e-6,
  readUnit: 0.125e-6,
  s3Put: 5e-6,
  s3Get: 0.4e-6,
  message: 0.4e-6,
  /** Step Functions, standard. */
  transition: 25e-6,
  /** KMS, asymmetric. */
  signature: 15e-6,
} as const;

/** How much of each was used. */
export type Usage = Record<keyof typeof PRICES, number>;

const NAMES = Object.keys(PRICES) as (keyof Usage)[];

export const nothing = (): Usage => Object.fromEntries(NAMES.map((name) => [name, 0])) as Usage;

export const dollars = (usage: Usage): number =>
  NAMES.reduce((sum, name) => sum + usage[name] * PRICES[name], 0);

/** A measurement. */
export interface Measured {
  readonly count: number;
  readonly usage: Usage;
}

/** What `count` use by two measurements: what grows with them, and what doesn't. */
export function extrapolated(count: number, small: Measured, large: Measured): Usage {
  const usage = nothing();
  for (const name of NAMES) {
    const slope = (large.usage[name] - small.usage[name]) / (large.count - small.count);
    usage[name] = Math.max(0, small.usage[name] + slope * (count - small.count));
  }
  return usage;
}
