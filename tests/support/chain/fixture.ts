import { connectCluster } from './cluster';
import { startEmbedded, type TestProgram } from './embedded';
import type { TestChain } from './test-chain';

const chains = new Map<string, Promise<TestChain>>();

/**
 * The chain that all test files with these programs share; tests stay apart by using networks and wallets of their own.
 * It is embedded, or the cluster that `COMMONWIRE_RPC_URL` names, where the programs are deployed already.
 */
export function testChain(programs: readonly TestProgram[]): Promise<TestChain> {
  const url = process.env.COMMONWIRE_RPC_URL;
  return url
    ? shared(url, () => connectCluster(url))
    : shared(keyOf(programs), () => startEmbedded(programs));
}

/**
 * A chain whose time stands still but for `passSeconds`, for tests of what changes at an exact second. A cluster that
 * `COMMONWIRE_RPC_URL` names goes on within its second.
 */
export function steadyChain(programs: readonly TestProgram[]): Promise<TestChain> {
  if (process.env.COMMONWIRE_RPC_URL) return testChain(programs);
  const start = Date.now();
  const clock = { now: () => start };
  return shared(`steady ${keyOf(programs)}`, () => startEmbedded(programs, { clock }));
}

/** Closes the chains that any test used. */
export async function closeTestChains(): Promise<void> {
  await Promise.all([...chains.values()].map(async (chain) => (await chain).close()));
}

function shared(key: string, start: () => Promise<TestChain>): Promise<TestChain> {
  const chain = chains.get(key) ?? start();
  chains.set(key, chain);
  return chain;
}

/** The same for the same programs, in whatever order. */
const keyOf = (programs: readonly TestProgram[]): string =>
  programs
    .map(({ address, prebuilt, upgradeAuthority }) => `${address} ${prebuilt} ${upgradeAuthority}`)
    .sort()
    .join(', ');
