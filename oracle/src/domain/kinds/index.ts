import { energy } from './energy';
import type { Kind } from './kind';

/** Every kind with rules, by the byte in registry and reports. A kind without rules earns nothing. */
export const kinds: readonly Kind[] = [energy];

const byId = new Map(kinds.map((kind) => [kind.id, kind]));

/** The rules of a kind, if there are any. */
export const kindOf = (id: number): Kind | undefined => byId.get(id);

export type { Kind, Placed } from './kind';
