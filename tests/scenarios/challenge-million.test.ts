import { computeUnits, MAX_SUPPORTED_TRANSACTION_VERSION } from '@commonwire/sdk/core';
import {
  challenge,
  type LedgerEntry,
  LedgerTree,
  ledgerLeaves,
  postEpoch,
  type RegistryFacts,
} from '@commonwire/sdk/network';
import { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import { type EmbeddedChain, fund, startEmbedded } from '../support/chain';
import { NETWORK, plantRegistry, TestNetwork } from '../support/network';

/** A tree of depth 20. */
const LEVELS = 20;
const DEVICES = 2 ** LEVELS;
/** Lamports that a signature costs. */
const FEE = 5000;
/** The device that a dishonest committee takes from. */
const ROBBED = 777_777;
const BOND = 1_000_000n;

describe('a ledger of 1,048,576 devices', function () {
  this.timeout(180_000);
  let chain: EmbeddedChain;
  let network: TestNetwork;
  let challenger: Keypair;
  let current: LedgerEntry[];
  let pending: LedgerEntry[];
  let registry: RegistryFacts;

  before(async () => {
    chain = await startEmbedded([NETWORK]);
    network = await TestNetwork.create(chain, {
      oracles: 21,
      threshold: 14,
      policy: { oracleBond: BOND },
    });
    challenger = await fund(chain.connection, 1);
    const [owner, thief] = [Keypair, Keypair].map((keys) => keys.generate().publicKey.toBytes());
    const proof = await plantRegistry(
      network,
      {
        index: ROBBED,
        keyType: 0,
        deviceKey: new Uint8Array(33).fill(1),
        owner: owner!,
        kind: 1,
        h3Cell: 1n,
        capacity: 6_000,
      },
      LEVELS,
    );
    const expected = { owner: owner!, retired: false };
    registry = {
      devices: Array.from({ length: DEVICES }, () => expected),
      prove: async () => proof,
    };
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
    const tree = LedgerTree.fromLeaves(ledgerLeaves(entries));
    const message = await network.message([], { ledgerRoot: tree.root, earnedTotal: tree.earnedTotal });
    const signed = { ...network.sign(message), opening: tree.opening(undefined) };
    await network.send(postEpoch(network.address, signed));
  }

  it('is challenged in one transaction, with every proof and the bonds of the 14 who signed it', async () => {
    const { connection } = network.chain;
    const before = await connection.getBalance(challenger.publicKey);

    const { outcome, fault, signature } = await challenge(connection, challenger, {
      network: network.address,
      ledgers: { current, pending },
      registry,
    });

    expect([outcome, fault?.index, fault?.grounds]).to.deep.equal(['void', ROBBED, ['wrong-owner']]);
    const sent = await connection.getTransaction(signature!, {
      commitment: 'confirmed',
      maxSupportedTransactionVersion: MAX_SUPPORTED_TRANSACTION_VERSION,
    });
    expect(sent?.version).to.equal(1);
    expect(await computeUnits(connection, signature!)).to.be.within(1, 200_000);
    const account = await network.account();
    expect([account.pending, account.committee.keys.length]).to.deep.equal([null, 7]);
    expect((await connection.getBalance(challenger.publicKey)) - before).to.equal(
      (14 * Number(BOND)) / 10 - FEE,
    );
  });
});
