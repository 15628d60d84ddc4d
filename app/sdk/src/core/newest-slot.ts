/** The newest slot that a transaction sent through a connection landed in. */
const slots = new WeakMap<object, number>();

/** The slot that nothing older than is to be read from a connection; 0 at first. */
export const newestSlot = (connection: object): number => slots.get(connection) ?? 0;

/** Notes that a transaction landed in a slot: nothing older is to be read from now on. */
export function noteSlot(connection: object, slot: number): void {
  if (slot > newestSlot(connection)) slots.set(connection, slot);
}
