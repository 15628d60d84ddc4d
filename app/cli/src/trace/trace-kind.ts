import { Kind, type KindName } from '@commonwire/sdk/device';

/** A kind whose traces can be checked. */
export interface TraceKind {
  /** The byte used in the registry and in reports. */
  readonly id: number;
  /** Steps per unit of the kind: a trace may be finer than reports, but a meter's registers are whole Wh. */
  readonly scale: number;
}

/** The kinds whose traces can be checked, by name. */
export const traceKinds: Readonly<Partial<Record<KindName, TraceKind>>> = {
  energy: { id: Kind.energy, scale: 1_000_000 },
  meter: { id: Kind.meter, scale: 1 },
};
