import {
  FIRST_REGISTRY_HASH,
  HOLE,
  hashOf,
  LedgerTree,
  ledgerDepth,
  ledgerLeaf,
  ledgerLeaves,
  ledgerNode,
  nextRegistryHash,
  nodeOf,
  parentNode,
  proveDevice,
  type RegisteredDevice,
  type RegistryProof,
  RegistryTree,
  type Run,
  registeredChange,
  registryHashAfter,
  registryLeaf,
  retiredChange,
  sumOf,
  transferredChange,
} from '@commonwire/sdk/network';
import { derived, derivedU64 } from './seeds';

/** The devices of every ledger in the vectors. */
export const ledgerEntries = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    owner: derived(`owner ${i}`),
    earned: derivedU64(`earned ${i}`) >> 24n,
  }));

/** The devices of every registry in the vectors. Their keys are invalid, which doesn't matter to tree and hash. */
export function registeredDevice(index: number): RegisteredDevice {
  const keyType = index % 2;
  const deviceKey = new Uint8Array(33);
  deviceKey.set(derived(`device ${index}`), keyType);
  if (keyType === 1) deviceKey[0] = 2;
  return {
    ...{ index, keyType, deviceKey },
    owner: derived(`owner ${index}`),
    kind: 1 + (index % 4),
    h3Cell: derivedU64(`cell ${index}`),
    capacity: 1000 * (index + 1),
  };
}

const RUNS: Record<number, [first: number, count: number][]> = {
  0: [],
  1: [[0, 1]],
  2: [[0, 1], [1, 1], [0, 2]],
  3: [[0, 1], [2, 1], [1, 2], [0, 3]],
  5: [[0, 1], [4, 1], [1, 3], [3, 2], [0, 5]],
  8: [[7, 1], [1, 6], [0, 8], [4, 4]],
  13: [[12, 1], [3, 5], [5, 8], [0, 13], [6, 1]],
  1024: [[0, 1], [1023, 1], [0, 32], [31, 33], [511, 2], [0, 1024]],
  1025: [[1024, 1], [1023, 2], [992, 32], [1, 1024], [700, 56]],
}; // biome-ignore format: a run is easier to see on one line

function trees() {
  return Object.entries(RUNS).map(([devices, runs]) => {
    const deviceCount = Number(devices);
    const tree = LedgerTree.fromLeaves(ledgerLeaves(ledgerEntries(deviceCount)));
    return {
      deviceCount,
      depth: ledgerDepth(deviceCount),
      root: nodeOf(tree.earnedTotal, tree.root),
      runs: runs.map(([first, count]) => ({ first, count, proof: tree.proveRun(first, count) })),
    };
  });
}

