import { MAX_SUPPORTED_TRANSACTION_VERSION } from '@commonwire/sdk/core';
import {
  destination,
  type LedgerEntry,
  type LedgerTree,
  readPayouts,
  type SettleSegment,
} from '@commonwire/sdk/network';
import { type Keypair, SystemProgram, type TransactionInstruction } from '@solana/web3.js';
import { expect } from 'chai';
import { fund } from '../support/chain';
import { networkChain, TestNetwork } from '../support/network';
import { settlement } from '../support/network/settling';

describe('payouts in transactions', () => {
  /** Four devices: two of Ann's, one of Bob's, then Ann's again. */
  const OWNERS = [0, 0, 1, 0];
  let network: TestNetwork;
  let owners: Keypair[];

  beforeEach(async () => {
    network = await TestNetwork.create(await networkChain());
    owners = await Promise.all([0, 1].map(() => fund(network.chain.connection, 1)));
    await network.register(OWNERS.map((owner) => owners[owner]!));
    await network.openPage();
    await network.openAccounts(owners.map((owner) => owner.publicKey));
  });

  /** Promotes an epoch in which the devices have earned these sums. */
  const promote = async (...earned: bigint[]) => {
    const entries = earned.map(
      (sum, index): LedgerEntry => ({ owner: owners[OWNERS[index]!]!.publicKey.toBytes(), earned: sum }),
    );
    const tree: LedgerTree = await network.epoch(entries);
    return (first: number, ...parts: readonly (readonly [SettleSegment['kind'], number])[]) =>
      settlement(network, { tree, entries }, first, ...parts);
  };
  const payouts = async (...instructions: TransactionInstruction[]) => {
    const signature = await network.send(instructions);
    const response = await network.chain.connection.getTransaction(signature, {
      maxSupportedTransactionVersion: MAX_SUPPORTED_TRANSACTION_VERSION,
      commitment: 'confirmed',
    });
    return readPayouts(response!);
  };
  /** A payout to an owner. */
  const to = (owner: number, amount: bigint, ...devices: [index: number, earned: bigint][]) => ({
    network: network.address,
    account: destination({ owner: owners[owner]!.publicKey, mint: network.mint }).address,
    owner: owners[owner]!.publicKey.toBase58(),
    amount,
    devices: devices.map(([index, earned]) => ({ index, earned })),
  });

  it('are told with their owners, amounts and devices, whatever the run looks like', async () => {
    const first = await promote(100n, 200n, 300n, 400n);
    expect(await payouts(first(0, ['fleet', 2], ['each', 1], ['skip', 1]))).to.deep.equal([
      to(0, 300n, [0, 100n], [1, 200n]),
      to(1, 300n, [2, 300n]),
    ]);
    // Only what came since, of two runs in one transaction.
    const second = await promote(150n, 200n, 300n, 400n);
    expect(
      await payouts(second(0, ['each', 1], ['skip', 2], ['each', 1]), second(2, ['each', 1])),
    ).to.deep.equal([to(0, 450n, [0, 150n], [3, 400n]), to(1, 0n, [2, 300n])]);
  });

  it('are none in transactions of other instructions, and in those that failed', async () => {
    const run = await promote(1n, 2n, 3n, 4n);
    const signature = await network.send([run(0, ['each', 4])]);
    const response = (await network.chain.connection.getTransaction(signature, {
      maxSupportedTransactionVersion: MAX_SUPPORTED_TRANSACTION_VERSION,
      commitment: 'confirmed',
    }))!;
    expect(readPayouts(response)).to.have.length(2);
    expect(readPayouts({ ...response, meta: { ...response.meta!, err: 'AccountInUse' } })).to.deep.equal([]);
    const ends = { fromPubkey: network.chain.payer.publicKey, toPubkey: owners[0]!.publicKey };
    expect(await payouts(SystemProgram.transfer({ ...ends, lamports: 1 }))).to.deep.equal([]);
  });
});
