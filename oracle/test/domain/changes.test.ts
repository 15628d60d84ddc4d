import { equal, toHex } from '@commonwire/sdk/core';
import { FIRST_REGISTRY_HASH, type RegistryEntry, registryHashAfter } from '@commonwire/sdk/network';
import { expect } from 'chai';
import { admit, close, type Device, genesis, previousState, Registry, verifyDataset } from '../../src/domain';
import { readRegistryLine, registryLines } from '../../src/domain/lines';
import {
  address,
  closeAll,
  closeInput,
  HOUR,
  hashOfHead,
  identity,
  MINUTE,
  makeDevice,
  makeLog,
  makePolicy,
  NOON,
  registryOf,
  signed,
} from './support';

const QUARTER = 15 * MINUTE;
const [alice, bob, carol] = ['alice', 'bob', 'carol'].map(address) as [Uint8Array, Uint8Array, Uint8Array];
const meter = makeDevice(0, { owner: alice });
const other = makeDevice(1, { owner: carol });

const transferred = (owner: Uint8Array, epoch: number, index = 0): RegistryEntry => ({
  kind: 'transferred',
  change: { index, owner, effectiveEpoch: BigInt(epoch) },
});
const retired = (epoch: number, index = 0): RegistryEntry => ({
  kind: 'retired',
  change: { index, effectiveEpoch: BigInt(epoch) },
});
const registered = (...devices: Device[]): RegistryEntry => ({ kind: 'registered', devices });

/** A report for a quarter of an hour, a number of quarters after noon, that names this owner. */
const naming = (owner: Uint8Array, quarter: number, device = meter) =>
  signed(device, { owner, start: NOON + quarter * QUARTER });

describe('registry', () => {
  const entries = [registered(meter), registered(other), transferred(bob, 2), retired(3, 1)];
  const registry = Registry.from(entries);
  const hashes = entries.map((_, i) =>
    toHex(entries.slice(0, i + 1).reduce(registryHashAfter, FIRST_REGISTRY_HASH)),
  );

  it('shows the changes in effect in an epoch, and at a cut those known by then', () => {
    const owners = [1, 2, 9].map((epoch) => registry.in(epoch).device(0)!.owner);
    expect(owners).to.deep.equal([alice, bob, bob]);
    expect([2, 3].map((epoch) => registry.in(epoch).isRetired(1))).to.deep.equal([false, true]);
    expect(registry.at(hashes[1]!, 9).device(0)!.owner).to.deep.equal(alice);
    expect(registry.at(hashes[2]!, 9).isRetired(1)).to.equal(false);
    expect(registry.at(hashes[0]!, 9).device(1)).to.equal(undefined);
    expect(registry.in(3).device(1)!.owner, 'a retired device keeps its owner').to.deep.equal(carol);
  });

  it('keeps views unchanged while the registry grows', () => {
    const growing = registryOf([meter]);
    const view = growing.in(5);
    growing.apply(transferred(bob, 2));
    growing.apply(registered(other));
    expect([view.deviceCount, view.device(0)!.owner, view.device(1)]).to.deep.equal([1, alice, undefined]);
    const { pair: _, secret: __, ...device } = meter;
    expect([...view.entries()]).to.deep.equal([{ kind: 'registered', devices: [device] }]);
  });

  it('accepts the previous owner in the epoch of a transfer, and in no other', () => {
    const standings = (epoch: number) =>
      [alice, bob, carol].map((owner) => registry.in(epoch).standing(0, owner));
    expect(standings(1)).to.deep.equal(['owner', 'stranger', 'stranger']);
    expect(standings(2)).to.deep.equal(['owner', 'owner', 'stranger']);
    expect(standings(3)).to.deep.equal(['former-owner', 'owner', 'stranger']);
  });

  it('lists its changes in order, and can be rebuilt from the lines of a dataset', () => {
    const lines = [...registry.in(1).entries()].flatMap(registryLines);
    expect(lines).to.have.length(4);
    expect(lines[2]).to.match(/^\{"change":"transferred","index":0,"owner":".*","effective_epoch":2\}$/);
    expect(lines[3]).to.equal('{"change":"retired","index":1,"effective_epoch":3}');
    expect(toHex(Registry.from(lines.map(readRegistryLine)).hash)).to.equal(hashes[3]);
    for (const line of [
      lines[3]!.replace('3}', '3.5}'),
      lines[3]!.replace('retired', 'sold'),
      lines[2]!.replace('2}', '"2"}'),
    ])
      expect(() => readRegistryLine(line), line).to.throw('not in canonical form');
  });

  it('error: changes of unknown devices, a gap, a different hash; the registry stays unchanged', () => {
    const small = registryOf([meter]);
    expect(() => small.apply(transferred(bob, 2, 1))).to.throw('not registered');
    expect(() => small.apply(registered(makeDevice(2)))).to.throw('expected device 1');
    expect(() => small.apply(transferred(bob, 2), new Uint8Array(32))).to.throw('leads to the hash');
    expect([small.length, small.deviceCount]).to.deep.equal([1, 1]);
    expect(() => small.at(hashes[3]!, 1)).to.throw('do not lead to');
    expect(equal(small.hash, registryOf([meter]).hash)).to.equal(true);
  });
});

