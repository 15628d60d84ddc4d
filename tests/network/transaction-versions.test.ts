import { awaitTransaction, compile, MAX_SUPPORTED_TRANSACTION_VERSION } from '@commonwire/sdk/core';
import {
  applyChange,
  FIRST_REGISTRY_HASH,
  type RegistryChange,
  readRegistryChanges,
  retireDevice,
  transferDevice,
} from '@commonwire/sdk/network';
import { Keypair, Transaction, type TransactionInstruction } from '@solana/web3.js';
import { expect } from 'chai';
import { SolanaChain } from '../../oracle/src/chain/solana';
import { calledByAnother } from '../support/called-by-another';
import { HandoverNetwork, networkChain, newDevice } from '../support/network';

describe('changes of a registry by version of their transactions', () => {
  let hand: HandoverNetwork;

  before(async () => {
    hand = await HandoverNetwork.create(await networkChain());
  });

  async function send(version: 'legacy' | 0 | 1, instructions: TransactionInstruction[]): Promise<string> {
    const { connection, payer } = hand.test.chain;
    const latest = await connection.getLatestBlockhash();
    let wire: Uint8Array;
    if (version === 'legacy') {
      const transaction = new Transaction({ feePayer: payer.publicKey, ...latest }).add(...instructions);
      transaction.sign(payer, hand.owner);
      wire = transaction.serialize();
    } else {
      const transaction = compile(payer.publicKey, latest.blockhash, instructions, { version });
      transaction.sign([payer, hand.owner]);
      wire = transaction.serialize();
    }
    const signature = await connection.sendRawTransaction(wire);
    await awaitTransaction(connection, signature);
    return signature;
  }

  const read = (signature: string) =>
    hand.test.chain.connection.getTransaction(signature, {
      commitment: 'confirmed',
      maxSupportedTransactionVersion: MAX_SUPPORTED_TRANSACTION_VERSION,
    });
  const kinds = (changes: readonly RegistryChange[]) => changes.map(({ kind }) => kind);

  for (const [place, version] of (['legacy', 0, 1] as const).entries()) {
    it(`reads all kinds from one of version ${version}, called by itself or by another program`, async () => {
      const { address: network } = hand.test;
      const transfer = hand.leaf(2 * place);
      const retirement = hand.leaf(2 * place + 1);
      const newOwner = hand.buyer.publicKey;
      const signatures = [
        await send(version, [hand.test.registration(hand.owner, [newDevice(Keypair.generate())])]),
        await send(version, [transferDevice({ network, leaf: transfer, newOwner })]),
        await send(version, [retireDevice({ network, leaf: retirement })]),
      ];
      for (const [at, signature] of signatures.entries()) {
        const response = (await read(signature))!;
        expect(response).to.include({ version });
        const changes = readRegistryChanges(response, network);
        expect(kinds(changes)).to.deep.equal([['registered', 'transferred', 'retired'][at]]);
        expect(readRegistryChanges(calledByAnother(response), network)).to.deep.equal(changes);
      }
    });
  }

  it('an oracle replays all of them to the hash on chain', async () => {
    const { address: network, chain } = hand.test;
    const oracle = new SolanaChain({
      connection: chain.connection,
      network,
      payer: undefined,
      commitment: 'confirmed',
    });
    const lists = [];
    for (const signature of await oracle.registrySignatures({}))
      lists.push((await oracle.registryChanges(signature))!);
    const replayed = lists.flat().reduce<Uint8Array>(applyChange, FIRST_REGISTRY_HASH);
    expect(replayed).to.deep.equal((await hand.test.registry()).hash);
  });
});
