import { randomBytes } from 'node:crypto';
import { KeyType, p256PublicKey } from '@commonwire/sdk/core';
import { Kind } from '@commonwire/sdk/device';
import {
  NO_LIMIT,
  RegistryTree,
  registerDevices,
  registrationFee,
  registryAddress,
  registryLeaf,
  setPolicy,
} from '@commonwire/sdk/network';
import { Keypair, type PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import {
  expectError,
  fund,
  MISSING_SIGNATURE,
  NO_ACCOUNT,
  SAME_ACCOUNT_TWICE,
  TOO_FEW_LAMPORTS,
  WRONG_ADDRESS,
} from '../support/chain';
import {
  accountOf,
  allChanges,
  networkChain,
  newDevice,
  POLICY,
  replayed,
  TestNetwork,
} from '../support/network';

describe('register_devices', () => {
  let network: TestNetwork;
  let owner: Keypair;

  before(async () => {
    network = await TestNetwork.create(await networkChain(), {
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
        maxFee: NO_LIMIT,
        ...changes,
      }),
      [owner],
    );

  it('gives a batch consecutive indices, and tree and running hash can be replayed from instruction data', async () => {
    const fresh = await TestNetwork.create(network.chain, {
      policy: { maxCapacity: [0, 10_000, 0, 4, 0, 0, 0, 0] },
    });
    const send = (kind: number, keyType: KeyType, batch: ReturnType<typeof devices>) =>
      fresh.send(
        registerDevices({
          network: fresh.address,
          owner: owner.publicKey,
          kind,
          keyType,
          devices: batch,
          maxFee: NO_LIMIT,
        }),
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

    const tree = new RegistryTree();
    const changes = await allChanges(fresh);
    for (const device of changes.flatMap((change) => (change.kind === 'registered' ? change.devices : []))) {
      expect(device.index).to.equal(tree.count);
      expect(device.owner).to.deep.equal(owner.publicKey.toBytes());
      tree.append(registryLeaf(device));
    }
    const registry = await fresh.registry();
    expect(tree.count).to.equal(19);
    expect(registry.deviceCount).to.equal(19);
    expect(registry.hash).to.deep.equal(replayed(changes));
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
      maxFee: NO_LIMIT,
    });
    // The devices follow discriminator, kind, key type, the greatest fee and a length of four bytes.
    whole.data = Buffer.concat([
      whole.data.subarray(0, 11),
      Buffer.from([87, 0, 0, 0]),
      whole.data.subarray(15, 15 + 87),
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
      maxFee: NO_LIMIT,
    });
    unknown.data[2] = 2;
    await expectError(network.send(unknown, [owner]), 'bad-device-key');
  });

  it('error: the owner does not sign', async () => {
    const instruction = network.registration(owner, devices(1));
    accountOf(instruction, 'owner').isSigner = false;
    await expectError(network.send(instruction), MISSING_SIGNATURE);
  });

  it('error: the registry of another network', async () => {
    const other = await TestNetwork.create(network.chain);
    const before = await other.registry();
    const instruction = network.registration(owner, devices(1));
    accountOf(instruction, 'registry').pubkey = registryAddress(other.address);
    await expectError(network.send(instruction, [owner]), 'wrong-registry');
    expect(await other.registry()).to.deep.equal(before);
  });

  it('error: an account of another type, a foreign event authority', async () => {
    for (const [name, pubkey, code] of [
      ['network', registryAddress(network.address), SAME_ACCOUNT_TWICE],
      ['registry', network.address, SAME_ACCOUNT_TWICE],
      ['registry', network.mint, NO_ACCOUNT],
      ['eventAuthority', owner.publicKey, WRONG_ADDRESS],
    ] as const) {
      const instruction = network.registration(owner, devices(1));
      accountOf(instruction, name).pubkey = pubkey;
      await expectError(network.send(instruction, [owner]), code);
    }
  });

  describe('costs', () => {
    const NO_FEES = { deviceFee: 0n, capacityFee: [0, 0, 0, 0, 0, 0, 0, 0] };
    const MOST = 2 ** 32 - 1;
    const balance = async (of: PublicKey) => BigInt(await network.chain.connection.getBalance(of));
    const priced = (policy: object) =>
      TestNetwork.create(network.chain, { policy: { ...NO_FEES, ...policy } as Partial<typeof POLICY> });
    /** Lamports by which the registry grew, and the owner's and the payer's wallets shrank. */
    const cost = async (on: TestNetwork, payer: Keypair, batch: ReturnType<typeof devices>, kind = 1) => {
      const wallets = [registryAddress(on.address), owner.publicKey, payer.publicKey];
      const before = await Promise.all(wallets.map(balance));
      const args = {
        network: on.address,
        owner: owner.publicKey,
        payer: payer.publicKey,
        kind,
        devices: batch,
        maxFee: NO_LIMIT,
      };
      await on.send(registerDevices(args), payer === on.chain.payer ? [owner] : [owner, payer]);
      const after = await Promise.all(wallets.map(balance));
      return {
        registry: after[0]! - before[0]!,
        owner: before[1]! - after[1]!,
        payer: before[2]! - after[2]!,
      };
    };

    it('each device its fee and that of its capacity, from the payer into the registry, to the lamport', async () => {
      const on = await priced({ deviceFee: 1_000n, capacityFee: [0, 2, 0, 0, 0, 0, 0, 0] });
      const payer = await fund(on.chain.connection, 1);
      const batch = [6000, 1, 4321].map((capacity) => ({ ...newDevice(Keypair.generate()), capacity }));
      const fee = 3n * 1_000n + 2n * (6000n + 1n + 4321n);
      const { policy } = await on.account();
      const quoted = batch.reduce(
        (sum, { capacity }) => sum + registrationFee(policy, { kind: 1, capacity }),
        0n,
      );
      expect(quoted).to.equal(fee);
      expect(await cost(on, payer, batch)).to.deep.equal({ registry: fee, owner: 0n, payer: fee });
      expect(await cost(on, owner, batch)).to.deep.equal({ registry: fee, owner: fee, payer: fee });
    });

    it('nothing where the policy asks for nothing, and by the policy of the moment', async () => {
      const on = await priced({});
      const payer = await fund(on.chain.connection, 1);
      expect(await cost(on, payer, devices(2))).to.deep.equal({ registry: 0n, owner: 0n, payer: 0n });
      const { address, authority } = on;
      const policy = { ...POLICY, ...NO_FEES, deviceFee: 7n };
      await on.send(setPolicy({ network: address, authority: authority.publicKey, policy }), [authority]);
      expect(await cost(on, payer, devices(2))).to.deep.equal({ registry: 14n, owner: 0n, payer: 14n });
    });

    it('by the kind of the device', async () => {
      const on = await priced({
        maxCapacity: [0, 10_000, 0, 4, 0, 0, 0, 0],
        capacityFee: [9, 2, 9, 1_000, 9, 9, 9, 9],
      });
      const payer = await fund(on.chain.connection, 1);
      const bays = [{ ...newDevice(Keypair.generate()), capacity: 4 }];
      expect((await cost(on, payer, bays, Kind.parking)).registry).to.equal(4_000n);
    });

    it('error: more than the registration may cost, to the lamport, whatever the policy became meanwhile', async () => {
      const on = await priced({ deviceFee: 1_000n, capacityFee: [0, 2, 0, 0, 0, 0, 0, 0] });
      const payer = await fund(on.chain.connection, 1);
      const batch = devices(3);
      const fee = 3n * (1_000n + 2n * 6_000n);
      const args = { network: on.address, owner: owner.publicKey, payer: payer.publicKey, kind: 1 };
      const register = (maxFee: bigint) =>
        on.send(registerDevices({ ...args, devices: batch, maxFee }), [owner, payer]);
      const before = await on.registry();
      for (const least of [0n, fee - 1n]) await expectError(register(least), 'fee-above-maximum');
      const { address, authority } = on;
      const dearer = { ...(await on.account()).policy, deviceFee: 1_001n };
      await on.send(setPolicy({ network: address, authority: authority.publicKey, policy: dearer }), [
        authority,
      ]);
      await expectError(register(fee), 'fee-above-maximum');
      expect(await on.registry()).to.deep.equal(before);
      expect(await balance(payer.publicKey)).to.equal(1_000_000_000n);
      await register(fee + 3n);
      expect((await on.registry()).deviceCount).to.equal(3);
    });

    it('error: a payer who has too little, and nothing is registered', async () => {
      const on = await priced({ deviceFee: 2_000_000_000n });
      const payer = await fund(on.chain.connection, 1);
      const before = await on.registry();
      await expectError(cost(on, payer, devices(1)), TOO_FEW_LAMPORTS);
      expect(await on.registry()).to.deep.equal(before);
    });

    it('error: a sum that overflows, of one device or of a batch', async () => {
      const dear = await priced({ deviceFee: 2n ** 64n - 1n, capacityFee: [0, 1, 0, 0, 0, 0, 0, 0] });
      await expectError(cost(dear, owner, devices(1)), 'overflow');
      const half = await priced({ deviceFee: 2n ** 63n });
      await expectError(cost(half, owner, devices(2)), 'overflow');
      const wide = await priced({
        deviceFee: 2n ** 64n - 1n,
        maxCapacity: [0, MOST, 0, 0, 0, 0, 0, 0],
        capacityFee: [0, MOST, 0, 0, 0, 0, 0, 0],
      });
      await expectError(cost(wide, owner, devices(1, { capacity: MOST })), 'overflow');
    });

    it('error: the payer does not sign', async () => {
      const payer = await fund(network.chain.connection, 1);
      const args = { network: network.address, owner: owner.publicKey, payer: payer.publicKey, kind: 1 };
      const instruction = registerDevices({ ...args, devices: devices(1), maxFee: NO_LIMIT });
      accountOf(instruction, 'payer').isSigner = false;
      await expectError(network.send(instruction, [owner]), MISSING_SIGNATURE);
    });
  });
});
