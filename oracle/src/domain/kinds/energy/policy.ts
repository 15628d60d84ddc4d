import { z } from 'zod';
import { margin, ppm, seconds } from '../../policy-fields';

const reports = z.number().int().min(2).max(1_000);

/** The thresholds of the rules for energy; docs/verification/energy.md has their formulas and sources. */
export const energyPolicy = z.strictObject({
  /** Most energy, as a share of capacity times length. */
  capacity_margin_ppm: margin.default(1_350_000),
  /** How far above the clear-sky bound an interval may lie. */
  clear_sky_margin_ppm: margin.default(1_350_000),
  /** The same below `cloud_edge_seconds`: the edge of a cloud focuses light for minutes. */
  cloud_edge_margin_ppm: margin.default(2_000_000),
  cloud_edge_seconds: seconds.default(900),
  /** What a device draws for itself, as a share of capacity; counts as zero, by night in either sign. */
  own_draw_ppm: ppm.default(10_000),
  /** Powers that differ by no more are the same, as a share of the power: rounding in a conversion. */
  same_ppm: ppm.default(10),
  /** Reports of the same power, in a row, before they can be frozen. */
  frozen_reports: reports.default(3),
  /** How long any power may stand still: a gateway repeats what it last heard. */
  frozen_least_seconds: seconds.default(600),
  /** A power of n steps of the meter may stand still for so long over the square root of n. */
  frozen_step_seconds: seconds.default(116_640),
  /** Steps that a clear sky's light may have come or gone by while a power stood still. */
  frozen_light_steps: z.number().int().min(1).max(1_000_000).default(9),
  /** No power of `frozen_steps` steps or more may stand still for longer. */
  frozen_seconds: seconds.default(14_400),
  frozen_steps: z.number().int().min(1).max(1_000_000).default(20),
  /** How bright it is where no power can't stand still for `frozen_seconds`, of a panel that gives its capacity. */
  idle_sun_ppm: ppm.default(500_000),
  /** At or above this share of capacity an inverter holds its power by design. */
  clipping_ppm: ppm.default(950_000),
  /** Reports on a straight line, in a row, before they can be interpolated. */
  interpolated_reports: reports.default(5),
  /** Reports that a spike or a dropout may last. */
  spike_reports: z.number().int().min(1).max(10).default(2),
  /** What a power must exceed its neighbours by to be a spike, as a share of capacity. */
  spike_rise_ppm: ppm.default(50_000),
  /** What power alone may reach, as a share of what a panel that faces the sun gives under a clear sky. */
  spike_light_ppm: margin.or(ppm).default(900_000),
  /** The same, as a share of the most that the device usually reaches of it. */
  spike_reach_ppm: margin.default(1_200_000),
  /** Largest change of mean power between neighbouring intervals of at least `cloud_edge_seconds`, of capacity. */
  jump_ppm: margin.default(1_000_000),
  /** How far the reported position may be from the registered cell's centre. */
  place_metres: z.number().int().min(1).max(100_000).default(10_000),
});

/** Checked thresholds. */
export type EnergyPolicy = Readonly<z.output<typeof energyPolicy>>;
