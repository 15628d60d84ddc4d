import { Kind } from '@commonwire/sdk/device';
import {
  fetchNetwork,
  NO_LIMIT,
  registerDevices,
  registrationFee,
  registryAddress,
  setPolicy,
  withdrawFees,
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
  WRONG_OWNER,
} from '../support/chain';
import { accountOf, GuardedNetwork, newDevice, type TestNetwork } from '../support/network';

/** 1,000 for a device and 2 for each of its 6,000 W. */
const FEE = 13_000n;

describe('registration fees and withdraw_fees', () => {
  let guarded: GuardedNetwork;
  let test: TestNetwork;

  beforeEach(async () => {
    // Two devices are registered by this.
    guarded = await GuardedNetwork.create();
    test = guarded.test;
  });

  const lamports = async (address: PublicKey) =>
    BigInt(await test.chain.connection.getBalance(address, 'confirmed'));
  const registryLamports = () => lamports(registryAddress(test.address));
  const build = (recipient: PublicKey, authority = test.authority) =>
    withdrawFees({ network: test.address, authority: authority.publicKey, recipient });
  const withdraw = (recipient: PublicKey, authority = test.authority) =>
    test.send(build(recipient, authority), [authority]);
  /** Somebody whose account exists, so that what they get is what was sent. */
  const somebody = async () => (await fund(test.chain.connection, 1)).publicKey;
  const LAMPORTS = 1_000_000_000n;

  it('costs the payer what the policy says, by device and capacity, and the registry keeps it', async () => {
    const { connection } = test.chain;
    const payer = await fund(connection, 1);
    const { policy } = await fetchNetwork(connection, test.address);
    const capacities = [1, 6_000, 10_000_000];
    const fee = capacities.reduce(
      (sum, capacity) => sum + registrationFee(policy, { kind: Kind.energy, capacity }),
      0n,
    );
    expect(fee).to.equal(3_000n + 2n * 10_006_001n);
    const before = [await registryLamports(), await lamports(payer.publicKey)] as const;
    const instruction = registerDevices({
      network: test.address,
      owner: guarded.owner.publicKey,
      payer: payer.publicKey,
      kind: Kind.energy,
      devices: capacities.map((capacity) => ({ ...newDevice(Keypair.generate()), capacity })),
      maxFee: fee,
    });
    await test.send(instruction, [guarded.owner, payer]);
    expect(await registryLamports()).to.equal(before[0] + fee);
    expect(await lamports(payer.publicKey)).to.equal(before[1] - fee);
  });

  it('error: a payer who has less than the fee registers nothing', async () => {
    const payer = await fund(test.chain.connection, 0.001);
    const instruction = registerDevices({
      network: test.address,
      owner: guarded.owner.publicKey,
      payer: payer.publicKey,
      kind: Kind.energy,
      // 1,000,001 lamports and the fee of a device.
      devices: [{ ...newDevice(Keypair.generate()), capacity: 500_001 }],
      maxFee: NO_LIMIT,
    });
    const before = await registryLamports();
    await expectError(test.send(instruction, [guarded.owner, payer]), TOO_FEW_LAMPORTS);
    expect((await test.registry()).deviceCount).to.equal(2);
    expect(await registryLamports()).to.equal(before);
  });

  it('error: a fee beyond what a u64 holds', async () => {
    const dear = await GuardedNetwork.create({
      policy: { deviceFee: 0n, capacityFee: [0, 0, 0, 0, 0, 0, 0, 0] },
    });
    const { test: network, owner } = dear;
    expect((await network.registry()).deviceCount, 'a policy may ask for nothing').to.equal(2);
    const { policy } = await network.account();
    const { authority, address } = network;
    await network.send(
      setPolicy({
        network: address,
        authority: authority.publicKey,
        policy: { ...policy, deviceFee: 2n ** 64n - 1n },
      }),
      [authority],
    );
    const devices = [newDevice(Keypair.generate()), newDevice(Keypair.generate())];
    await expectError(network.send(network.registration(owner, devices), [owner]), 'overflow');
  });

  it('pays all fees out to whom the authority names, and leaves the rent', async () => {
    const recipient = await somebody();
    const before = await registryLamports();
    await withdraw(recipient);
    expect(await lamports(recipient)).to.equal(LAMPORTS + 2n * FEE);
    expect(await registryLamports()).to.equal(before - 2n * FEE);

    await expectError(withdraw(recipient), 'no-fees');
    await test.register([guarded.owner]);
    await withdraw(recipient);
    expect(await lamports(recipient)).to.equal(LAMPORTS + 3n * FEE);
  });

  it('pays the authority itself', async () => {
    const before = await lamports(test.authority.publicKey);
    await withdraw(test.authority.publicKey);
    expect(await lamports(test.authority.publicKey)).to.equal(before + 2n * FEE);
  });

  it('works while the network is paused', async () => {
    await guarded.pause();
    await withdraw(await somebody());
  });

  it('error: nothing but the rent is there', async () => {
    await withdraw(await somebody());
    await expectError(withdraw(await somebody()), 'no-fees');
  });

  it('error: the registry gets its own fees', async () => {
    const before = await registryLamports();
    await expectError(withdraw(registryAddress(test.address)), SAME_ACCOUNT_TWICE);
    expect(await registryLamports()).to.equal(before);
  });

  it('error: the guardian, a stranger, or nobody signs', async () => {
    const before = await registryLamports();
    for (const signer of [guarded.guardian, guarded.owner]) {
      await expectError(withdraw(signer.publicKey, signer), 'not-authority');
    }
    const unsigned = build(guarded.owner.publicKey);
    accountOf(unsigned, 'authority').isSigner = false;
    await expectError(test.send(unsigned), MISSING_SIGNATURE);
    expect(await registryLamports()).to.equal(before);
  });

  it('error: the registry of another network, or the network of another registry', async () => {
    const other = await GuardedNetwork.create();
    const theirs = registryAddress(other.test.address);
    const before = await lamports(theirs);
    for (const [changes, code] of [
      [{ registry: theirs }, 'wrong-registry'],
      [{ network: other.test.address }, 'not-authority'],
      [{ network: other.test.address, registry: theirs }, 'not-authority'],
      [{ network: test.mint }, WRONG_OWNER],
      [{ registry: test.address }, SAME_ACCOUNT_TWICE],
      [{ registry: test.mint }, NO_ACCOUNT],
    ] as const) {
      const instruction = build(guarded.owner.publicKey);
      for (const [name, pubkey] of Object.entries(changes))
        accountOf(instruction, name as keyof typeof changes).pubkey = pubkey;
      await expectError(test.send(instruction, [test.authority]), code);
    }
    expect(await lamports(theirs)).to.equal(before);
  });
});
