import { z } from 'zod';
import { margin, ppm, seconds } from '../../policy-fields';

const reports = z.number().int().min(2).max(1_000);

/** The thresholds of the rules for energy; docs/verification/energy.md has their formulas and sources. */
export const energyPolicy = z.strictObject({
  /** Most energy, as a share of capacity times length. */
  capacity_margin_ppm: margin.default(1_350_000),
  /** How far an interval may exceed the clear-sky bound. */
  clear_sky_margin_ppm: margin.default(1_350_000),
  /** The same for intervals below `cloud_edge_seconds`: the edge of a cloud focuses light for minutes. */
  cloud_edge_margin_ppm: margin.default(2_000_000),
  cloud_edge_seconds: seconds.default(900),
  /** How far a day may exceed the clear-sky day of the device's mount, where one is registered. */
  day_margin_ppm: margin.default(1_250_000),
  /** How many owners of an area of H3 resolution 4 must reach so much in a month that others may; 0: it makes no difference. */
  month_neighbours: z.number().int().min(0).max(1_000_000).default(8),
  /** How far a month may exceed that. */
  month_margin_ppm: margin.default(1_400_000),
  /** Share of a clear month that a device may reach whatever its neighbours do: so they can't take all from it. */
  month_least_ppm: ppm.default(500_000),
  /** The climate's bound of a month, as a share of the one that the rules have; 0: it bounds nothing. */
  month_climate_ppm: margin.or(ppm).default(1_000_000),
  /** The device's own consumption, as a share of capacity; counts as zero, and at night with either sign. */
  own_draw_ppm: ppm.default(10_000),
  /** Powers that differ by no more than this share are equal: rounding in a conversion. */
  same_ppm: ppm.default(10),
  /** Reports of the same power, in a row, before they can be frozen. */
  frozen_reports: reports.default(3),
  /** How long any power may stay constant: a gateway repeats the last value it received. */
  frozen_least_seconds: seconds.default(600),
  /** A power of n meter steps may stay constant for this time divided by the square root of n. */
  frozen_step_seconds: seconds.default(116_640),
  /** Steps by which a clear sky's light may change while power stays constant. */
  frozen_light_steps: z.number().int().min(1).max(1_000_000).default(9),
  /** Longest time that a power of `frozen_steps` steps or more may stay constant. */
  frozen_seconds: seconds.default(14_400),
  frozen_steps: z.number().int().min(1).max(1_000_000).default(20),
  /** Brightness from which zero power can't last `frozen_seconds`, as a share of a panel delivering its capacity. */
  idle_sun_ppm: ppm.default(500_000),
  /** At or above this share of capacity an inverter holds its power by design. */
  clipping_ppm: ppm.default(950_000),
  /** Reports on a straight line, in a row, before they can be interpolated. */
  interpolated_reports: reports.default(4),
  /** Reports that a spike or a dropout may last. */
  spike_reports: z.number().int().min(1).max(10).default(2),
  /** The excess over its neighbours that makes a power a spike, as a share of capacity. */
  spike_rise_ppm: ppm.default(50_000),
  /** The most an isolated reading may reach, as a share of a panel facing the sun under a clear sky. */
  spike_light_ppm: margin.or(ppm).default(900_000),
  /** The same, as a share of the device's usual maximum. */
  spike_reach_ppm: margin.default(1_200_000),
  /** Largest change of mean power between neighbouring intervals of at least `cloud_edge_seconds`, of capacity. */
  jump_ppm: margin.default(1_000_000),
  /** How far the reported position may be from the registered cell's centre. */
  place_metres: z.number().int().min(1).max(100_000).default(10_000),
});

/** Checked thresholds. */
export type EnergyPolicy = Readonly<z.output<typeof energyPolicy>>;
