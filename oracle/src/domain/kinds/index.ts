import { KIND_NAMES, KINDS, type KindName } from '@commonwire/sdk/device';
import { bandwidth } from './bandwidth';
import { energy } from './energy';
import type { Kind, KindRules } from './kind';
import { meter } from './meter';
import { parking } from './parking';
import { sensor } from './sensor';

const rules: Readonly<Record<KindName, KindRules>> = { energy, bandwidth, parking, sensor, meter };

/** Every kind with its rules. A kind without rules earns nothing. */
export const kinds: readonly Kind[] = KIND_NAMES.map((name) => ({
  id: KINDS[name].id,
  name,
  ...rules[name],
}));

const byId = new Map(kinds.map((kind) => [kind.id, kind]));

/** The rules of a kind, if there are any. */
export const kindOf = (id: number): Kind | undefined => byId.get(id);

export type { Finding, Kind, Placed } from './kind';