/** Runs that lead to an error or to a different root, all derived from a valid one: leaves 3 to 7 of 13. */
function badRuns() {
  const entries = ledgerEntries(13);
  const tree = LedgerTree.fromLeaves(ledgerLeaves(entries));
  const leaves = (first: number, count: number) =>
    Array.from({ length: count }, (_, i) => tree.leaf(first + i));
  const proof = tree.proveRun(3, 5);
  const good: Run = { deviceCount: 13, first: 3, leaves: leaves(3, 5), proof };
  const entry = entries[3] as (typeof entries)[number];
  const replaced = (leaf: Uint8Array) => [leaf, ...leaves(4, 4)];
  const bad: Record<string, Partial<Run>> = {
    'one hash too many': { proof: [...proof, HOLE] },
    'one hash too few': { proof: proof.slice(0, -1) },
    'no proof': { proof: [] },
    'two hashes exchanged': { proof: [proof[1], proof[0], ...proof.slice(2)] as Uint8Array[] },
    'next index': { first: 4 },
    'previous index': { first: 2 },
    'index of the same parity': { first: 5 },
    'one leaf too few': { leaves: leaves(3, 4) },
    'one leaf too many': { leaves: leaves(3, 6) },
    'no leaf': { leaves: [] },
    'two leaves exchanged': { leaves: [tree.leaf(4), tree.leaf(3), ...leaves(5, 3)] },
    'hole as the first leaf': { leaves: replaced(HOLE) },
    'hole beyond the last device': {
      first: 12,
      leaves: [tree.leaf(12), HOLE],
      proof: tree.proveRun(12, 1).slice(1),
    },
    'index beyond the last device': { first: 13, leaves: [HOLE], proof: tree.proveRun(12, 1) },
    'end beyond u32': { first: 0xffff_ffff, leaves: leaves(3, 5) },
    'altered amount': {
      leaves: replaced(ledgerNode({ index: 3, owner: entry.owner, earned: entry.earned + 1n })),
    },
    'altered owner': {
      leaves: replaced(ledgerNode({ index: 3, owner: derived('thief'), earned: entry.earned })),
    },
    'altered sum of a leaf': {
      leaves: replaced(nodeOf(entry.earned + 1n, ledgerLeaf({ index: 3, ...entry }))),
    },
    'altered sum of a sibling': {
      proof: [nodeOf(sumOf(proof[0]!) + 1n, hashOf(proof[0]!)), ...proof.slice(1)],
    },
    'sums exchanged': { leaves: exchangedSums(leaves(3, 5)) },
    'sum beyond u64': { proof: [nodeOf(2n ** 64n - 1n, hashOf(proof[0]!)), ...proof.slice(1)] },
    'leaf of another index': { leaves: replaced(ledgerNode({ index: 2, ...entry })) },
    'inner node as leaf': {
      first: 1,
      leaves: [parentNode(tree.leaf(2), tree.leaf(3))],
      proof: tree.proveRun(2, 2),
    },
    'fewer devices': { deviceCount: 8 },
    'more devices': { deviceCount: 17 },
  };
  return Object.entries(bad).map(([name, change]) => ({
    name,
    root: nodeOf(tree.earnedTotal, tree.root),
    ...good,
    ...change,
  }));
}

/** Returns the nodes with the sums of the first two exchanged. */
const exchangedSums = ([a, b, ...rest]: Uint8Array[]): Uint8Array[] => [
  nodeOf(sumOf(b!), hashOf(a!)),
  nodeOf(sumOf(a!), hashOf(b!)),
  ...rest,
];

/** Ledgers' leaves, trees with proofs, and bad runs. */
export function ledgerVectors() {
  const extremes = [
    { index: 0, owner: new Uint8Array(32), earned: 0n },
    { index: 0xffff_ffff, owner: new Uint8Array(32).fill(0xff), earned: 2n ** 64n - 1n },
  ];
  const ruled = ledgerEntries(3).map((entry, index) => ({ index, ...entry }));
  return {
    rule: 'owner i = H("commonwire owner i"), earned i = first 8 bytes of H("commonwire earned i"), little-endian, without the lowest 24 bits; nodes: sum u64, hash',
    leaves: [...ruled, ...extremes].map((fields) => ({ ...fields, leaf: ledgerLeaf(fields) })),
    trees: trees(),
    badRuns: badRuns(),
  };
}

/** Changes of owner with their bytes and the running hash after each, starting from the empty registry's. */
function ownerChanges() {
  const most = 2n ** 64n - 1n;
  const changes = [
    { kind: 'transferred' as const, change: { index: 0, owner: derived('owner 1'), effectiveEpoch: 3n } },
    { kind: 'retired' as const, change: { index: 7, effectiveEpoch: 42n } },
    {
      kind: 'transferred' as const,
      change: { index: 0xffff_ffff, owner: new Uint8Array(32).fill(0xff), effectiveEpoch: most },
    },
    { kind: 'retired' as const, change: { index: 0xffff_ffff, effectiveEpoch: most } },
    { kind: 'transferred' as const, change: { index: 1, owner: new Uint8Array(32), effectiveEpoch: 0n } },
  ];
  let registryHash = FIRST_REGISTRY_HASH;
  return changes.map((entry) => {
    registryHash = registryHashAfter(registryHash, entry);
    const change = entry.kind === 'retired' ? retiredChange(entry.change) : transferredChange(entry.change);
    return { kind: entry.kind, ...entry.change, change, registryHash };
  });
}

