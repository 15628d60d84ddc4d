import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { renderVectors, VECTORS_FILE } from '../../../tests/vectors/generate';
import { ledgerEntries, registeredDevice } from '../../../tests/vectors/merkle';
import type { Vectors } from '../../../tests/vectors/types';
import {
  advanceStream,
  claimable,
  equal,
  FormatError,
  fromHex,
  type Stream,
  sha256,
  toHex,
  verifySignature,
} from '../src/core';
import { decodeReport, reportHash } from '../src/device';
import {
  decodeEpochMessage,
  decodeSettleData,
  hashOf,
  LedgerTree,
  ledgerLeaf,
  ledgerNode,
  nextRegistryHash,
  nodeOf,
  proveDevice,
  REGISTRY_DEPTH,
  registeredChange,
  registryLeaf,
  retiredChange,
  runRoot,
  sumOf,
  transferredChange,
  verifyDevice,
  verifyRun,
} from '../src/network';
import { naiveLedgerRoot, naiveRoot } from './naive-tree';

const text = readFileSync(VECTORS_FILE, 'utf8');
const vectors = JSON.parse(text) as Vectors;

describe('vectors', () => {
  it('are what the generator makes, to the byte', () => {
    expect(renderVectors() === text, 'run npm run vectors and look at the difference').to.equal(true);
  });

  it('hold the ledger leaves', () => {
    for (const { index, owner, earned, leaf } of vectors.ledger.leaves) {
      expect(toHex(ledgerLeaf({ index, owner: fromHex(owner), earned: BigInt(earned) }))).to.equal(leaf);
    }
  });

  for (const tree of vectors.ledger.trees) {
    it(`hold the ledger of ${tree.device_count} devices and its runs`, () => {
      const leaves = ledgerEntries(tree.device_count).map((entry, index) => ledgerNode({ index, ...entry }));
      expect(toHex(naiveLedgerRoot(leaves, tree.depth))).to.equal(tree.root);
      const built = LedgerTree.fromLeaves(leaves);
      expect([toHex(nodeOf(built.earnedTotal, built.root)), built.depth]).to.deep.equal([
        tree.root,
        tree.depth,
      ]);
      for (const { first, count, proof } of tree.runs) {
        const run = { deviceCount: tree.device_count, first, leaves: leaves.slice(first, first + count) };
        expect(toHex(runRoot({ ...run, proof: proof.map(fromHex) }))).to.equal(tree.root);
        expect(built.proveRun(first, count).map(toHex)).to.deep.equal(proof);
      }
    });
  }

  for (const { name, root, device_count, first, leaves, proof } of vectors.ledger.bad_runs) {
    it(`refuse a run: ${name}`, () => {
      const run = {
        deviceCount: device_count,
        first,
        leaves: leaves.map(fromHex),
        proof: proof.map(fromHex),
      };
      const top = fromHex(root);
      expect(verifyRun({ root: hashOf(top), earnedTotal: sumOf(top) }, run)).to.equal(false);
    });
  }

  it('hold the registry: leaves, changes, running hash and root', () => {
    for (const { index, change, leaf } of vectors.registry.devices) {
      expect(toHex(registeredChange(registeredDevice(index)))).to.equal(change);
      expect(toHex(registryLeaf(registeredDevice(index)))).to.equal(leaf);
    }
    for (const { count, registry_hash, root } of vectors.registry.states) {
      const devices = Array.from({ length: count }, (_, i) => registeredDevice(i));
      const hash = devices.map(registeredChange).reduce(nextRegistryHash, new Uint8Array(32));
      expect(toHex(hash)).to.equal(registry_hash);
      expect(toHex(naiveRoot(devices.map(registryLeaf), 24))).to.equal(root);
    }
  });

  it('hold changes of owner and the running hash over them', () => {
    let running: Uint8Array = new Uint8Array(32);
    for (const vector of vectors.registry.owner_changes) {
      const { index, kind, owner } = vector;
      const effectiveEpoch = BigInt(vector.effective_epoch);
      const change =
        kind === 'retired'
          ? retiredChange({ index, effectiveEpoch })
          : transferredChange({ index, owner: fromHex(owner!), effectiveEpoch });
      expect(toHex(change)).to.equal(vector.change);
      running = sha256(running, change);
      expect(toHex(running)).to.equal(vector.registry_hash);
    }
    expect(new Set(vectors.registry.owner_changes.map(({ kind }) => kind)).size).to.equal(2);
  });

  for (const { name, count, frontier, device, leaf, path, valid } of vectors.registry.proofs) {
    it(`${valid ? 'hold' : 'refuse'} a proof of the registry: ${name}`, () => {
      const proven = {
        index: device.index,
        keyType: device.key_type,
        deviceKey: fromHex(device.device_key),
        owner: fromHex(device.owner),
        kind: device.kind,
        h3Cell: BigInt(device.h3_cell),
        capacity: device.capacity,
      };
      expect(toHex(registryLeaf(proven))).to.equal(leaf);
      const levels = Array.from({ length: REGISTRY_DEPTH }, (_, level) =>
        fromHex(frontier[level] ?? '00'.repeat(32)),
      );
      const proof = { device: proven, path: path.map(fromHex) };
      expect(verifyDevice(proof, { deviceCount: count, frontier: levels })).to.equal(valid);
      if (!valid) return;
      const devices = Array.from({ length: count }, (_, index) => registeredDevice(index));
      expect(proveDevice(devices, device.index).path.map(toHex)).to.deep.equal(path);
    });
  }

  it('hold epoch messages', () => {
    for (const { bytes, epoch, device_count, earned_total, dataset_hash } of vectors.epoch_messages) {
      const message = decodeEpochMessage(fromHex(bytes));
      expect([message.epoch, message.earnedTotal]).to.deep.equal([BigInt(epoch), BigInt(earned_total)]);
      expect([message.deviceCount, toHex(message.datasetHash)]).to.deep.equal([device_count, dataset_hash]);
    }
  });

  it('hold reports signed by either scheme', () => {
    for (const { bytes, hash, value, longitude, extra, ed25519, p256 } of vectors.reports) {
      const message = fromHex(bytes);
      const report = decodeReport(message);
      expect([report.value, report.longitude, toHex(report.extra)]).to.deep.equal([
        BigInt(value),
        longitude,
        extra,
      ]);
      expect(toHex(reportHash(message))).to.equal(hash);
      for (const [keyType, { public_key, signature }] of [ed25519, p256].entries()) {
        const signed = { keyType, publicKey: fromHex(public_key), signature: fromHex(signature) };
        expect(verifySignature({ ...signed, message })).to.equal(true);
        expect(verifySignature({ ...signed, message: message.slice(1) })).to.equal(false);
      }
    }
  });

  for (const { name, key_type, public_key, message, signature, valid } of vectors.signatures) {
    it(`${valid ? 'accept' : 'refuse'} a signature: ${name}`, () => {
      const check = { keyType: key_type, publicKey: fromHex(public_key), message: fromHex(message) };
      expect(verifySignature({ ...check, signature: fromHex(signature) })).to.equal(valid);
    });
  }

  it('hold settle data', () => {
    for (const { bytes, first, width, segments, proof } of vectors.settle_data.good) {
      const data = decodeSettleData(fromHex(bytes));
      expect([data.first, data.width, data.segments.map(({ kind }) => kind)]).to.deep.equal([
        first,
        width,
        segments.map(({ kind }) => kind),
      ]);
      expect(data.proof.map(toHex)).to.deep.equal(proof);
    }
  });

  for (const { name, bytes, code } of vectors.settle_data.bad) {
    it(`refuse settle data: ${name}`, () => {
      expect(() => decodeSettleData(fromHex(bytes)))
        .to.throw(FormatError)
        .with.property('code', code);
    });
  }

  it('compare by content', () => {
    expect(equal(fromHex('00ff'), Uint8Array.of(0, 255))).to.equal(true);
    expect(equal(fromHex('00ff'), Uint8Array.of(0))).to.equal(false);
  });

  for (const { name, start, income, steps } of vectors.streams) {
    it(`hold streams: ${name}`, () => {
      let stream = streamOf(start);
      const { counted, accrued } = income;
      for (const { now, staked, deposit, after, claimable: whole } of steps) {
        stream = advanceStream(stream, BigInt(now), BigInt(staked));
        stream.next += BigInt(deposit);
        expect(stream, `at ${now}`).to.deep.equal(streamOf(after));
        const earned = claimable(stream, { counted: BigInt(counted), accrued: BigInt(accrued) }, 1n);
        expect(earned, `at ${now}`).to.equal(BigInt(whole));
      }
    });
  }
});

const streamOf = (fields: Vectors['streams'][number]['start']): Stream => ({
  windowSeconds: BigInt(fields.window_seconds),
  window: BigInt(fields.window),
  current: BigInt(fields.current),
  released: BigInt(fields.released),
  next: BigInt(fields.next),
  remainder: BigInt(fields.remainder),
  perUnit: BigInt(fields.per_unit),
});
