import type { World } from './world';

/** One thing that a client asks for and the answer that is right. */
export interface Case {
  /** The client and what it does. */
  name: string;
  /** @throws if the answer is wrong */
  check(world: World): Promise<void>;
}

/** A case and whether it passed. */
export interface CaseResult {
  name: string;
  error?: string;
}

/** Checks cases one after another. */
export async function checkAll(cases: readonly Case[], world: World): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  for (const { name, check } of cases) {
    try {
      await check(world);
      results.push({ name });
    } catch (error) {
      results.push({ name, error: error instanceof Error ? error.message : String(error) });
    }
  }
  return results;
}
