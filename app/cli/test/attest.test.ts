import { type Device, parsePolicy, RULES_VERSION, type Statement } from '@commonwire/oracle/domain';
import { toHex } from '@commonwire/sdk/core';
import { mountedCell } from '@commonwire/sdk/device';
import { Keypair, PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { GOLDEN_CELL, makeDevice } from '../../../oracle/test/domain/support';
import { attest } from '../src/commands/attest';
import { Files } from './files';
import { StubOracle } from './stub-oracle';

const device = makeDevice(7, { h3Cell: mountedCell(GOLDEN_CELL, 'fixed') });
const answerOf = ({ index, owner, keyType, deviceKey, kind, h3Cell, capacity }: Device) => ({
  index,
  owner: new PublicKey(owner).toBase58(),
  key_type: keyType,
  device_key: toHex(deviceKey),
  kind,
  h3_cell: h3Cell.toString(16),
  capacity,
  retired: false,
  outstanding: null,
  earned: '0',
  paid: '0',
  claimable: '0',
  reports: [],
  refused: [],
});

describe('commonwire attest', () => {
  const installer = Keypair.generate();
  const network = Keypair.generate().publicKey.toBase58();
  let [oracle, files]: [StubOracle, Files] = [undefined!, undefined!];

  before(async () => {
    [oracle, files] = [await StubOracle.start(), new Files()];
    oracle.device = (index) => answerOf({ ...device, index });
  });

  after(async () => {
    files.remove();
    await oracle.close();
  });

  const run = async (...argv: string[]): Promise<{ status: number; lines: string[] }> => {
    const lines: string[] = [];
    const about = ['--network', network, '--oracle', oracle.url];
    return { status: await attest.run([...argv, ...about], (line) => lines.push(line)), lines };
  };

  const sign = async (...options: string[]): Promise<Statement> => {
    const given = ['sign', '--device', '7', '--keypair', files.key(installer), '--json', ...options];
    const { status, lines } = await run(...given);
    expect(status).to.equal(0);
    return JSON.parse(lines[0]!);
  };
  const yearly = ['--date', '2026-06-01', '--expires', '2028-05-01'];

  it('signs what the registry says of a device, and shows it; the policy takes the statement', async () => {
    const statement = await sign(...yearly);
    expect(statement.installer).to.equal(installer.publicKey.toBase58());
    expect([statement.date, statement.expires]).to.deep.equal([1_780_272_000, 1_840_752_000]);
    const policy = {
      rules_version: RULES_VERSION,
      epoch_budget: '1',
      device_epoch_cap: '1',
      attestation: {
        capacity: { energy: 3_000 },
        installers: [statement.installer],
        statements: [statement],
      },
    };
    expect(parsePolicy(policy, { development: false }).attestation.statements).to.deep.equal([statement]);
    const { lines } = await run('sign', '--device', '7', '--keypair', files.key(installer), ...yearly);
    expect(lines).to.have.length(4);
    for (const fact of [
      toHex(device.deviceKey),
      'energy, capacity 6000, mount fixed',
      device.h3Cell.toString(16),
    ])
      expect(lines.join('\n')).to.include(fact);
    expect(JSON.parse(lines[3]!)).to.deep.equal(statement);
  });

  it('checks statements and those of a policy, and exits with 1 unless all count now', async () => {
    const good = await sign('--expires', '2028-01-01');
    const over = await sign('--date', '2020-01-01', '--expires', '2021-01-01');
    const wrong = { ...good, expires: good.expires - 1 };
    const check = (value: unknown, ...options: string[]) => run('check', files.json(value), ...options);
    expect(await check(good)).to.deep.equal({
      status: 0,
      lines: [`device 7: ok, by ${installer.publicKey}`],
    });
    const { status, lines } = await check({ attestation: { statements: [good, over, wrong] } }, '--json');
    expect(status).to.equal(1);
    const found = JSON.parse(lines[0]!) as { signed: boolean; valid: boolean }[];
    expect(found.map(({ signed, valid }) => [signed, valid])).to.deep.equal([
      [true, true],
      [true, false],
      [false, false],
    ]);
    oracle.device = (index) => answerOf({ ...device, index, capacity: 60_000 });
    expect((await check([good])).status).to.equal(1);
  });

  it('error: times that a statement cannot have, a file without statements', async () => {
    const failing = async (code: string, ...argv: string[]) => {
      const error = await run(...argv).then(
        () => undefined,
        (thrown: { code?: string }) => thrown,
      );
      expect(error?.code).to.equal(code);
    };
    const key = files.key(installer);
    await failing(
      'bad-statement',
      'sign',
      '--device',
      '7',
      '--keypair',
      key,
      '--date',
      '2026-01-01',
      '--expires',
      '2029-01-01',
    );
    await failing('bad-statement', 'sign', '--device', '7', '--keypair', key, '--expires', '2020-01-01');
    await failing('bad-statement', 'check', files.json({ other: 1 }));
    await failing('bad-statement', 'check', `${files.folder}/none.json`);
  });
});
