import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { expectError } from '../../tests/support/chain';
import { RULES_VERSION } from '../src/domain';
import { readConfig } from '../src/runtime/config';
import { taskNames } from '../src/tasks/tasks';
import { committee } from './domain/support';

const settings = (policy: object): NodeJS.ProcessEnv => ({
  COMMONWIRE_RPC_URL: 'http://127.0.0.1:8899',
  COMMONWIRE_NETWORK: committee[0],
  COMMONWIRE_ORACLE_KEY: 'oracle-keypair.json',
  COMMONWIRE_DATA: 'data',
  COMMONWIRE_POLICY: JSON.stringify({ epoch_budget: '1', device_epoch_cap: '1', ...policy }),
});

describe('serverless.yml', () => {
  it('has a function for each task, on a schedule, since one task invokes the next', async () => {
    const text = await readFile(join(__dirname, '../../serverless.yml'), 'utf8');
    const [, functions] = /^functions:\n(.*?)^\w/ms.exec(text)!;
    const scheduled = functions!
      .split(/^ {2}(?=\w)/m)
      .filter((one) => one.includes('- schedule: '))
      .map((one) => /handler: oracle\/dist\/(\w+)\.handler/.exec(one)?.[1]);
    expect(scheduled).to.deep.equal([...taskNames]);
  });
});

describe("an oracle's settings", () => {
  it('take a policy of the rules that this software has', async () => {
    const { policy } = await readConfig(settings({ rules_version: RULES_VERSION }));
    expect(policy.rules_version).to.equal(RULES_VERSION);
  });

  it('error: a policy of other rules: the oracle does not start', async () => {
    const other = readConfig(settings({ rules_version: RULES_VERSION + 1, shadow_ppm: 5 }));
    await expectError(other, 'unsupported-rules-version');
  });

  it('error: a variable that is missing, or a policy that is not there', async () => {
    const { COMMONWIRE_RPC_URL: _, ...rest } = settings({ rules_version: RULES_VERSION });
    await expectError(readConfig(rest), /^COMMONWIRE_RPC_URL: must be set; docs\/oracle\.md lists/);
    const lost = { ...settings({}), COMMONWIRE_POLICY: '/nowhere/policy.json' };
    await expectError(readConfig(lost), /^\/nowhere\/policy\.json can't be read: there is no such file/);
  });

  it('error: a policy that names no version of the rules', () =>
    expectError(readConfig(settings({})), /^rules_version: must be \d+, which this software has/));
});