describe('a transferred device', () => {
  const codes = (registry: Registry, epochs: Parameters<typeof closeAll>[1]) =>
    closeAll(registry, epochs).map(({ verdicts, totals }) => [
      ...verdicts.map(({ outcome, reasons }) => reasons[0] ?? outcome),
      ...Object.keys(totals.refused_by_code),
    ]);

  it('earns for the new owner from the effective epoch on, including what it had earned before', () => {
    const registry = Registry.from([registered(meter, other), transferred(bob, 2)]);
    const results = closeAll(registry, [[naming(alice, 0)], [naming(bob, 1)]]);
    const [first, second] = results.map(({ rewards }) => rewards[0]!);
    expect([first!.owner, second!.owner]).to.deep.equal([alice, bob]);
    expect(second!.earned > first!.earned).to.equal(true);
    expect(results[1]!.ledger.leaf(0)).to.not.deep.equal(results[0]!.ledger.leaf(0));
  });

  it('may name the old owner up to and including the effective epoch, but not later', () => {
    const registry = Registry.from([registered(meter, other), transferred(bob, 2)]);
    const epochs = [
      [naming(alice, 0)],
      [naming(alice, 1), naming(bob, 2)],
      [naming(alice, 3), naming(bob, 4)],
    ];
    expect(codes(registry, epochs)).to.deep.equal([
      ['accepted'],
      ['accepted', 'accepted'],
      ['accepted', 'former-owner'],
    ]);
    expect(codes(registry, [[naming(bob, 0)]])).to.deep.equal([['wrong-owner']]);
  });

  it('is judged by the epoch of the log that contains a report, however late it comes', () => {
    const registry = Registry.from([registered(meter, other), transferred(bob, 2)]);
    const results = closeAll(registry, [[], [], []]);
    const { next } = results.at(-1)!;
    const log = (oracle: number, epoch: number, report: ReturnType<typeof naming>, previous?: string) =>
      makeLog(oracle, epoch, [{ at: NOON + HOUR, reports: [report] }], {
        sealed: NOON + HOUR,
        ...(previous && { previous }),
      });
    const [first, second] = [log(1, 1, naming(alice, 0)), log(2, 2, naming(alice, 1))];
    const third = log(1, 3, naming(alice, 2), hashOfHead(first));
    const logs = [first, second, third, log(2, 4, naming(bob, 3), hashOfHead(second))];
    const input = closeInput(registry, [], { previous: next, logs });
    const result = close(input);
    expect(result.verdicts.map(({ evidence, outcome }) => [evidence.epoch, outcome])).to.deep.equal([
      [1, 'accepted'],
      [2, 'accepted'],
      [4, 'accepted'],
    ]);
    expect(result.totals.refused_by_code).to.deep.equal({ 'former-owner': 1 });
    expect(result.rewards[0]!.owner).to.deep.equal(bob);
    const bytes = new Map(result.parts.map((part) => [part.sha256, part.bytes]));
    const part = (sha256: string) => bytes.get(sha256)!;
    const { manifestBytes, datasetHash } = result;
    expect(verifyDataset({ manifestBytes, part, previous: next }).datasetHash).to.equal(datasetHash);
  });

  it('is judged the same at ingest and at close', () => {
    const registry = Registry.from([registered(meter, other), transferred(bob, 2), retired(4, 1)]);
    const judge = (report: ReturnType<typeof naming>, epoch: number) => {
      const receivedAt = (NOON + HOUR) * 1000;
      const answer = admit({
        signed: report,
        registry: registry.in(epoch),
        network: identity.network,
        policy: makePolicy(),
        receivedAt,
      });
      return answer.ok ? 'ok' : answer.code;
    };
    const by = (owner: Uint8Array) => [1, 2, 3].map((epoch) => judge(naming(owner, 0), epoch));
    expect(by(alice)).to.deep.equal(['ok', 'ok', 'former-owner']);
    expect(by(bob)).to.deep.equal(['wrong-owner', 'ok', 'ok']);
    expect([3, 4].map((epoch) => judge(naming(carol, 0, other), epoch))).to.deep.equal([
      'ok',
      'device-retired',
    ]);
  });
});

