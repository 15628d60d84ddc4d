import { Kind, type KindName } from '@commonwire/sdk/device';

/** A kind whose traces can be checked. */
export interface TraceKind {
  /** The byte used in the registry and in reports. */
  readonly id: number;
}

/** The kinds whose traces can be checked, by name. */
export const traceKinds: Readonly<Partial<Record<KindName, TraceKind>>> = { energy: { id: Kind.energy } };
