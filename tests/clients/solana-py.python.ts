import { expect } from 'chai';
import type { CaseResult } from './case';
import { checkSolanaPy, ensureSolanaPy, solanaPyNames } from './solana-py';
import { startWorld } from './world';

const python = ensureSolanaPy();

describe('solana-py on the embedded chain', () => {
  let results: Map<string, CaseResult>;
  before(async () => {
    const world = await startWorld();
    try {
      results = new Map((await checkSolanaPy(python, world)).map((result) => [result.name, result]));
    } finally {
      await world.close();
    }
  });

  for (const name of solanaPyNames(python)) {
    it(name, () => {
      expect(results.get(name), 'the script ended before this case').to.not.equal(undefined);
      expect(results.get(name)?.error).to.equal(undefined);
    });
  }
});