describe('a retired device', () => {
  const again = makeDevice(2, { key: 'device 0', owner: bob });
  const registry = Registry.from([registered(meter, other), retired(2), registered(again)]);

  it('earns nothing from the effective epoch on, and keeps its leaf and owner', () => {
    const results = closeAll(registry, [[naming(alice, 0)], [naming(alice, 1)]]);
    const [first, second] = results.map(({ rewards }) => rewards[0]!);
    expect(first!.earned > 0n).to.equal(true);
    expect(second).to.deep.include({ earned: first!.earned, owner: alice, reward: 0n });
    expect(results[1]!.totals.refused_by_code).to.deep.equal({ 'device-retired': 1 });
    expect(results[1]!.ledger.leaf(0)).to.deep.equal(results[0]!.ledger.leaf(0));
  });

  it('leaves its key to the next registration that the key signs for', () => {
    const squatter = makeDevice(3, { key: 'device 0', owner: carol });
    const crowded = Registry.from([registered(meter, other), retired(2), registered(again, squatter)]);
    const results = closeAll(crowded, [
      [naming(alice, 0), naming(bob, 1, again)],
      [naming(bob, 2, again), naming(carol, 3, squatter)],
    ]);
    const outcomes = results.map(({ verdicts }) =>
      verdicts.map(({ outcome, reasons }) => reasons[0] ?? outcome),
    );
    expect(outcomes).to.deep.equal([
      ['accepted', 'key-not-active'],
      ['accepted', 'key-not-active'],
    ]);
    expect(results[1]!.rewards[2]!.earned > 0n).to.equal(true);
  });

  it('is never paid twice for a minute, whichever index it names', () => {
    const results = closeAll(registry, [[naming(alice, 0)], [naming(bob, 0, again), naming(bob, 1, again)]]);
    const paid = results[0]!.rewards[0]!.earned;
    const { verdicts, rewards } = results[1]!;
    expect(verdicts.map(({ outcome, reasons }) => reasons[0] ?? outcome)).to.deep.equal([
      'conflict',
      'accepted',
    ]);
    expect(rewards[2]!.repaid + rewards[2]!.debt).to.equal(paid);
    expect(rewards[0]).to.deep.include({ earned: paid, debt: 0n });
  });

  it('passes its debt on', () => {
    const twice = signed(meter, { start: NOON, value: 900n });
    const late = Registry.from([registered(meter, other), retired(3), registered(again)]);
    const results = closeAll(late, [[naming(alice, 0)], [twice], [naming(bob, 2, again)]]);
    const owed = results[1]!.rewards[0]!.debt;
    expect(owed > 0n).to.equal(true);
    const [old, , next] = results[2]!.rewards;
    expect(old!.debt).to.equal(0n);
    expect(next!.repaid + next!.debt).to.equal(owed);
  });

  it('is in the dataset with everything needed to repeat the epochs', () => {
    const results = closeAll(registry, [
      [naming(alice, 0)],
      [naming(bob, 1, again)],
      [naming(bob, 2, again)],
    ]);
    const bytes = new Map(results.flatMap(({ parts }) => parts).map((part) => [part.sha256, part.bytes]));
    const part = (sha256: string) => bytes.get(sha256)!;
    let previous = genesis;
    for (const { manifestBytes, datasetHash } of results) {
      expect(verifyDataset({ manifestBytes, part, previous }).datasetHash).to.equal(datasetHash);
      previous = previousState(manifestBytes, part);
    }
  });
});
