/**
 * The committed vectors, by nothing but the SDK's exports: `sdk.browser.ts` runs this in a browser's page and in Node,
 * and compares what both give.
 */
import {
  fromHex,
  isOnCurve,
  p256PublicKey,
  signEd25519,
  signP256,
  TransactionFailed,
  toHex,
  verifySignature,
} from '@commonwire/sdk/core';
import { decodeReport, encodeReport, reportHash } from '@commonwire/sdk/device';
import {
  cutEpoch,
  decodeEpochMessage,
  decodeNetwork,
  decodeSettleData,
  type EpochMessage,
  encodeEpochMessage,
  encodeSettleData,
  hashOf,
  LedgerTree,
  ledgerLeaf,
  ledgerNode,
  nextRegistryHash,
  nodeOf,
  postEpoch,
  REGISTRY_DEPTH,
  RegistryTree,
  registeredChange,
  registryLeaf,
  runRoot,
  sumOf,
  verifyDevice,
  verifyRun,
} from '@commonwire/sdk/network';
import { healthSchema } from '@commonwire/sdk/oracle';
import { PublicKey, type TransactionInstruction } from '@solana/web3.js';
import { ledgerEntries, registeredDevice } from '../vectors/merkle';
import type { Vectors } from '../vectors/types';

/** The subjects of the checks. */
export interface Given {
  vectors: Vectors;
  /** Bytes of a network's account, hex. */
  networkAccount: string;
}

function same(given: unknown, expected: unknown, what: string): void {
  if (given !== expected) throw new Error(`${what}: ${given}, not ${expected}`);
}

const hexes = (values: readonly string[]): Uint8Array[] => values.map(fromHex);
const ANY_ADDRESS = new PublicKey(new Uint8Array(32).fill(7));

const plainInstruction = ({ programId, keys, data }: TransactionInstruction) => ({
  program: programId.toBase58(),
  keys: keys.map((key) => ({ ...key, pubkey: key.pubkey.toBase58() })),
  data: toHex(data),
});

