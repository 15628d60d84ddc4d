import { sendAndConfirm } from '@commonwire/sdk/core';
import {
  decodeWitness,
  fetchWitness,
  type LedgerEntry,
  type ProvenLeaf,
  witnessAddress,
  witnessLeaf,
} from '@commonwire/sdk/network';
import { Keypair, PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError, fund, MISSING_SIGNATURE, SAME_ACCOUNT_TWICE, WRONG_ADDRESS } from '../support/chain';
import { accountOf, entry, leafOf, networkChain, TestNetwork } from '../support/network';

describe('witness_leaf', () => {
  let network: TestNetwork;
  let payer: PublicKey;
  let entries: LedgerEntry[];

  before(async () => {
    network = await TestNetwork.create(await networkChain());
    payer = network.chain.payer.publicKey;
    const owner = await fund(network.chain.connection, 1);
    await network.register([owner, owner, owner]);
    entries = [500n, 700n, 0n].map((earned) => entry(owner, earned));
    await network.epoch(entries);
  });

  const witness = (leaf: ProvenLeaf) => network.send(witnessLeaf({ network: network.address, payer, leaf }));
  const kept = (index: number) =>
    fetchWitness(network.chain.connection, { payer, network: network.address, index });

  it('keeps what the current root says of a device, as often as asked', async () => {
    for (let times = 0; times < 2; times++) await witness(leafOf(entries, 1));
    const found = (await kept(1))!;
    expect(found).to.deep.include({ index: 1, epoch: 1n, earned: 700n });
    expect(found.payer.equals(payer)).to.equal(true);
    expect(found.network.equals(network.address)).to.equal(true);
    expect(found.owner.toBytes()).to.deep.equal(entries[1]!.owner);
  });

  it("keeps one for each payer, so that nobody's stands in another's way", async () => {
    const other = await fund(network.chain.connection, 1);
    const leaf = leafOf(entries, 1);
    const { connection } = network.chain;
    await sendAndConfirm(connection, other, [
      witnessLeaf({ network: network.address, payer: other.publicKey, leaf }),
    ]);
    const at = { payer: other.publicKey, network: network.address, index: 1 };
    expect((await fetchWitness(connection, at))!.payer.equals(other.publicKey)).to.equal(true);
    expect((await kept(1))!.payer.equals(payer)).to.equal(true);
  });

  it('replaces one from an older root', async () => {
    await witness(leafOf(entries, 0));
    const next = entries.map((leaf) => ({ ...leaf, earned: leaf.earned + 1n }));
    await network.epoch(next);
    await expectError(witness(leafOf(entries, 0)), 'bad-proof');
    expect(await kept(0)).to.deep.include({ epoch: 1n, earned: 500n });
    await witness(leafOf(next, 0));
    expect(await kept(0)).to.deep.include({ epoch: 2n, earned: 501n });
    entries = next;
  });

  it('error: a leaf that is not in the ledger', async () => {
    const leaf = leafOf(entries, 2);
    const [first, ...rest] = leaf.proof as [Uint8Array, ...Uint8Array[]];
    for (const wrong of [
      { earned: leaf.earned + 1n },
      { owner: Keypair.generate().publicKey },
      { index: 0 },
      { proof: rest },
      { proof: [...leaf.proof, first] },
      { proof: [new Uint8Array(32).fill(1), ...rest] },
      { proof: [...leaf.proof, first.slice(0, 31)] },
      { proof: [] },
    ])
      await expectError(witness({ ...leaf, ...wrong }), 'bad-proof');
    for (const index of [3, 4, 2 ** 32 - 1])
      await expectError(witness({ ...leaf, index }), 'run-out-of-range');
    expect(await kept(2)).to.equal(null);
  });

  it('error: a network that has promoted nothing', async () => {
    const young = await TestNetwork.create(network.chain);
    const leaf = { index: 0, owner: PublicKey.default, earned: 0n, proof: [] };
    await expectError(young.send(witnessLeaf({ network: young.address, payer, leaf })), 'run-out-of-range');
  });

  it("error: another device's, network's or payer's account, or no payer's signature", async () => {
    const leaf = leafOf(entries, 2);
    const { address } = network;
    for (const pubkey of [
      witnessAddress({ payer, network: address, index: 1 }),
      witnessAddress({ payer, network: payer, index: 2 }),
      witnessAddress({ payer: address, network: address, index: 2 }),
    ]) {
      const substituted = witnessLeaf({ network: address, payer, leaf });
      accountOf(substituted, 'witness').pubkey = pubkey;
      await expectError(network.send(substituted), WRONG_ADDRESS);
    }
    for (const [unsignedPayer, code] of [
      [(await fund(network.chain.connection, 1)).publicKey, MISSING_SIGNATURE],
      [address, SAME_ACCOUNT_TWICE],
    ] as const) {
      const unsigned = witnessLeaf({ network: address, payer: unsignedPayer, leaf });
      accountOf(unsigned, 'payer').isSigner = false;
      await expectError(network.send(unsigned), code);
    }
    expect(await kept(2)).to.equal(null);
  });

  it('holds what the SDK reads, and nothing else', async () => {
    await witness(leafOf(entries, 1));
    const { data } = (await network.chain.connection.getAccountInfo(
      witnessAddress({ payer, network: network.address, index: 1 }),
    ))!;
    expect(data).to.have.length(8 + 3 * 32 + 8 + 8 + 4 + 4);
    await expectError(
      Promise.resolve().then(() => decodeWitness(payer, data.subarray(1))),
      'account-malformed',
    );
  });
});