/** The registry of so many devices. */
function registryOf(count: number) {
  const tree = new RegistryTree();
  for (let i = 0; i < count; i++) tree.append(registryLeaf(registeredDevice(i)));
  return { count, frontier: tree.frontier };
}

/** Devices of registries of these sizes, each in another subtree of the frontier. */
const PROVEN: Record<number, number[]> = {
  1: [0],
  2: [0, 1],
  3: [1, 2],
  7: [0, 3, 4, 6],
  8: [7],
  13: [0, 7, 8, 9, 12],
  100: [0, 63, 64, 95, 97, 99],
};

/** Leaves proven against frontiers: all that are right, and what is wrong about the tenth device of 13. */
function registryProofs() {
  const devicesOf = (count: number) => Array.from({ length: count }, (_, i) => registeredDevice(i));
  const good = Object.entries(PROVEN).flatMap(([devices, indices]) => {
    const registry = registryOf(Number(devices));
    return indices.map((index) => ({
      name: `device ${index} of ${devices}`,
      ...registry,
      ...proveDevice(devicesOf(registry.count), index),
      valid: true,
    }));
  });
  const registry = registryOf(13);
  const { device, path } = proveDevice(devicesOf(13), 9);
  const [first, second] = path as [Uint8Array, Uint8Array];
  const bad: Record<string, Partial<RegistryProof & ReturnType<typeof registryOf>>> = {
    'a path that is too short': { path: [first] },
    'no path': { path: [] },
    'a path that is too long': { path: [first, second, derived('sibling')] },
    'a path as long as the tree is deep': { path: Array<Uint8Array>(24).fill(first) },
    'two hashes exchanged': { path: [second, first] },
    'another sibling': { path: [derived('sibling'), second] },
    'another owner': { device: { ...device, owner: derived('thief') } },
    'another key': { device: { ...device, deviceKey: registeredDevice(11).deviceKey } },
    'another capacity': { device: { ...device, capacity: device.capacity + 1 } },
    'the next index': { device: { ...device, index: 10 } },
    'the same place of another subtree': { device: { ...device, index: 1 } },
    'an index beyond the devices': { device: { ...device, index: 13 } },
    'the path of another subtree': { path: proveDevice(devicesOf(13), 1).path },
    'a subtree that was merged into a greater one': registryOf(16),
    'no devices': registryOf(0),
    'the frontier of other devices': { frontier: registryOf(12).frontier.with(2, derived('frontier')) },
  };
  const wrong = Object.entries(bad).map(([name, change]) => ({
    name,
    ...registry,
    device,
    path,
    ...change,
    valid: false,
  }));
  return [...good, ...wrong].map(({ device: of, ...proof }) => ({
    ...proof,
    device: of,
    leaf: registryLeaf(of),
  }));
}

/** Devices with leaf and change bytes, and the registry after different numbers of them. */
export function registryVectors() {
  const tree = new RegistryTree();
  let registryHash = FIRST_REGISTRY_HASH;
  const states = [];
  for (let count = 0; count <= 100; count++) {
    if ([0, 1, 2, 3, 5, 100].includes(count)) {
      states.push({ count, registryHash, frontier: tree.frontier, root: tree.root() });
    }
    const device = registeredDevice(count);
    tree.append(registryLeaf(device));
    registryHash = nextRegistryHash(registryHash, registeredChange(device));
  }
  const devices = Array.from({ length: 5 }, (_, i) => registeredDevice(i));
  return {
    rule:
      'device i: key_type i mod 2, key = H("commonwire device i") and 0, or 2 and that; owner as in ledgers; ' +
      'kind 1 + i mod 4; h3_cell = first 8 bytes of H("commonwire cell i"), little-endian; capacity 1000 (i + 1)',
    devices: devices.map((device) => ({
      ...device,
      change: registeredChange(device),
      leaf: registryLeaf(device),
    })),
    states,
    ownerChanges: ownerChanges(),
    proofs: registryProofs(),
  };
}
