import { Kind, type KindName } from '@commonwire/sdk/device';

/** How readings of a kind appear in files. */
export interface TraceKind {
  /** The byte used in the registry and in reports. */
  readonly id: number;
  /** By unit, the default first: converts a value over some seconds to the value of a report. */
  readonly units: Readonly<Record<string, (value: number, seconds: number) => number>>;
}

/** The kinds whose traces can be checked, by name. */
export const traceKinds: Readonly<Partial<Record<KindName, TraceKind>>> = {
  energy: {
    id: Kind.energy,
    units: {
      W: (watts, seconds) => (watts * seconds) / 3600,
      Wh: (wattHours) => wattHours,
      kW: (kilowatts, seconds) => (kilowatts * seconds) / 3.6,
      kWh: (kilowattHours) => kilowattHours * 1000,
    },
  },
};
