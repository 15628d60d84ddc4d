import { Kind, type KindName } from '@commonwire/sdk/device';

/** How a kind of device appears in files. */
export interface TraceKind {
  /** The byte in registry and reports. */
  readonly id: number;
  /** By the name of a unit, the first being usual: a value over some seconds as a report states it. */
  readonly units: Readonly<Record<string, (value: number, seconds: number) => number>>;
}

/** The kinds that traces can be checked of, by name. */
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