/** By name. Each throws where a vector doesn't hold; what it returns, as JSON, must be the same on every platform. */
export const checks: Record<string, (given: Given) => unknown> = {
  'ledgers: leaves, roots and proofs'({ vectors: { ledger } }) {
    for (const { index, owner, earned, leaf } of ledger.leaves) {
      same(
        toHex(ledgerLeaf({ index, owner: fromHex(owner), earned: BigInt(earned) })),
        leaf,
        `leaf ${index}`,
      );
    }
    for (const { device_count: deviceCount, root, runs } of ledger.trees) {
      const leaves = ledgerEntries(deviceCount).map((entry, index) => ledgerNode({ index, ...entry }));
      const tree = LedgerTree.fromLeaves(leaves);
      same(toHex(nodeOf(tree.earnedTotal, tree.root)), root, `root of ${deviceCount} devices`);
      for (const { first, count, proof } of runs) {
        const run = { deviceCount, first, leaves: leaves.slice(first, first + count), proof: hexes(proof) };
        same(tree.proveRun(first, count).map(toHex).join(), proof.join(), `proof of ${count} from ${first}`);
        same(toHex(runRoot(run)), root, `root of ${count} from ${first}`);
      }
    }
    return ledger.trees.length;
  },

  'ledgers: runs to refuse'({ vectors: { ledger } }) {
    for (const { name, root, device_count: deviceCount, first, ...run } of ledger.bad_runs) {
      const [leaves, proof] = [hexes(run.leaves), hexes(run.proof)];
      const top = fromHex(root);
      same(
        verifyRun({ root: hashOf(top), earnedTotal: sumOf(top) }, { deviceCount, first, leaves, proof }),
        false,
        name,
      );
    }
    return ledger.bad_runs.length;
  },

  'registry: leaves, hashes and roots'({ vectors: { registry } }) {
    for (const { index, change, leaf } of registry.devices) {
      same(toHex(registeredChange(registeredDevice(index))), change, `change ${index}`);
      same(toHex(registryLeaf(registeredDevice(index))), leaf, `leaf ${index}`);
    }
    for (const { count, registry_hash, root } of registry.states) {
      const devices = Array.from({ length: count }, (_, i) => registeredDevice(i));
      const tree = new RegistryTree();
      for (const device of devices) tree.append(registryLeaf(device));
      same(toHex(tree.root()), root, `root of ${count}`);
      const hash = devices.map(registeredChange).reduce(nextRegistryHash, new Uint8Array(32));
      same(toHex(hash), registry_hash, `hash of ${count}`);
    }
    return registry.states.length;
  },

  'registry: proofs of devices'({ vectors: { registry } }) {
    for (const { name, count, frontier, device, path, valid } of registry.proofs) {
      const proven = {
        index: device.index,
        keyType: device.key_type,
        deviceKey: fromHex(device.device_key),
        owner: fromHex(device.owner),
        kind: device.kind,
        h3Cell: BigInt(device.h3_cell),
        capacity: device.capacity,
      };
      const levels = Array.from({ length: REGISTRY_DEPTH }, (_, level) =>
        fromHex(frontier[level] ?? '00'.repeat(32)),
      );
      const state = { deviceCount: count, frontier: levels };
      same(verifyDevice({ device: proven, path: hexes(path) }, state), valid, name);
    }
    return registry.proofs.length;
  },

  'epoch messages: bytes'({ vectors }) {
    for (const vector of vectors.epoch_messages) {
      const message: EpochMessage = {
        program: fromHex(vector.program),
        network: fromHex(vector.network),
        birth: BigInt(vector.birth),
        genesisHash: fromHex(vector.genesis_hash),
        committeeVersion: vector.committee_version,
        epoch: BigInt(vector.epoch),
        attempt: vector.attempt,
        ledgerRoot: fromHex(vector.ledger_root),
        earnedTotal: BigInt(vector.earned_total),
        deviceCount: vector.device_count,
        registryHash: fromHex(vector.registry_hash),
        usageRoot: fromHex(vector.usage_root),
        datasetHash: fromHex(vector.dataset_hash),
      };
      same(toHex(encodeEpochMessage(message)), vector.bytes, `epoch ${vector.epoch}`);
      same(toHex(encodeEpochMessage(decodeEpochMessage(fromHex(vector.bytes)))), vector.bytes, 'decoded');
    }
    return vectors.epoch_messages.length;
  },

  'reports: bytes, hash and signatures of both schemes'({ vectors: { reports } }) {
    for (const { bytes, hash, ed25519, p256, ...vector } of reports) {
      const message = encodeReport({
        ...vector,
        network: fromHex(vector.network),
        owner: fromHex(vector.owner),
        sequence: BigInt(vector.sequence),
        value: BigInt(vector.value),
        extra: fromHex(vector.extra),
      });
      same(toHex(message), bytes, 'bytes');
      same(toHex(encodeReport(decodeReport(message))), bytes, 'decoded');
      same(toHex(reportHash(message)), hash, 'hash');
      for (const [keyType, { public_key, signature }] of [ed25519, p256].entries()) {
        const signed = { keyType, publicKey: fromHex(public_key), signature: fromHex(signature) };
        same(verifySignature({ ...signed, message }), true, `signature of scheme ${keyType}`);
        same(verifySignature({ ...signed, message: message.slice(1) }), false, 'of other bytes');
      }
    }
    return reports.length;
  },

  'signatures: the valid ones and no other'({ vectors: { signatures } }) {
    for (const { name, key_type: keyType, public_key, message, signature, valid } of signatures) {
      const [publicKey, text, bytes] = hexes([public_key, message, signature]) as [
        Uint8Array,
        Uint8Array,
        Uint8Array,
      ];
      same(verifySignature({ keyType, publicKey, message: text, signature: bytes }), valid, name);
    }
    return signatures.filter(({ valid }) => !valid).length;
  },

  'signatures: made here'({ vectors: { reports } }) {
    const [{ bytes, hash: seed }] = reports as [Vectors['reports'][number]];
    const message = fromHex(bytes);
    const publicKey = p256PublicKey(fromHex(seed));
    const signature = signP256(message, fromHex(seed));
    same(verifySignature({ keyType: 1, publicKey, message, signature }), true, 'own P-256 signature');
    return [toHex(publicKey), toHex(signEd25519(message, fromHex(seed)))];
  },

  'settle data: bytes, and bytes that are none'({ vectors: { settle_data } }) {
    for (const { bytes } of settle_data.good) {
      same(toHex(encodeSettleData(decodeSettleData(fromHex(bytes)))), bytes, 'settle data');
    }
    return settle_data.bad.map(({ name, bytes, code }) => {
      try {
        decodeSettleData(fromHex(bytes));
      } catch (error) {
        same((error as { code: string }).code, code, name);
        return code;
      }
      throw new Error(`${name}: decoded`);
    });
  },

  'accounts: a network, decoded': ({ networkAccount }) => decodeNetwork(ANY_ADDRESS, fromHex(networkAccount)),

  'instructions: cut_epoch and post_epoch with its signature'({ vectors }) {
    const message = fromHex(vectors.epoch_messages[0]!.bytes);
    const seed = fromHex(vectors.reports[0]!.hash);
    const [key] = vectors.reports.map(({ ed25519 }) => fromHex(ed25519.public_key)) as [Uint8Array];
    const signed = {
      message,
      opening: new Uint8Array(),
      signatures: [{ publicKey: key, signature: signEd25519(message, seed) }],
    };
    const built = [cutEpoch(ANY_ADDRESS), ...postEpoch(ANY_ADDRESS, signed)];
    same(isOnCurve(built[0]!.keys[1]!.pubkey.toBytes()), false, 'the registry’s address is on the curve');
    return built.map(plainInstruction);
  },

  'errors: named after the program that failed'() {
    const { programId } = cutEpoch(ANY_ADDRESS);
    const logs = [`Program ${programId} failed: custom program error: 0x177d`];
    const { code, message } = new TransactionFailed({ InstructionError: [0, { Custom: 6013 }] }, logs);
    return [code, message];
  },

  'oracles: an answer, checked': () =>
    healthSchema.parse({ status: 'ok', oracle: ANY_ADDRESS.toBase58(), time: 1, collecting: null }),
};

/** The result of a check as JSON: bytes as hex, big integers as decimal text. */
export const runCheck = (name: string, given: Given): string =>
  JSON.stringify(checks[name]!(given), (_, value) => {
    if (typeof value === 'bigint') return value.toString();
    return value instanceof Uint8Array ? toHex(value) : value;
  });

// How a page reaches it.
Object.assign(globalThis, { runCheck });
