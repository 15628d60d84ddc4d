import { MAX_SUPPORTED_TRANSACTION_VERSION } from '@commonwire/sdk/core';
import {
  destination,
  FIRST_REGISTRY_HASH,
  inChainOrder,
  ownerRecordAddress,
  type ProvenLeaf,
  pause,
  readRegistryChanges,
  registryAddress,
  settle,
  transferDevice,
  unpause,
} from '@commonwire/sdk/network';
import { Keypair, PublicKey, SystemProgram } from '@solana/web3.js';
import { expect } from 'chai';
import { calledByAnother } from '../support/called-by-another';
import {
  expectError,
  MISSING_ACCOUNT,
  MISSING_SIGNATURE,
  NOT_EXECUTABLE,
  SAME_ACCOUNT_TWICE,
  UNSIGNED_TRANSACTION,
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
  TestNetwork,
  veto,
} from '../support/network';

describe('transfer_device', () => {
  let hand: HandoverNetwork;
  let network: TestNetwork;

  beforeEach(async () => {
    hand = await HandoverNetwork.create(await networkChain());
    network = hand.test;
  });

  const instruction = (leaf: ProvenLeaf, newOwner = hand.buyer.publicKey, payer?: PublicKey) =>
    transferDevice({ network: network.address, leaf, newOwner, ...(payer && { payer }) });
  const transfer = (index: number, by = hand.owner, newOwner?: PublicKey) =>
    network.send(instruction(hand.leaf(index), newOwner), [by]);
  const refused = (changes: Partial<ProvenLeaf>, code: string, by = hand.owner) =>
    expectError(network.send(instruction(hand.leaf(3, changes)), [by]), code);

  it('records the new owner and the epoch, and tells it by event, running hash and instruction data', async () => {
    const before = await network.registry();
    const signature = await transfer(3);

    const owner = hand.buyer.publicKey;
    expect(await hand.record(3)).to.deep.equal({
      network: network.address,
      index: 3,
      owner,
      previousOwner: hand.owner.publicKey,
      effectiveEpoch: 3n,
      retired: false,
    });
    const [change, ...more] = await changesOf(network, signature);
    expect(more).to.deep.equal([]);
    const { hash, deviceCount } = await network.registry();
    expect(change).to.deep.equal({
      kind: 'transferred',
      change: { index: 3, owner: owner.toBytes(), effectiveEpoch: 3n },
      registryHash: hash,
    });
    expect(hash).to.not.deep.equal(before.hash);
    expect(deviceCount).to.equal(before.deviceCount);
    expect(replayed(await allChanges(network))).to.deep.equal(hash);
  });

  it('hands over what was not paid, once the ledger shows it: the new owner is paid and hands it on', async () => {
    await transfer(3);
    await network.openPage();
    await network.openAccounts([hand.buyer.publicKey]);
    await hand.epoch();
    await expectError(transfer(3, hand.owner, Keypair.generate().publicKey), 'transfer-outstanding');
    await hand.epoch({ 3: hand.buyer });

    const { address, bump } = destination({ owner: hand.buyer.publicKey, mint: network.mint });
    const { earned, proof } = hand.leaf(3);
    const data = {
      first: 3,
      width: 1,
      segments: [{ kind: 'each' as const, leaves: [{ bump, earned }] }],
      proof: [...proof],
    };
    const paying = { network: network.address, mint: network.mint, data, destinations: [address] };
    await network.send(settle(paying));
    expect(await network.balance(hand.buyer.publicKey)).to.equal(103n);

    await expectError(transfer(3), /^Can not add signature; `\w+` is not required to sign this transaction/);
    const leaf = { ...hand.leaf(3), owner: hand.owner.publicKey };
    await expectError(network.send(instruction(leaf), [hand.owner]), 'bad-proof');
    await transfer(3, hand.buyer, hand.owner.publicKey);
    expect(await hand.record(3)).to.deep.include({ owner: hand.owner.publicKey, effectiveEpoch: 5n });
  });

  it('takes a device handed to its own owner for a change like any other', async () => {
    await transfer(3, hand.owner, hand.owner.publicKey);
    await expectError(transfer(3), 'transfer-outstanding');
    await hand.epoch();
    await hand.epoch();
    await transfer(3);
    expect((await hand.record(3))!.owner).to.deep.equal(hand.buyer.publicKey);
  });

  describe('takes effect in an epoch that is neither posted nor cut', () => {
    let next = 0;
    beforeEach(() => {
      next = 0;
    });
    /** The effective epoch of a transfer made now, of a device that was not handed over yet. */
    const effective = async () => {
      const index = next++;
      await transfer(index);
      return (await hand.record(index))!.effectiveEpoch;
    };

    it('with no cut outstanding, with one, and with two', async () => {
      expect(await effective()).to.equal(3n);
      await network.cut();
      expect(await effective()).to.equal(3n);
      await network.cut();
      expect(await effective()).to.equal(4n);
    });

    it('with an epoch pending, one more cut, and the pending one void', async () => {
      await network.cut();
      await network.post(hand.entries);
      expect(await effective()).to.equal(4n);
      await network.cut();
      expect(await effective()).to.equal(4n);
      await veto(network);
      expect(await effective()).to.equal(4n);
      await network.post(hand.entries);
      await network.promote();
      expect(await effective()).to.equal(4n);
    });

    it('with an epoch void and none cut after it', async () => {
      await network.cut();
      await network.post(hand.entries);
      await veto(network);
      expect(await effective()).to.equal(3n);
    });
  });

  it('goes on while the network is paused', async () => {
    const { address, authority } = network;
    await network.send(pause({ network: address, guard: authority.publicKey }), [authority]);
    await transfer(3);
    expect((await hand.record(3))!.owner).to.deep.equal(hand.buyer.publicKey);
    await network.send(unpause({ network: address, guard: authority.publicKey }), [authority]);
  });

  it('is paid for by anybody, once: a later change needs no more rent', async () => {
    const { payer, connection } = network.chain;
    const poor = Keypair.generate();
    hand.entries[4] = { ...hand.entries[4]!, owner: poor.publicKey.toBytes() };
    await network.epoch(hand.entries);
    const account = ownerRecordAddress({ network: network.address, index: 4 });
    await network.send(instruction(hand.leaf(4), undefined, payer.publicKey), [poor]);
    const { lamports, data } = (await connection.getAccountInfo(account))!;
    expect(lamports).to.equal(await connection.getMinimumBalanceForRentExemption(data.length));
    await hand.epoch();
    await hand.epoch({ 4: hand.buyer });
    await network.send(instruction(hand.leaf(4), poor.publicKey, payer.publicKey), [hand.buyer]);
    expect((await connection.getAccountInfo(account))!.lamports).to.equal(lamports);
  });

  it('works where somebody sent lamports to the address of the record', async () => {
    const { payer } = network.chain;
    const toPubkey = ownerRecordAddress({ network: network.address, index: 3 });
    await network.send(
      SystemProgram.transfer({ fromPubkey: payer.publicKey, toPubkey, lamports: 5_000_000 }),
    );
    await transfer(3);
    expect((await hand.record(3))!.owner).to.deep.equal(hand.buyer.publicKey);
  });

  describe('is read back in order', () => {
    it('from one transaction with registrations before, between and after', async () => {
      const device = () => network.registration(hand.owner, [newDevice(Keypair.generate())]);
      const steps = [device(), instruction(hand.leaf(0)), device(), instruction(hand.leaf(1)), device()];
      const signature = await network.send(steps, [hand.owner]);
      const changes = await changesOf(network, signature);
      const names = changes.map((change) =>
        change.kind === 'registered'
          ? `register ${change.devices[0]!.index}`
          : `transfer ${change.change.index}`,
      );
      expect(names).to.deep.equal(['register 12', 'transfer 0', 'register 13', 'transfer 1', 'register 14']);
      expect(replayed(await allChanges(network))).to.deep.equal((await network.registry()).hash);
    });

    it('from an instruction that another program called', async () => {
      const signature = await network.send(instruction(hand.leaf(0)), [hand.owner]);
      const response = await network.chain.connection.getTransaction(signature, {
        commitment: 'confirmed',
        maxSupportedTransactionVersion: MAX_SUPPORTED_TRANSACTION_VERSION,
      });
      expect(readRegistryChanges(calledByAnother(response!), network.address)).to.deep.equal(
        await changesOf(network, signature),
      );
    });

    it('from many transactions at once, whose order only the running hash tells', async () => {
      const indices = [0, 1, 2, 3, 4, 5];
      const device = () => network.registration(hand.owner, [newDevice(Keypair.generate())]);
      await Promise.all([
        ...indices.map((index) => transfer(index)),
        ...[device(), device()].map((register) => network.send(register, [hand.owner])),
      ]);
      const { hash } = await network.registry();
      const changes = await allChanges(network);
      for (const list of [changes, [...changes].reverse()]) {
        const ordered = inChainOrder({ hash: FIRST_REGISTRY_HASH, deviceCount: 0 }, list);
        expect(ordered.left).to.deep.equal([]);
        expect(replayed(ordered.changes)).to.deep.equal(hash);
      }
    });
  });

  it('error: the signer does not own the device under the current root', async () => {
    await refused({ owner: hand.buyer.publicKey }, 'bad-proof', hand.buyer);
    expect(await hand.record(3)).to.equal(null);
  });

  it('error: another amount, another device, a proof that is none', async () => {
    const { proof } = hand.leaf(3);
    await refused({ earned: 104n }, 'bad-proof');
    await refused({ index: 2 }, 'bad-proof');
    await refused({ index: 12 }, 'run-out-of-range');
    await refused({ index: 2 ** 32 - 1 }, 'run-out-of-range');
    await refused({ proof: [] }, 'bad-proof');
    await refused({ proof: proof.slice(1) }, 'bad-proof');
    await refused({ proof: [...proof, proof[0]!] }, 'bad-proof');
    await refused({ proof: [proof[0]!.slice(1), ...proof.slice(1)] }, 'bad-proof');
    await refused({ proof: [...proof].reverse() }, 'bad-proof');
  });

  it('error: a leaf of an epoch before, and one that is only pending', async () => {
    const old = hand.leaf(3);
    hand.entries[3] = { ...hand.entries[3]!, earned: 500n };
    await network.cut();
    await network.post(hand.entries);
    await expectError(network.send(instruction(hand.leaf(3)), [hand.owner]), 'bad-proof');
    await network.promote();
    await expectError(network.send(instruction(old), [hand.owner]), 'bad-proof');
    await transfer(3);
  });

  it('error: before any ledger has the device', async () => {
    const young = await TestNetwork.create(network.chain);
    await young.register([hand.owner]);
    const leaf = { index: 0, owner: hand.owner.publicKey, earned: 0n, proof: [] };
    const early = transferDevice({ network: young.address, leaf, newOwner: hand.buyer.publicKey });
    await expectError(young.send(early, [hand.owner]), 'run-out-of-range');
  });

  it('error: no new owner', async () => {
    await expectError(transfer(3, hand.owner, PublicKey.default), 'bad-owner');
  });

  it('error: an earlier transfer is not in the current ledger, also twice in one transaction', async () => {
    const again = instruction(hand.leaf(5), Keypair.generate().publicKey);
    await expectError(network.send([instruction(hand.leaf(5)), again], [hand.owner]), 'transfer-outstanding');
    expect(await hand.record(5)).to.equal(null);
    await transfer(5);
    const { hash } = await network.registry();
    await expectError(network.send(again, [hand.owner]), 'transfer-outstanding');
    await hand.epoch();
    await expectError(network.send(instruction(hand.leaf(5)), [hand.owner]), 'transfer-outstanding');
    expect((await network.registry()).hash).to.deep.equal(hash);
    expect((await hand.record(5))!.owner).to.deep.equal(hand.buyer.publicKey);
  });

  it('error: owner or payer does not sign', async () => {
    const { payer } = network.chain;
    const unsigned = instruction(hand.leaf(3), undefined, payer.publicKey);
    accountOf(unsigned, 'owner').isSigner = false;
    await expectError(network.send(unsigned), MISSING_SIGNATURE);
    const unpaid = instruction(hand.leaf(3), undefined, hand.buyer.publicKey);
    accountOf(unpaid, 'payer').isSigner = false;
    await expectError(network.send(unpaid, [hand.owner]), MISSING_SIGNATURE);
    expect(await hand.record(3)).to.equal(null);
  });

  it('error: accounts of another network, another device, another kind', async () => {
    const other = await HandoverNetwork.create(network.chain);
    const elsewhere = other.test.address;
    const before = await other.test.registry();
    for (const [name, pubkey, code] of [
      ['owner', hand.buyer.publicKey, UNSIGNED_TRANSACTION],
      ['network', elsewhere, WRONG_ADDRESS],
      ['network', registryAddress(network.address), SAME_ACCOUNT_TWICE],
      ['registry', registryAddress(elsewhere), 'wrong-registry'],
      ['registry', network.address, SAME_ACCOUNT_TWICE],
      ['record', ownerRecordAddress({ network: network.address, index: 4 }), WRONG_ADDRESS],
      ['record', ownerRecordAddress({ network: elsewhere, index: 3 }), WRONG_ADDRESS],
      ['record', hand.buyer.publicKey, WRONG_ADDRESS],
      ['systemProgram', network.mint, NOT_EXECUTABLE],
      ['eventAuthority', hand.buyer.publicKey, WRONG_ADDRESS],
      ['program', SystemProgram.programId, MISSING_ACCOUNT],
    ] as const) {
      const altered = instruction(hand.leaf(3));
      accountOf(altered, name).pubkey = pubkey;
      await expectError(network.send(altered, [hand.owner]), code);
    }
    expect(await other.test.registry()).to.deep.equal(before);
    expect(await hand.record(3)).to.equal(null);
  });
});
