import { statSync } from 'node:fs';
import { computeUnits, sendAndConfirm, transactionBytes } from '@commonwire/sdk/core';
import { Kind } from '@commonwire/sdk/device';
import {
  challengeEpoch,
  destination,
  type LedgerEntry,
  LedgerTree,
  ledgerLeaves,
  MAX_SEGMENT_LEAVES,
  type NewDevice,
  NO_LIMIT,
  PAGE_SLOTS,
  type ProvenLeaf,
  pageAddress,
  postEpoch,
  type RegisteredDevice,
  registerDevices,
  type SettleData,
  type SettleSegment,
  settle,
  settleWidth,
} from '@commonwire/sdk/network';
import { prebuilt } from '@commonwire/toolchain/prebuilt';
import { type Connection, Keypair, PublicKey, type TransactionInstruction } from '@solana/web3.js';
import { fund, startEmbedded } from '../support/chain';
import { EMISSION, NETWORK, newDevice, plantRegistry, TestNetwork } from '../support/network';
import type { Figure, Suite } from './figures';

/** Devices in the measured ledger, whose tree has depth 20. */
const LEVELS = 20;
const DEVICES = 2 ** LEVELS;
/** Devices before this index each have a separate owner, those from it on share one. */
const FLEET_FIRST = 128;
/** An amount of six bytes, as after years of rewards. */
const EARNED = 2n ** 40n;

/** Measures compute units, bytes and lamports of the network program on the embedded chain. */
export const networkSuite: Suite = async (progress) => {
  const chain = await startEmbedded([NETWORK]);
  const { connection } = chain;
  const max = 2n ** 63n;
  const network = await TestNetwork.create(chain, {
    oracles: 21,
    threshold: 14,
    policy: { deviceEpochCap: max },
    emission: { ...EMISSION, maxSupply: max, epochCap: max },
  });

  progress('registering devices');
  const figures: Figure[] = [size(), ...(await registration(network))];

  progress(`a ledger of ${DEVICES.toLocaleString('en-US')} devices`);
  const { address } = network;
  const owners = Array.from({ length: FLEET_FIRST }, () => Keypair.generate().publicKey);
  const fleetOwner = Keypair.generate().publicKey;
  const entries = ledger(owners, fleetOwner);
  const device = await plantRegistry(network, registeredDevice(DEVICES - 1, fleetOwner), LEVELS);
  const tree = LedgerTree.fromLeaves(ledgerLeaves(entries));

  progress('posting an epoch');
  await network.cut();
  const signed = async (of: LedgerTree) => {
    const message = await network.message([], { ledgerRoot: of.root, earnedTotal: of.earnedTotal });
    return { ...network.sign(message), opening: of.opening(undefined) };
  };
  const posting = await measure(connection, chain.payer, postEpoch(address, await signed(tree)));
  figures.push({ name: 'post_epoch.14of21.bytes', value: posting.bytes, unit: 'bytes' });
  figures.push({ name: 'post_epoch.14of21.cu', value: posting.units, unit: 'compute units' });
  await network.promote();

  progress('challenging an epoch');
  const stolen = entries.with(DEVICES - 1, { ...entries[DEVICES - 1]!, owner: owners[0]!.toBytes() });
  const lie = LedgerTree.fromLeaves(ledgerLeaves(stolen));
  await network.cut();
  await network.send(postEpoch(address, await signed(lie)));
  const leaf = provenLeaf(lie, stolen, DEVICES - 1);
  const before = provenLeaf(tree, entries, DEVICES - 1);
  const challenger = chain.payer.publicKey;
  const challenge = challengeEpoch({ network: address, challenger, leaf, before, device });
  const challenged = await measure(connection, chain.payer, [challenge]);
  figures.push({ name: 'challenge.bytes', value: challenged.bytes, unit: 'bytes' });
  figures.push({ name: 'challenge.cu', value: challenged.units, unit: 'compute units' });

  progress('settling');
  await network.openPage();
  const page = await connection.getBalance(pageAddress({ network: address, number: 0 }));
  figures.push({ name: 'page.lamports_per_device', value: page / PAGE_SLOTS, unit: 'lamports' });
  await network.openAccounts([...owners, fleetOwner]);
  const run = async (first: number, count: number, kind: 'each' | 'fleet' = 'each') => {
    const instruction = settlement(network, entries, tree, { first, count, kind });
    return measure(connection, chain.payer, [instruction]);
  };
  const one = await run(0, 1);
  figures.push({ name: 'settle.1.cu', value: one.units, unit: 'compute units' });
  const many = await run(32, 32);
  figures.push({ name: 'settle.32.cu_per_recipient', value: many.units / 32, unit: 'compute units' });
  figures.push({ name: 'settle.32.bytes', value: many.bytes, unit: 'bytes' });
  const most = await run(64, 57);
  figures.push({ name: 'settle.57.bytes', value: most.bytes, unit: 'bytes' });
  figures.push({ name: 'settle.57.cu_per_recipient', value: most.units / 57, unit: 'compute units' });
  const fleet = await run(FLEET_FIRST, 512, 'fleet');
  figures.push({ name: 'fleet.512.bytes', value: fleet.bytes, unit: 'bytes' });
  figures.push({ name: 'fleet.512.cu_per_device', value: fleet.units / 512, unit: 'compute units' });
  await chain.close();
  return figures;
};

