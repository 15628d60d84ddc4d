import {
  destination,
  fetchOwnerRecord,
  ownerRecordAddress,
  type ProvenLeaf,
  registryAddress,
  retireDevice,
  settle,
  transferDevice,
} from '@commonwire/sdk/network';
import { Keypair, type PublicKey, SystemProgram } from '@solana/web3.js';
import { expect } from 'chai';
import {
  expectError,
  MISSING_ACCOUNT,
  MISSING_SIGNATURE,
  NOT_EXECUTABLE,
  WRONG_ADDRESS,
} from '../support/chain';
import {
  accountOf,
  allChanges,
  changesOf,
  HandoverNetwork,
  networkChain,
  newDevice,
  replayed,
  type TestNetwork,
} from '../support/network';

describe('retire_device', () => {
  let hand: HandoverNetwork;
  let network: TestNetwork;

  beforeEach(async () => {
    hand = await HandoverNetwork.create(await networkChain());
    network = hand.test;
  });

  const instruction = (leaf: ProvenLeaf, payer?: PublicKey) =>
    retireDevice({ network: network.address, leaf, ...(payer && { payer }) });
  const transferTo = (leaf: ProvenLeaf, newOwner: PublicKey) =>
    transferDevice({ network: network.address, leaf, newOwner });
  const retire = (index: number, by = hand.owner) => network.send(instruction(hand.leaf(index)), [by]);
  const refused = (changes: Partial<ProvenLeaf>, code: string, by = hand.owner) =>
    expectError(network.send(instruction(hand.leaf(3, changes)), [by]), code);

  it('records the retirement under the owner it has, and tells it by event and running hash', async () => {
    const before = await network.registry();
    const [change] = await changesOf(network, await retire(3));

    expect(await hand.record(3)).to.deep.include({
      index: 3,
      owner: hand.owner.publicKey,
      effectiveEpoch: 3n,
      retired: true,
    });
    const { hash, deviceCount } = await network.registry();
    const told = { kind: 'retired', change: { index: 3, effectiveEpoch: 3n }, registryHash: hash };
    expect(change).to.deep.equal(told);
    expect(hash).to.not.deep.equal(before.hash);
    expect(deviceCount).to.equal(before.deviceCount);
    expect(replayed(await allChanges(network))).to.deep.equal(hash);
  });

  it('takes effect like a transfer: after what is posted by two, after what is cut by one', async () => {
    const effective = async (index: number) => {
      await retire(index);
      return (await hand.record(index))!.effectiveEpoch;
    };
    expect(await effective(0)).to.equal(3n);
    await network.cut();
    expect(await effective(1)).to.equal(3n);
    await network.post(hand.entries);
    expect(await effective(2)).to.equal(4n);
    await network.cut();
    expect(await effective(4)).to.equal(4n);
  });

  it('leaves what the device earned to its owner, to be settled after it took effect', async () => {
    await retire(3);
    await network.openPage();
    await network.openAccounts([hand.owner.publicKey]);
    for (let epoch = 2; epoch <= 3; epoch++) await hand.epoch();
    const { address, bump } = destination({ owner: hand.owner.publicKey, mint: network.mint });
    const { earned, proof } = hand.leaf(3);
    const segments = [{ kind: 'each' as const, leaves: [{ bump, earned }] }];
    const data = { first: 3, width: 1, segments, proof: [...proof] };
    await network.send(
      settle({ network: network.address, mint: network.mint, data, destinations: [address] }),
    );
    expect(await network.balance(hand.owner.publicKey)).to.equal(103n);
  });

  it('frees the key: it can be registered again, in the same transaction and later', async () => {
    const key = Keypair.generate();
    const { deviceCount } = await network.registry();
    const again = network.registration(hand.owner, [newDevice(key)]);
    await network.send([instruction(hand.leaf(3)), again], [hand.owner]);
    await network.send(again, [hand.owner]);
    expect((await network.registry()).deviceCount).to.equal(deviceCount + 2);
  });

  it('is for the new owner to do once the ledger shows a transfer, and not before', async () => {
    await network.send(transferTo(hand.leaf(3), hand.buyer.publicKey), [hand.owner]);
    await expectError(retire(3), 'transfer-outstanding');
    await refused({ owner: hand.buyer.publicKey }, 'bad-proof', hand.buyer);
    await hand.epoch();
    await hand.epoch({ 3: hand.buyer });
    await retire(3, hand.buyer);
    expect(await hand.record(3)).to.deep.include({ owner: hand.buyer.publicKey, retired: true });
  });

  it('error: the device is retired, at once and for ever, also for a transfer', async () => {
    await expectError(
      network.send(
        [3, 3].map((i) => instruction(hand.leaf(i))),
        [hand.owner],
      ),
      'device-retired',
    );
    await retire(3);
    const transfer = () => network.send(transferTo(hand.leaf(3), hand.buyer.publicKey), [hand.owner]);
    for (let epoch = 1; epoch <= 3; epoch++) {
      await expectError(retire(3), 'device-retired');
      await expectError(transfer(), 'device-retired');
      if (epoch < 3) await hand.epoch();
    }
  });

  it('error: the signer does not own the device, or proves something else', async () => {
    await refused({ owner: hand.buyer.publicKey }, 'bad-proof', hand.buyer);
    await refused({ earned: 1n }, 'bad-proof');
    await refused({ index: 4 }, 'bad-proof');
    await refused({ index: 12 }, 'run-out-of-range');
    await refused({ proof: [] }, 'bad-proof');
    expect(await hand.record(3)).to.equal(null);
  });

  it('error: owner or payer does not sign', async () => {
    const unsigned = instruction(hand.leaf(3), network.chain.payer.publicKey);
    accountOf(unsigned, 'owner').isSigner = false;
    await expectError(network.send(unsigned), MISSING_SIGNATURE);
    const unpaid = instruction(hand.leaf(3), hand.buyer.publicKey);
    accountOf(unpaid, 'payer').isSigner = false;
    await expectError(network.send(unpaid, [hand.owner]), MISSING_SIGNATURE);
    expect(await hand.record(3)).to.equal(null);
  });

  it('error: accounts of another network, another device, another kind', async () => {
    const other = await HandoverNetwork.create(network.chain);
    const elsewhere = other.test.address;
    const before = await other.test.registry();
    for (const [name, pubkey, code] of [
      ['network', elsewhere, WRONG_ADDRESS],
      ['registry', registryAddress(elsewhere), 'wrong-registry'],
      ['record', ownerRecordAddress({ network: network.address, index: 4 }), WRONG_ADDRESS],
      ['record', ownerRecordAddress({ network: elsewhere, index: 3 }), WRONG_ADDRESS],
      ['systemProgram', network.mint, NOT_EXECUTABLE],
      ['eventAuthority', hand.buyer.publicKey, WRONG_ADDRESS],
      ['program', SystemProgram.programId, MISSING_ACCOUNT],
    ] as const) {
      const altered = instruction(hand.leaf(3));
      accountOf(altered, name).pubkey = pubkey;
      await expectError(network.send(altered, [hand.owner]), code);
    }
    expect(await other.test.registry()).to.deep.equal(before);
    const { connection } = network.chain;
    expect(await fetchOwnerRecord(connection, { network: elsewhere, index: 3 })).to.equal(null);
    expect(await hand.record(3)).to.equal(null);
  });
});
