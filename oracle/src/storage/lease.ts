import { jsonBytes, parseJson, type Store } from './store';

/** The partition of leases; a lease's sort key is the name of what it is for. */
export const LEASES = 'leases';

/** As stored. */
interface Held {
  readonly owner: string;
  /** Milliseconds of the oracle's clock; 0 once it was given back. */
  readonly until: number;
}

/** How far the clocks of two machines may be apart, milliseconds, so that what one holds is still believed by the other. */
const CLOCKS_APART_MS = 60_000;

/** A lease that this process holds. */
export interface Lease {
  /** Fencing token: grows with every holder, so that what an earlier one writes late can be told. */
  readonly token: number;
  /** Gives it back, unless somebody else has it by now. */
  release(): Promise<void>;
}

/**
 * Takes the lease of `name`, unless somebody holds it whose time is not over. Of several who try at once one gets it,
 * since the item's version decides; it is the token, too. One that ends more than twice as far ahead as this one would was
 * taken while a clock was wrong, and holds up nobody: leases of one name last about as long as each other.
 * @param owner tells holders apart, for whoever looks at the table
 * @param until when it ends if it isn't released, as after a crash; milliseconds of the oracle's clock
 */
export async function takeLease(
  store: Store,
  name: string,
  { owner, now, until }: { owner: string; now: number; until: number },
): Promise<Lease | undefined> {
  const body = jsonBytes({ owner, until } satisfies Held);
  const item = await store.get(LEASES, name);
  const held = item ? (parseJson(item.body) as Held).until : 0;
  const believed = now + 2 * (until - now) + CLOCKS_APART_MS;
  if (held > now && held <= believed) return undefined;
  const taken = item
    ? await store.replace(LEASES, name, item.version, body)
    : await store.insert(LEASES, name, body);
  if (!taken) return undefined;
  const token = (item?.version ?? 0) + 1;
  const free = jsonBytes({ owner, until: 0 } satisfies Held);
  return { token, release: async () => void (await store.replace(LEASES, name, token, free)) };
}