const size = (): Figure => ({
  name: 'program.network.bytes',
  value: statSync(prebuilt(NETWORK.prebuilt)).size,
  unit: 'bytes',
});

/** Registers the largest batch of an owner's devices that fits into one transaction paid by the owner. */
async function registration(network: TestNetwork): Promise<Figure[]> {
  const { connection } = network.chain;
  const owner = await fund(connection, 1);
  const build = (devices: NewDevice[]) =>
    registerDevices({
      network: network.address,
      owner: owner.publicKey,
      kind: Kind.energy,
      devices,
      maxFee: NO_LIMIT,
    });
  const devices: NewDevice[] = [];
  while (transactionBytes(owner.publicKey, [build([...devices, newDevice(Keypair.generate())])]) !== null) {
    devices.push(newDevice(Keypair.generate()));
  }
  const signature = await sendAndConfirm(connection, owner, [build(devices)]);
  const units = await computeUnits(connection, signature);
  return [
    { name: 'register.devices_per_tx', value: devices.length, unit: 'devices' },
    { name: 'register.cu_per_device', value: Math.ceil(units / devices.length), unit: 'compute units' },
  ];
}

/** A device as it was registered. */
const registeredDevice = (index: number, owner: PublicKey): RegisteredDevice => ({
  index,
  keyType: 0,
  deviceKey: new Uint8Array(33).fill(1),
  owner: owner.toBytes(),
  kind: Kind.energy,
  h3Cell: 1n,
  capacity: 6000,
});

const provenLeaf = (tree: LedgerTree, entries: readonly LedgerEntry[], index: number): ProvenLeaf => ({
  index,
  owner: new PublicKey(entries[index]!.owner),
  earned: entries[index]!.earned,
  proof: tree.proveRun(index, 1),
});

/** The first devices belong to `owners` in order, the others to `last`. */
function ledger(owners: readonly PublicKey[], last: PublicKey): LedgerEntry[] {
  const other = last.toBytes();
  return Array.from({ length: DEVICES }, (_, index) => ({
    owner: owners[index]?.toBytes() ?? other,
    earned: EARNED + BigInt(index),
  }));
}

function settlement(
  { address, mint }: TestNetwork,
  entries: readonly LedgerEntry[],
  tree: LedgerTree,
  { first, count, kind }: { first: number; count: number; kind: 'each' | 'fleet' },
): TransactionInstruction {
  const paid = entries.slice(first, first + count);
  if (kind === 'fleet') {
    const { address: account, bump } = destination({ owner: new PublicKey(paid[0]!.owner), mint });
    const earned = paid.map((entry) => entry.earned);
    const segments: SettleSegment[] = [];
    for (let at = 0; at < count; at += MAX_SEGMENT_LEAVES)
      segments.push({ kind, bump, earned: earned.slice(at, at + MAX_SEGMENT_LEAVES) });
    const proof = tree.proveRun(first, count);
    const data = { first, width: settleWidth(segments), segments, proof };
    return settle({ network: address, mint, data, destinations: segments.map(() => account) });
  }
  const accounts = paid.map(({ owner }) => destination({ owner: new PublicKey(owner), mint }));
  const leaves = paid.map(({ earned }, i) => ({ bump: accounts[i]!.bump, earned }));
  const segments: SettleSegment[] = [{ kind: 'each', leaves }];
  const data: SettleData = {
    first,
    width: settleWidth(segments),
    segments,
    proof: tree.proveRun(first, count),
  };
  return settle({ network: address, mint, data, destinations: accounts.map((account) => account.address) });
}

async function measure(connection: Connection, payer: Keypair, instructions: TransactionInstruction[]) {
  const bytes = transactionBytes(payer.publicKey, instructions);
  if (bytes === null) throw new Error('what is measured is too large for a transaction');
  const signature = await sendAndConfirm(connection, payer, instructions);
  return { units: await computeUnits(connection, signature), bytes };
}
