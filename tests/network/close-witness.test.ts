import { sendAndConfirm } from '@commonwire/sdk/core';
import { closeWitness, witnessAddress, witnessLeaf } from '@commonwire/sdk/network';
import type { Keypair, TransactionInstruction } from '@solana/web3.js';
import { expect } from 'chai';
import { BAD_DATA, expectError, fund, MISSING_SIGNATURE, NO_ACCOUNT } from '../support/chain';
import { accountOf, entry, leafOf, networkChain, TestNetwork } from '../support/network';

/** Lamports that a signature costs. */
const FEE = 5000;

describe('close_witness', () => {
  let network: TestNetwork;
  let payer: Keypair;

  before(async () => {
    network = await TestNetwork.create(await networkChain());
    payer = await fund(network.chain.connection, 1);
    await network.register([payer]);
    await network.epoch([entry(payer, 5n)]);
  });

  /** Each with another limit: the same transaction twice would be taken for one. */
  let limit = 100_000;
  const send = (instruction: TransactionInstruction, by = payer) =>
    sendAndConfirm(network.chain.connection, by, [instruction], { computeUnitLimit: limit++ });
  const witness = () => {
    const leaf = leafOf([entry(payer, 5n)], 0);
    const instruction = witnessLeaf({ network: network.address, payer: payer.publicKey, leaf });
    return send(instruction);
  };
  const closing = () => closeWitness({ network: network.address, payer: payer.publicKey, index: 0 });

  it('gives all of the rent back', async () => {
    const { connection } = network.chain;
    const before = await connection.getBalance(payer.publicKey);
    await witness();
    const rent = before - FEE - (await connection.getBalance(payer.publicKey));
    expect(rent).to.be.greaterThan(0);
    await send(closing());
    expect(await connection.getBalance(payer.publicKey)).to.equal(before - 2 * FEE);
    const address = witnessAddress({ network: network.address, payer: payer.publicKey, index: 0 });
    expect(await connection.getAccountInfo(address)).to.equal(null);
    await expectError(send(closing()), NO_ACCOUNT);
  });

  it('error: anybody else takes it, or closes it in the name of who paid', async () => {
    const { connection } = network.chain;
    await witness();
    const stranger = await fund(connection, 1);
    const taken = closing();
    accountOf(taken, 'payer').pubkey = stranger.publicKey;
    await expectError(send(taken, stranger), 'wrong-payer');
    const unsigned = closing();
    accountOf(unsigned, 'payer').isSigner = false;
    await expectError(send(unsigned, stranger), MISSING_SIGNATURE);
    await send(closing());
  });

  it('error: an account that is no witness', async () => {
    const wrong = closing();
    accountOf(wrong, 'witness').pubkey = network.address;
    await expectError(send(wrong), BAD_DATA);
    expect((await network.account()).current.epoch).to.equal(1n);
  });
});
