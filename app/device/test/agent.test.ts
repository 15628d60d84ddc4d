import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeyType, verifySignature } from '@commonwire/sdk/core';
import { decodeReport, Kind } from '@commonwire/sdk/device';
import { expect } from 'chai';
import { DeviceAgent } from '../src/agent';
import { DeviceError } from '../src/errors';
import { FileOutbox } from '../src/file-outbox';
import { MemoryOutbox, type Outbox } from '../src/outbox';
import type { Reading } from '../src/sign';
import { Uplink } from '../src/uplink';
import { FakeClock, json, type StubOracle, startOracle } from './support';

const identity = {
  network: new Uint8Array(32).fill(7),
  index: 3,
  owner: new Uint8Array(32).fill(9),
  kind: Kind.energy,
  latitude: 397_420_000,
  longitude: -1_051_800_000,
};
const seed = new Uint8Array(32).fill(1);
const reading = (start: number, value = 5n): Reading => ({ start, seconds: 900, value });
const bytesOf = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));

describe('device agent', () => {
  let oracle: StubOracle;
  let uplink: Uplink;
  const agentWith = (outbox: Outbox) => new DeviceAgent({ identity, seed, outbox, uplink });

  beforeEach(async () => {
    oracle = await startOracle();
    uplink = new Uplink([oracle.url], { clock: new FakeClock(), random: () => 0 });
  });
  afterEach(() => oracle.close());

  it('sends signed readings whose sequence follows the start time', async () => {
    const agent = agentWith(new MemoryOutbox());
    agent.record(reading(9_000, 12n), reading(9_900, 0n));
    agent.record(reading(10_800, 7n));
    await agent.flush();
    const sent = oracle.batches.flatMap(({ reports }) => reports);
    const reports = sent.map(({ report }) => decodeReport(bytesOf(report)));
    expect(reports.map(({ sequence, start, value }) => [sequence, start, value])).to.deep.equal([
      [150n, 9_000, 12n],
      [165n, 9_900, 0n],
      [180n, 10_800, 7n],
    ]);
    expect(reports[0]).to.deep.include({ ...identity, seconds: 900 });
    for (const { report, signature } of sent) {
      const check = { keyType: KeyType.ed25519, publicKey: agent.publicKey };
      expect(verifySignature({ ...check, message: bytesOf(report), signature: bytesOf(signature) })).to.equal(
        true,
      );
    }
  });

  it('records final answers: neither duplicates nor rejections are sent again, and rejections keep their code', async () => {
    oracle.next.push((_, response) =>
      json(response, 200, {
        epoch: 1,
        results: [
          { status: 'rejected', code: 'above-capacity', reason: 'too much' },
          { status: 'duplicate' },
        ],
      }),
    );
    const outbox = new MemoryOutbox();
    const agent = agentWith(outbox);
    agent.record(reading(9_000), reading(9_900));
    await agent.flush();
    await agent.flush();
    expect(oracle.batches).to.have.length(1);
    expect(Object.fromEntries(outbox.outcomes)).to.deep.equal({ 'rejected/above-capacity': 1, duplicate: 1 });
  });

  it('sends the same bytes after a crash between storing and sending, and continues the sequence', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'agent-'));
    const file = join(folder, 'box.ndjson');
    const before = new FileOutbox(file, 'net/3');
    agentWith(before).record(reading(9_000), reading(9_900));
    const stored = before.pending(10);
    before.close();

    const after = new FileOutbox(file, 'net/3');
    const agent = agentWith(after);
    expect(() => agent.record(reading(9_900))).to.throw(DeviceError, 'begins before the last one ended');
    agent.record(reading(10_800));
    await agent.flush();
    expect(after.size).to.equal(0);
    after.close();
    rmSync(folder, { recursive: true });

    const sent = oracle.batches.flatMap(({ reports }) => reports);
    expect(sent.slice(0, 2)).to.deep.equal(stored.map(({ report, signature }) => ({ report, signature })));
    expect(decodeReport(bytesOf(sent[2]!.report)).sequence).to.equal(180n);
  });

  it('sends a long backlog in batches of 100', async () => {
    const agent = agentWith(new MemoryOutbox());
    agent.record(...Array.from({ length: 250 }, (_, i) => reading(900 * i)));
    await agent.flush();
    expect(oracle.batches.map(({ reports }) => reports.length)).to.deep.equal([100, 100, 50]);
  });

  it('error: a reading that does not cover whole minutes; nothing is stored', () => {
    const outbox = new MemoryOutbox();
    const agent = agentWith(outbox);
    expect(() => agent.record(reading(9_000), { start: 9_930, seconds: 900, value: 1n })).to.throw(
      'whole minutes',
    );
    expect(() => agent.record({ start: 9_000, seconds: 0, value: 1n })).to.throw('whole minutes');
    expect(outbox.size).to.equal(0);
  });
});
