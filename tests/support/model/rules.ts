/** A step that the network's rules forbid; `code` as the SDK names it. */
export class Refused extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

/** Refuses with `code` unless the condition holds. */
export function require(holds: boolean, code: string): asserts holds {
  if (!holds) throw new Refused(code);
}
