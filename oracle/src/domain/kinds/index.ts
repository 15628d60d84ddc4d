import { bandwidth } from './bandwidth';
import { energy } from './energy';
import type { Kind } from './kind';
import { parking } from './parking';
import { sensor } from './sensor';

/** Every kind with rules, by the byte in registry and reports. A kind without rules earns nothing. */
export const kinds: readonly Kind[] = [energy, bandwidth, parking, sensor];

const byId = new Map(kinds.map((kind) => [kind.id, kind]));

/** The rules of a kind, if there are any. */
export const kindOf = (id: number): Kind | undefined => byId.get(id);

export type { Finding, Kind, Placed } from './kind';
