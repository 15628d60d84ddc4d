import { computeUnits, sendAndConfirm } from '@commonwire/sdk/core';
import {
  challenge,
  fetchWitness,
  type LedgerEntry,
  LedgerTree,
  ledgerLeaves,
  networkProgram,
  postEpoch,
  registryAddress,
  witnessLeaf,
} from '@commonwire/sdk/network';
import { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import { type EmbeddedChain, fund, startEmbedded } from '../support/chain';
import { leafOf, NETWORK, TestNetwork, veto } from '../support/network';

/** A tree of depth 20. */
const DEVICES = 2 ** 20;
/** Lamports that a signature costs. */
const FEE = 5000;
/** The device that a dishonest committee takes from. */
const ROBBED = 777_777;

describe('a ledger of 1,048,576 devices', function () {
  this.timeout(180_000);
  let chain: EmbeddedChain;
  let network: TestNetwork;
  let challenger: Keypair;
  let current: LedgerEntry[];
  let pending: LedgerEntry[];

  before(async () => {
    chain = await startEmbedded([NETWORK]);
    const { connection } = chain;
    network = await TestNetwork.create(chain);
    challenger = await fund(connection, 1);
    // A million registrations would take the chain many minutes; here only their number matters.
    const address = registryAddress(network.address);
    const registry = (await connection.getAccountInfo(address))!;
    const data = Buffer.from(registry.data);
    data.writeUInt32LE(DEVICES, networkProgram.coder.accounts.size('registry') - 8);
    chain.setAccount({ ...registry, address, lamports: BigInt(registry.lamports), data });
    const [owner, thief] = [Keypair, Keypair].map((keys) => keys.generate().publicKey.toBytes());
    current = Array.from({ length: DEVICES }, () => ({ owner: owner!, earned: 5n }));
    await network.cut();
    await post(current);
    await network.promote();
    await network.cut();
    pending = [...current];
    pending[ROBBED] = { owner: thief!, earned: 5n };
    await post(pending);
  });
  after(() => chain.close());

  async function post(entries: readonly LedgerEntry[]): Promise<void> {
    const { root } = LedgerTree.fromLeaves(ledgerLeaves(entries));
    const earnedTotal = BigInt(DEVICES) * 5n;
    const message = await network.message([], { ledgerRoot: root, earnedTotal });
    await network.send(postEpoch(network.address, network.sign(message)));
  }

  const robbed = () =>
    fetchWitness(network.chain.connection, {
      payer: challenger.publicKey,
      network: network.address,
      index: ROBBED,
    });
  const challenged = () =>
    challenge(network.chain.connection, challenger, {
      network: network.address,
      ledgers: { current, pending },
    });

  it('is challenged in one transaction, whose rent comes back', async () => {
    const { connection } = network.chain;
    const before = await connection.getBalance(challenger.publicKey);

    const { outcome, fault, signatures } = await challenged();

    expect([outcome, fault?.index, fault?.grounds]).to.deep.equal(['void', ROBBED, ['wrong-owner']]);
    expect(signatures).to.have.length(1);
    expect(await computeUnits(connection, signatures[0]!)).to.be.within(1, 200_000);
    expect((await network.account()).pending).to.equal(null);
    expect(await robbed()).to.equal(null);
    expect(before - (await connection.getBalance(challenger.publicKey))).to.equal(FEE);
  });

  it('is challenged in one transaction more after a crash behind the witness', async () => {
    const { connection } = network.chain;
    await post(pending);
    const leaf = leafOf(current, ROBBED);
    const witness = witnessLeaf({ network: network.address, payer: challenger.publicKey, leaf });
    await sendAndConfirm(connection, challenger, [witness], { computeUnitLimit: 150_000 });
    expect(await robbed()).to.deep.include({ epoch: 1n, earned: 5n });

    const { outcome, signatures } = await challenged();

    expect(outcome).to.equal('void');
    expect(signatures).to.have.length(1);
    expect(await robbed()).to.equal(null);
  });

  it('gives the rent back where somebody else was first', async () => {
    const { connection } = network.chain;
    const before = await connection.getBalance(challenger.publicKey);
    await post(pending);
    const leaf = leafOf(current, ROBBED);
    const witness = witnessLeaf({ network: network.address, payer: challenger.publicKey, leaf });
    await sendAndConfirm(connection, challenger, [witness], { computeUnitLimit: 151_000 });
    await veto(network);

    const { outcome, signatures } = await challenged();

    expect([outcome, signatures.length]).to.deep.equal(['nothing-pending', 1]);
    expect(before - (await connection.getBalance(challenger.publicKey))).to.equal(2 * FEE);
  });
});
