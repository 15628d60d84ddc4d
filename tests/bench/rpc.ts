import { checkAll } from '../clients/case';
import { CASES } from '../clients/cases';
import { checkSolanaPy, ensureSolanaPy, solanaPyNames } from '../clients/solana-py';
import { startWorld } from '../clients/world';
import type { Suite } from './figures';

/** Counts the requests of other clients that the embedded chain answers rightly. */
export const rpcSuite: Suite = async (progress) => {
  progress('embedded chain: requests of web3.js, kit, solana-py and command-line tools');
  const python = ensureSolanaPy();
  const world = await startWorld();
  try {
    const results = [...(await checkAll(CASES, world)), ...(await checkSolanaPy(python, world))];
    for (const { name, error } of results) if (error !== undefined) progress(`failed: ${name}: ${error}`);
    const passed = results.filter(({ error }) => error === undefined).length;
    const all = CASES.length + solanaPyNames(python).length;
    return [{ name: 'rpc.conformance.cases', value: passed, unit: `of ${all}` }];
  } finally {
    await world.close();
  }
};
