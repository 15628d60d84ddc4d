import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CloseResult, fromBase58, type Manifest, RULES_VERSION } from '@commonwire/oracle/domain';
import type { LedgerEntry } from '@commonwire/sdk/network';
import { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError } from '../../../tests/support/chain';
import { veto } from '../../../tests/support/network';
import { tellProgress } from '../src/auditing/progress';
import { audit } from '../src/commands/audit';
import { CliError } from '../src/errors';
import { AuditedNetwork, type Falsified, NOON } from './audited-network';

const QUARTER = 900;
const NIGHT = NOON - 12 * 3600;

describe('commonwire audit', () => {
  let network: AuditedNetwork;
  let first: CloseResult;
  let second: CloseResult;
  let folder: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'commonwire-audit-'));
    network = await AuditedNetwork.create();
    await network.test.cut();
    first = await network.close(
      [0, 1, 2].map((index) => network.report(index, { value: 1000n + BigInt(index) })),
    );
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await network.oracle.close();
  });

  const run = async (...argv: string[]) => {
    const lines: string[] = [];
    const status = await audit.run(argv, (line) => lines.push(line));
    return { status, lines, text: lines.join('\n') };
  };
  const where = () => {
    const { chain, address } = network.test;
    return ['--url', chain.connection.rpcEndpoint, '--network', address.toBase58()];
  };
  const command = (epoch: number, ...more: string[]) =>
    run(...where(), '--oracle', network.oracle.url, '--epoch', `${epoch}`, ...more);
  /** A folder with everything that was published. */
  const saved = (): string => {
    const to = mkdtempSync(join(folder, 'parts-'));
    for (const [name, bytes] of network.oracle.parts) writeFileSync(join(to, name), bytes);
    return to;
  };
  const json = async (epoch: number, ...more: string[]) =>
    JSON.parse((await command(epoch, '--json', ...more)).text);

  it('error: nothing posted yet, wrong usage', async () => {
    await expectError(command(1), 'not-promoted');
    await expectError(run(...where(), '--epoch', '1'), 'usage');
    await expectError(command(1, '--dataset', folder), 'usage');
    await expectError(command(0), 'usage');
    await expectError(command(1, '--device', '-1'), 'usage');
    const known = process.env.COMMONWIRE_RPC_URL;
    delete process.env.COMMONWIRE_RPC_URL;
    try {
      const nowhere = ['--network', network.test.address.toBase58(), '--oracle', network.oracle.url];
      await expectError(run(...nowhere, '--epoch', '1'), 'usage');
    } finally {
      if (known !== undefined) process.env.COMMONWIRE_RPC_URL = known;
    }
  });

  it('confirms an honest epoch, both pending and current', async () => {
    await network.post(first);
    const pending = await command(1);
    expect(pending.status, pending.text).to.equal(0);
    const about = pending.lines.slice(1, 7).map((line) => line.split(/ +/).slice(0, 2).join(' '));
    expect(about).to.deep.equal(
      ['dataset', 'rules', 'previous', 'network', 'committee', 'recomputed'].map((name) => `holds ${name}`),
    );
    expect(pending.text).to.include('reports      3 accepted, 0 zeroed, 0 rejected, 0 duplicate');
    expect(pending.lines.at(-1)).to.match(/^epoch 1 holds: every byte/);

    await network.promote(first);
    expect((await command(1)).status).to.equal(0);
    await expectError(command(2), 'not-posted');
    await expectError(command(1, '--device', '4'), 'not-in-ledger');
  });

  describe('a second epoch', () => {
    before(async () => {
      await network.test.cut();
      second = await network.close([
        network.report(0, { start: NOON + QUARTER, value: 900n }),
        network.report(0, { start: NIGHT, sequence: 1n, value: 500n }),
        network.report(1, { start: NOON + QUARTER, value: 300n }),
        network.report(3, { start: NOON + QUARTER, value: 800n }),
      ]);
    });
    beforeEach(async () => {
      if ((await network.test.account()).pending) await veto(network.test);
    });

    it("explains a device's reward line by line", async () => {
      await network.post(second);
      const { status, text } = await command(2, '--device', '0');
      expect(status, text).to.equal(0);
      const { earned } = second.rewards[0]!;
      expect(earned - first.rewards[0]!.earned).to.equal(450_000n);
      const expected = [
        /^device 0, energy, capacity 6000$/m,
        /^ {2}start +minutes +value +verdict +units +score +reward +reasons$/m,
        /^ {2}2026-06-21T07:00:00Z +15 +500 Wh +rejected +500 +0 +0 +sun-at-night$/m,
        /^ {2}2026-06-21T19:15:00Z +15 +900 Wh +accepted +900 +900 +0.45$/m,
        /^ {2}sun-at-night: The sun was below the horizon/m,
        /^score +900 of the 2000 that all energy devices scored$/m,
        /^share +1 x 900 \/ 2000 = 0.45$/m,
        /^reward +0.45$/m,
        /^debt +0 owed, 0 of it taken from the reward, 0 left$/m,
        /^earned +0.333\d* before \+ 0.45 - 0 = 0.783\d*$/m,
        new RegExp(`^owner +${network.ownerOf(0)}$`, 'm'),
      ];
      for (const line of expected) expect(text).to.match(line);

      const { device, holds } = await json(2, '--device', '2');
      expect(holds).to.equal(true);
      expect(device).to.include({
        reward: '0',
        earned: `${first.rewards[2]!.earned}`,
        owner: network.ownerOf(2),
      });
      expect(device.reports).to.deep.equal([]);
    });

    it('audits a range, an epoch a line, and goes on where it was interrupted', async () => {
      await network.post(second);
      const kept = join(folder, 'audited.jsonl');
      const range = (...more: string[]) =>
        run(...where(), '--oracle', network.oracle.url, '--from', '1', '--resume', kept, ...more);
      await expectError(range('--to', '3'), 'not-posted');
      expect(readFileSync(kept, 'utf8').split('\n')).to.have.length(3);
      const [line] = readFileSync(kept, 'utf8').split('\n');
      writeFileSync(kept, `${line}\n{"network":`);
      const { status, lines, text } = await range();
      expect(status, text).to.equal(0);
      expect(lines[0]).to.match(/^holds {2}epoch 1, as audited before: recomputing 3 reports/);
      expect(lines[1]).to.match(/^holds {2}epoch 2: recomputing 4 reports/);
      expect(lines[2]).to.match(/^epochs 1 to 2 hold: every byte/);
      const { epochs, holds } = JSON.parse((await range('--json', '--parallel', '8')).text);
      expect(holds).to.equal(true);
      expect(epochs.map(({ epoch }: { epoch: number }) => epoch)).to.deep.equal([1, 2]);
      await expectError(range('--epoch', '1'), 'usage');
      await expectError(range('--device', '1'), 'usage');
      await expectError(range('--to', '0'), 'usage');
    });

    it('audits one shard from its own files', async () => {
      await network.post(second);
      const { status, lines, text } = await command(2, '--shard', '0');
      expect(status, text).to.equal(0);
      expect(text).to.match(
        /^holds {2}sums +the sums of 1 shard add up to the totals and lead to the ledger$/m,
      );
      expect(text).to.match(
        /^holds {2}shard +recomputing \d reports? of shard 0 gives the same parts, sums and node$/m,
      );
      expect(text).to.match(/^holds {2}logs +1 log: the heads commit to what is served$/m);
      expect(lines.at(-1)).to.match(/^shard 0 of epoch 2 holds: every byte/);
      expect((await json(2, '--shard', '0')).holds).to.equal(true);
      const other = await command(2, '--shard', '1');
      expect(other.status).to.equal(1);
      expect(other.lines.at(-1)).to.match(
        /^shard 1 of epoch 2 DOES NOT HOLD: shards: 4 devices have 1, from 0$/,
      );
      await expectError(command(2, '--shard', '0', '--device', '0'), 'usage');
    });

    it('finds with the logs, and not with the dataset alone, that a shard leaves out a report', async () => {
      const fewer = await network.close([network.report(3, { start: NOON + QUARTER })]);
      const { head, runs } = network.log!;
      const more = await network.close([
        network.report(0, { start: NOON + QUARTER }),
        network.report(3, { start: NOON + QUARTER }),
      ]);
      expect(more.manifest.logs[0]!.root).to.not.equal(head.root);
      network.oracle.putLog({ head, runs });
      await network.post(fewer, {
        manifest: () => ({ logs: more.manifest.logs, heads: more.manifest.heads }),
      });
      const missing = await run(
        ...where(),
        '--oracle',
        network.oracle.url,
        '--epoch',
        '2',
        '--shard',
        '0',
      ).catch((error: Error & { code?: string }) => error);
      expect(missing).to.have.property('code', 'log-missing');
      expect(missing).to.have.property('message').that.includes('serves another log than that');
      network.oracle.putLog(network.log!);
      const found = await command(2, '--shard', '0');
      expect(found.status).to.equal(1);
      expect(found.text).to.match(/^holds {2}logs/m);
      expect(found.text).to.match(
        /^FAILS {2}shard +parts.reports: part 1 of the shard is not the one that its logs/m,
      );
      const alone = await run(...where(), '--dataset', saved(), '--epoch', '2', '--shard', '0');
      expect(alone.status, alone.text).to.equal(0);
      expect(alone.text).to.not.match(/^holds {2}logs/m);
      network.oracle.logs.clear();
      await expectError(command(2, '--shard', '0'), 'log-missing');
    });

    const change = (line: string, fields: object): string =>
      JSON.stringify({ ...JSON.parse(line), ...fields });
    /** Changes one line, counted from 1. */
    const inLine = (number: number, fields: (line: Record<string, string>) => object) => (lines: string[]) =>
      lines.map((line, i) => (i === number - 1 ? change(line, fields(JSON.parse(line))) : line));
    const swapped = ([a, b, ...rest]: string[]): string[] => [b!, a!, ...rest];
    const thief = Keypair.generate().publicKey.toBase58();
    /** The ledger with device 1's entry changed: a lying committee makes its root and manifest agree. */
    const withSecond =
      (fields: Partial<LedgerEntry>) =>
      (entries: LedgerEntry[]): LedgerEntry[] =>
        entries.map((entry, i) => (i === 1 ? { ...entry, ...fields } : entry));

    const lies: [string, Falsified, RegExp][] = [
      [
        'a policy',
        { manifest: ({ policy }) => ({ policy: { ...policy, epoch_budget: '2000000' } }) },
        /parts.reports: line 2 \(device 0\): paid says "450000", should say "540000"/,
      ],
      [
        'a report',
        {
          lines: {
            reports: inLine(3, ({ report }) => {
              const bytes = Buffer.from(report!, 'base64');
              bytes[bytes.length - 10] = 1;
              return { report: bytes.toString('base64') };
            }),
          },
        },
        /parts.reports: line 3 \(device 1\): should not be there \(bad-signature\)/,
      ],
      [
        'a signature',
        { lines: { reports: inLine(4, () => ({ signature: Buffer.alloc(64).toString('base64') })) } },
        /parts.reports: line 4 \(device 3\): should not be there \(bad-signature\)/,
      ],
      [
        'a verdict',
        { lines: { reports: inLine(1, () => ({ verdict: 'accepted', reasons: [] })) } },
        /parts.reports: line 1 \(device 0\): verdict says "accepted", should say "rejected"/,
      ],
      [
        'a reward',
        {
          lines: { rewards: inLine(2, () => ({ reward: '999', earned: '999' })) },
          ledger: withSecond({ earned: 999n }),
        },
        /parts.rewards: line 2 \(device 1\): reward says "999", should say "150000"/,
      ],
      [
        'an owner',
        {
          lines: { rewards: inLine(2, () => ({ owner: thief })) },
          ledger: withSecond({ owner: fromBase58(thief) }),
        },
        new RegExp(`parts.rewards: line 2 \\(device 1\\): owner says "${thief}", should say`),
      ],
      [
        'a leaf',
        {
          lines: { rewards: inLine(2, () => ({ earned: '1' })) },
          ledger: withSecond({ earned: 1n }),
        },
        /parts.rewards: line 2 \(device 1\): earned says "1", should say "4\d+"/,
      ],
      [
        'the ledger root',
        { ledger: withSecond({ owner: fromBase58(thief) }) },
        /^ledger_root: says ".*should say/,
      ],
      [
        'the order of reports',
        { lines: { reports: swapped } },
        /parts.reports: line 1 .*is in the wrong place/,
      ],
      [
        'the order of devices',
        { lines: { rewards: swapped } },
        /parts.rewards: line 1 \(device 1\): is in the wrong/,
      ],
      [
        'a missing device',
        { lines: { rewards: (lines) => lines.slice(0, 3) } },
        /parts.rewards: line 4 \(device 3\): is missing/,
      ],
      [
        'a debt',
        { lines: { state: inLine(1, () => ({ debt: '5' })) } },
        /parts.state: line 1 \(device 0\): debt says "5", should say "0"/,
      ],
      [
        'white space',
        { lines: { rewards: (lines) => lines.map((line) => line.replace('{', '{ ')) } },
        /parts.rewards: line 1 \(device 0\): says .* should be written/,
      ],
      [
        'a total',
        { manifest: ({ totals }) => ({ totals: { ...totals, accepted: 9 } }) },
        /^totals.accepted: says 9, should say 3/,
      ],
      [
        'an owner in the registry',
        { lines: { registry: inLine(3, () => ({ owner: thief })) } },
        /parts.registry: line 3 \(device 2\): owner says ".*", should say ".*"; so cut.registry_hash/,
      ],
      [
        'the hash of the previous epoch',
        { manifest: () => ({ previous: '22'.repeat(32) }) },
        /^hash chain: previous is 2222.*, but on chain it is [0-9a-f]{64}$/,
      ],
      [
        'a limit',
        { manifest: ({ limits }) => ({ limits: { ...limits, epoch: '5' } }) },
        /^limits.epoch: says 5, but on chain it is 100000000/,
      ],
      [
        'a time of arrival',
        { lines: { reports: inLine(1, () => ({ received_at: 1 })) } },
        /^parts.reports: line 1: received_at is 1, logs cover \d+ to \d+/,
      ],
    ];
    for (const [what, falsified, expected] of lies) {
      it(`finds ${what} that a whole committee falsified`, async () => {
        await network.post(second, falsified);
        const { status, lines, text } = await command(2);
        expect(status).to.equal(1);
        const failed = lines.find((line) => line.startsWith('FAILS'));
        expect(failed?.slice('FAILS  recomputed  '.length), text).to.match(expected);
        expect(lines.at(-1)).to.include('epoch 2 DOES NOT HOLD: ');
      });
    }

    const rules_version = RULES_VERSION + 1;
    const ofOtherRules = ({ policy }: Manifest) => ({
      rules_version,
      policy: { ...policy, rules_version, shadow_ppm: 5 },
    });

    it('error: closed by other rules, which says nothing against its oracles', async () => {
      await network.post(second, { manifest: ofOtherRules });
      const message = `epoch 2 was closed by version ${rules_version} of the rules, this software has`;
      await expectError(command(2), 'unsupported-rules-version');
      await expectError(command(2), new RegExp(message));
    });

    it('shows policy changes, which an honest committee may make', async () => {
      const usual = network.policy;
      network.policy = { ...usual, late_seconds: 100_000 };
      const changed = await network.close([network.report(3, { start: NOON + QUARTER })]);
      network.policy = usual;
      await network.post(changed);
      const { status, text } = await command(2);
      expect(status, text).to.equal(0);
      expect(text).to.match(/policy +CHANGED since the previous epoch: late_seconds is 100000, was 129600/);
    });

    it('finds a log of an oracle that is not in the committee', async () => {
      await network.post(await network.close([], Keypair.generate()));
      const { status, text } = await command(2);
      expect(status).to.equal(1);
      expect(text).to.match(/FAILS {2}committee +logs: \w+ has one but is not in the committee/);
    });

    it('a range shows the first difference', async () => {
      const wrong = await network.close([network.report(0, { start: NOON + QUARTER, value: 900n })]);
      await network.post(wrong, { manifest: ({ totals }) => ({ totals: { ...totals, accepted: 2 } }) });
      const { status, lines, text } = await run(...where(), '--oracle', network.oracle.url, '--from', '1');
      expect(status, text).to.equal(1);
      expect(lines[0]).to.match(/^holds {2}epoch 1: /);
      expect(lines[1]).to.match(/^FAILS {2}epoch 2: recomputed: .*accepted/);
      expect(lines.at(-1)).to.match(/^epoch 2 DOES NOT HOLD: /);
    });

    it('shows the correct values with a difference, also as JSON', async () => {
      await network.post(second, { lines: { rewards: inLine(2, () => ({ reward: '1' })) } });
      const { text } = await command(2, '--device', '1');
      expect(text).to.match(/^device 1, energy, capacity 6000, as recomputed$/m);
      const document = await json(2, '--device', '1');
      expect(document).to.include({ holds: false, epoch: 2 });
      expect(document.difference).to.deep.equal({
        fault: 'value',
        where: 'rewards',
        line: 2,
        device: 1,
        field: 'reward',
        published: '"1"',
        recomputed: '"150000"',
        reason: null,
      });
      expect(document.device.reward).to.equal('150000');
    });

    describe('served by an oracle that alters the signed files', () => {
      const serving = async (hash: string, alter: (text: string) => string) => {
        const kept = network.oracle.parts.get(hash)!;
        network.oracle.parts.set(hash, Buffer.from(alter(Buffer.from(kept).toString())));
        try {
          return await command(2);
        } finally {
          network.oracle.parts.set(hash, kept);
        }
      };

      it('finds the altered line in a part', async () => {
        await network.post(second);
        for (const [group, from, to, expected] of [
          [
            'rewards',
            '"150000"',
            '"150001"',
            /line 2 \(device 1\): reward says "150001", should say "150000"/,
          ],
          ['reports', '"rejected"', '"accepted"', /line 1 \(device 0\): verdict says "accepted"/],
          ['state', '"debt":"0"', '"debt":"1"', /line 1 \(device 0\): debt says "1", should say "0"/],
        ] as const) {
          const { sha256 } = second.manifest.parts[group][0]!;
          const { status, text } = await serving(sha256, (part) => part.replace(from, to));
          expect(status).to.equal(1);
          expect(text).to.match(expected).and.to.include('only the served files were altered');
        }
      });

      it('finds an altered manifest, also of the previous epoch', async () => {
        const hash = await network.post(second);
        const altered = await serving(hash, (manifest) => manifest.replace('"epoch":2', '"epoch":3'));
        expect(altered.status).to.equal(1);
        expect(altered.text).to.match(
          /FAILS {2}dataset +the manifest of epoch 2 has SHA-256 .* it was altered/,
        );
        const others = await serving(hash, (text) =>
          text.replaceAll(`"rules_version":${RULES_VERSION}`, `"rules_version":${rules_version}`),
        );
        expect(others.status).to.equal(1);
        expect(others.text).to.match(/FAILS {2}dataset .* it was altered/);
        const spoiled = await serving(hash, () => 'no JSON');
        expect(spoiled.text).to.match(/FAILS {2}recomputed +not JSON/);
        const before = await serving(first.datasetHash, (manifest) => `${manifest} `);
        expect(before.status).to.equal(1);
        expect(before.text).to.match(
          /FAILS {2}recomputed +hash chain: the file served as the manifest of epoch 1/,
        );
      });

      /** Returns the command's error while nobody serves a part or manifest. */
      const without = async (hash: string, run: () => Promise<unknown>): Promise<CliError> => {
        const kept = network.oracle.parts.get(hash)!;
        network.oracle.parts.delete(hash);
        try {
          const error = await run().catch((reason: unknown) => reason);
          expect(error).to.be.instanceOf(CliError).with.property('code', 'dataset-missing');
          return error as CliError;
        } finally {
          network.oracle.parts.set(hash, kept);
        }
      };

      it('error: a part or manifest is not served; the message says who named it, who was asked and whom to ask', async () => {
        const hash = await network.post(second);
        const { sha256 } = second.manifest.parts.reports[0]!;
        for (const [name, said] of [
          [sha256, `part ${sha256} of epoch 2's dataset (named by its manifest)`],
          [hash, `manifest ${hash} of epoch 2's dataset (on chain, pending)`],
          [
            first.datasetHash,
            `manifest ${first.datasetHash} of epoch 1's dataset (named as the previous one by the manifest of epoch 2)`,
          ],
        ] as const) {
          const { message } = await without(name, () => command(2));
          expect(message)
            .to.include(`${network.oracle.url} has no ${said}: `)
            .and.include('with --oracle URL')
            .and.include('with --dataset DIR');
        }
      });

      it('error: a folder lacks a manifest; the message names it and says where to get it', async () => {
        const hash = await network.post(second);
        const empty = mkdtempSync(join(folder, 'empty-'));
        const asked = run(...where(), '--dataset', empty, '--epoch', '2');
        await expectError(
          asked,
          new RegExp(`the folder ${empty} has no manifest ${hash} of epoch 2.* with --oracle URL`),
        );
      });
    });

    describe('promoted', () => {
      it('finds an earlier epoch through the hash chain, also in a folder, and shows where the chain breaks', async () => {
        const hash = await network.post(second);
        await network.promote(second);
        const { status, text } = await command(1);
        expect(status, text).to.equal(0);
        expect(text).to.match(
          /holds {2}dataset .* named by the manifest of epoch 2, 1 back from the hash on chain/,
        );

        for (const [name, bytes] of network.oracle.parts) writeFileSync(join(folder, name), bytes);
        const here = await run(...where(), '--dataset', folder, '--epoch', '1', '--device', '2');
        expect(here.status, here.text).to.equal(0);

        const kept = network.oracle.parts.get(hash)!;
        const altered = Buffer.from(kept).toString().replace(first.datasetHash, '33'.repeat(32));
        network.oracle.parts.set(hash, Buffer.from(altered));
        const broken = await command(1);
        network.oracle.parts.set(hash, kept);
        expect(broken.status).to.equal(1);
        expect(broken.text).to.match(
          /FAILS {2}dataset +hash chain: the file served as the manifest of epoch 2/,
        );

        network.oracle.parts.delete(hash);
        await expectError(command(1), new RegExp(`no manifest ${hash} of epoch 2's dataset \\(on chain\\)`));
        network.oracle.parts.set(hash, kept);
      });

      it('continues from an epoch closed by other rules, and shows that they changed', async () => {
        await network.test.cut();
        const third = await network.close([]);
        const datasetHash = await network.post(third, { manifest: ofOtherRules });
        await network.promote({ ...third, next: { ...third.next, datasetHash } });
        await network.test.cut();
        await network.post(await network.close([]));
        const { status, text } = await command(4);
        expect(status, text).to.equal(0);
        const changed = `rules_version is ${RULES_VERSION}, was ${rules_version}; shadow_ppm is missing, was 5`;
        expect(text).to.include(`CHANGED since the previous epoch: ${changed}`);
        await expectError(command(3), 'unsupported-rules-version');
      });
    });
  });

  it('shows progress once a second, starting after two seconds', () => {
    const told: string[] = [];
    let now = 0;
    const progress = tellProgress(
      (line) => told.push(line),
      () => now,
    );
    for (; now <= 4_000; now += 500) progress(() => `at ${now}`);
    expect(told).to.deep.equal(['at 2000', 'at 3000', 'at 4000']);
  });
});
