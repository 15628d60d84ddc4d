import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reasonOf } from '@commonwire/sdk/core';
import { utils } from '@coral-xyz/anchor';
import { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError } from '../../tests/support/chain';
import { RULES_VERSION } from '../src/domain';
import { readConfig } from '../src/runtime/config';
import { readPrivateKeypair } from '../src/runtime/keys';
import { committee } from './domain/support';

const settings = (policy: object): NodeJS.ProcessEnv => ({
  COMMONWIRE_RPC_URL: 'http://127.0.0.1:8899',
  COMMONWIRE_NETWORK: committee[0],
  COMMONWIRE_ORACLE_KEY: 'oracle-keypair.json',
  COMMONWIRE_DATA: 'data',
  COMMONWIRE_POLICY: JSON.stringify({ epoch_budget: '1', device_epoch_cap: '1', ...policy }),
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

  it('take limits of the HTTP server', async () => {
    const given = { COMMONWIRE_MAX_CONNECTIONS: '80', COMMONWIRE_REQUESTS_PER_SECOND: '5' };
    const proxies = { COMMONWIRE_PROXIES: '172.17.0.1, fd00::/8' };
    const config = await readConfig({ ...settings({ rules_version: RULES_VERSION }), ...given, ...proxies });
    expect(config.limits).to.deep.equal({
      connections: 80,
      connectionsPerAddress: 10,
      perSecond: 5,
      burst: 100,
      proxies: ['172.17.0.1', 'fd00::/8'],
    });
    const wrong = readConfig({ ...settings({}), COMMONWIRE_PROXIES: 'proxy.example' });
    await expectError(wrong, /^COMMONWIRE_PROXIES\.0: must be addresses or networks/);
  });

  it('error: a state machine that has another form of name, or no bucket to work on', async () => {
    const machine = 'arn:aws:states:eu-central-1:123456789012:stateMachine:one-close';
    const given = (more: object) => readConfig({ ...settings({ rules_version: RULES_VERSION }), ...more });
    const config = await given({ COMMONWIRE_STATE_MACHINE: machine, COMMONWIRE_BUCKET: 'parts' });
    expect(config.stateMachine).to.equal(machine);
    await expectError(
      given({ COMMONWIRE_STATE_MACHINE: machine }),
      /^COMMONWIRE_STATE_MACHINE: needs COMMONWIRE_BUCKET/,
    );
    const wrong = { COMMONWIRE_STATE_MACHINE: 'one-close', COMMONWIRE_BUCKET: 'parts' };
    await expectError(given(wrong), /^COMMONWIRE_STATE_MACHINE: must be the ARN of a state machine/);
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

describe("an oracle's key", () => {
  const pair = Keypair.generate();
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'commonwire-key-'));
  });
  after(() => rm(folder, { recursive: true }));
  const written = async (mode: number): Promise<string> => {
    const path = join(folder, `${mode}.json`);
    await writeFile(path, JSON.stringify([...pair.secretKey]), { mode });
    return path;
  };

  it('is read from a file that only its user can read', async () => {
    const { publicKey } = await readPrivateKeypair(await written(0o600));
    expect(publicKey.toBase58()).to.equal(pair.publicKey.toBase58());
    await expectError(readPrivateKeypair(await written(0o644)), 'bad-key-file');
  });

  it('error: a file that is not there', () =>
    expectError(
      readPrivateKeypair('/nowhere/key.json'),
      /^\/nowhere\/key\.json can't be read: there is no such/,
    ));

  it('error: the key in place of a file; the message does not show it', async () => {
    const secret = utils.bytes.bs58.encode(pair.secretKey);
    const message = await readPrivateKeypair(secret).then(() => 'it was read', reasonOf);
    expect(message).to.equal('the key must be in a file; name its path');
  });
});
