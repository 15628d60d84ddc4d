import { randomBytes } from 'node:crypto';
import {
  applyChange,
  FIRST_REGISTRY_HASH,
  KeyType,
  Kind,
  p256PublicKey,
  RegistryTree,
  readRegistryChanges,
  registerDevices,
  registryAddress,
  registryLeaf,
} from '@commonwire/sdk';
import { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import { fund, testChain } from '../support/chain';
import { expectError } from '../support/expect-error';
import { newDevice, TestNetwork } from '../support/test-network';

describe('register_devices', () => {
  let network: TestNetwork;
  let owner: Keypair;

  before(async () => {
    network = await TestNetwork.create(await testChain(), {
      policy: { maxCapacity: [0, 10_000, 0, 4, 0, 0, 0, 0] },
    });
    owner = await fund(network.chain.connection, 10);
  });

  const devices = (count: number, changes: object = {}) =>
    Array.from({ length: count }, () => ({ ...newDevice(Keypair.generate()), ...changes }));
  const register = (batch: Parameters<typeof registerDevices>[0]['devices'], changes: object = {}) =>
    network.send(
      registerDevices({
        network: network.address,
        owner: owner.publicKey,
        kind: Kind.energy,
        devices: batch,
        ...changes,
      }),
      [owner],
    );

  it('gives a batch consecutive indices, and tree and running hash can be replayed from instruction data', async () => {
    const { connection } = network.chain;
    const fresh = await TestNetwork.create(network.chain, {
      policy: { maxCapacity: [0, 10_000, 0, 4, 0, 0, 0, 0] },
    });
    const send = (kind: number, keyType: KeyType, batch: ReturnType<typeof devices>) =>
      fresh.send(
        registerDevices({ network: fresh.address, owner: owner.publicKey, kind, keyType, devices: batch }),
        [owner],
      );
    const p256 = Array.from({ length: 3 }, () => p256PublicKey(randomBytes(32)));
    await send(Kind.energy, KeyType.ed25519, devices(1));
    await send(Kind.energy, KeyType.ed25519, devices(15));
    await send(
      Kind.parking,
      KeyType.p256,
      p256.map((publicKey) => ({ publicKey, h3Cell: 5n, capacity: 4 })),
    );

    const signatures = await connection.getSignaturesForAddress(
      registryAddress(fresh.address),
      {},
      'confirmed',
    );
    const tree = new RegistryTree();
    let hash: Uint8Array = FIRST_REGISTRY_HASH;
    for (const { signature } of signatures.reverse()) {
      const response = await connection.getTransaction(signature, {
        commitment: 'confirmed',
        maxSupportedTransactionVersion: 0,
      });
      for (const change of readRegistryChanges(response!, fresh.address)) {
        hash = applyChange(hash, change);
        for (const device of change.kind === 'registered' ? change.devices : []) {
          expect(device.index).to.equal(tree.count);
          expect(device.owner).to.deep.equal(owner.publicKey.toBytes());
          tree.append(registryLeaf(device));
        }
      }
    }
    const registry = await fresh.registry();
    expect(tree.count).to.equal(19);
    expect(registry.deviceCount).to.equal(19);
    expect(registry.hash).to.deep.equal(hash);
    expect(new RegistryTree(registry.deviceCount, registry.frontier).root()).to.deep.equal(tree.root());
  });

  it('takes the same device twice: the key that signs decides which index is active', async () => {
    const [device] = devices(1);
    const { deviceCount } = await network.registry();
    await register([device!]);
    await register([device!]);
    expect((await network.registry()).deviceCount).to.equal(deviceCount + 2);
  });

  it('admits a capacity up to the policy bound and none above or zero', async () => {
    await register(devices(1, { capacity: 10_000 }));
    await expectError(register(devices(1, { capacity: 10_001 })), 'capacity-out-of-bounds');
    await expectError(register(devices(1, { capacity: 0 })), 'capacity-out-of-bounds');
  });

  it('error: one bad device spoils its batch, and nothing is registered', async () => {
    const before = await network.registry();
    await expectError(register([...devices(3), ...devices(1, { capacity: 0 })]), 'capacity-out-of-bounds');
    expect(await network.registry()).to.deep.equal(before);
  });

  it('error: a kind that the policy does not admit, or that does not exist', async () => {
    for (const kind of [0, Kind.bandwidth, 8, 255]) {
      await expectError(register(devices(1), { kind }), 'kind-not-admitted');
    }
  });

  it('error: an empty batch, or one that ends within a device', async () => {
    await expectError(register([]), 'bad-batch');
    const whole = registerDevices({
      network: network.address,
      owner: owner.publicKey,
      kind: 1,
      devices: devices(2),
    });
    // The devices follow discriminator, kind, key type and a length of four bytes.
    whole.data = Buffer.concat([
      whole.data.subarray(0, 3),
      Buffer.from([87, 0, 0, 0]),
      whole.data.subarray(7, 7 + 87),
    ]);
    await expectError(network.send(whole, [owner]), 'bad-batch');
  });

  it('error: keys that are not of their type', async () => {
    await expectError(register(devices(1, { publicKey: new Uint8Array(32) })), 'bad-device-key');
    const uncompressed = new Uint8Array(33).fill(4);
    await expectError(
      register(devices(1, { publicKey: uncompressed }), { keyType: KeyType.p256 }),
      'bad-device-key',
    );
    const unknown = registerDevices({
      network: network.address,
      owner: owner.publicKey,
      kind: 1,
      devices: devices(1),
    });
    unknown.data[2] = 2;
    await expectError(network.send(unknown, [owner]), 'bad-device-key');
  });

  it('error: the owner does not sign', async () => {
    const instruction = network.registration(owner, devices(1));
    instruction.keys[0]!.isSigner = false;
    await expectError(network.send(instruction), /signature|signer/i);
  });

  it('error: the registry of another network', async () => {
    const other = await TestNetwork.create(network.chain);
    const before = await other.registry();
    const instruction = network.registration(owner, devices(1));
    instruction.keys[3]!.pubkey = registryAddress(other.address);
    await expectError(network.send(instruction, [owner]), 'wrong-registry');
    expect(await other.registry()).to.deep.equal(before);
  });

  it('error: an account of another type, a foreign event authority', async () => {
    for (const [at, pubkey] of [
      [2, registryAddress(network.address)],
      [3, network.address],
      [3, network.mint],
      [5, owner.publicKey],
    ] as const) {
      const instruction = network.registration(owner, devices(1));
      instruction.keys[at]!.pubkey = pubkey;
      await expectError(network.send(instruction, [owner]), /./);
    }
  });
});
