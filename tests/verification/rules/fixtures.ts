import { domain } from '@commonwire/oracle';
import { energyFixtures } from './energy';
import type { Fixture } from './fixture';
import { kindFixtures } from './kinds';
import { networkFixtures } from './network';

/** The least that a policy must say: all else is filled in, alike by all oracles of a version. */
const LEAST = { rules_version: domain.RULES_VERSION, epoch_budget: '1', device_epoch_cap: '1' };

const policy: Fixture = {
  name: "a policy's defaults",
  judge: () => {
    const { rules_version, ...filled } = domain.parsePolicy(LEAST, { development: false });
    return { inputs: ['least'], verdicts: [`filled ${JSON.stringify(filled)}`] };
  },
};

/** All that a version of the rules is recorded by. */
export const fixtures: readonly Fixture[] = [policy, ...energyFixtures, ...kindFixtures, ...networkFixtures];
