import { fromHex, MAX_TRANSACTION_BYTES, toHex } from '@commonwire/sdk/core';
import {
  destination,
  LedgerTree,
  ledgerLeaves,
  PROGRAM_ID,
  type SettleSegment,
  settle,
  settleWidth,
} from '@commonwire/sdk/network';
import { address } from '@solana/kit';
import { createAssociatedTokenAccountIdempotentInstruction, TOKEN_PROGRAM_ID } from '@solana/spl-token';
import { Keypair, type PublicKey, type TransactionInstruction, VersionedTransaction } from '@solana/web3.js';
import { expect } from 'chai';
import { createTokenAccount, settleRun } from '../src/collect/settling';
import { compiled, fits, signatureOf } from '../src/transact/compiled';

const key = (seed: number): PublicKey => Keypair.fromSeed(new Uint8Array(32).fill(seed)).publicKey;
const [network, mint, alice, bob] = [key(1), key(2), key(3), key(4)];
const owners = [alice, alice, bob, alice];
const entries = owners.map((owner, index) => ({
  owner: owner.toBytes(),
  earned: 1_000n * BigInt(index + 1),
}));
const tree = LedgerTree.fromLeaves(ledgerLeaves(entries as never));
const run = {
  epoch: 1,
  ledger_root: '00'.repeat(32),
  device_count: owners.length,
  first: 0,
  count: owners.length,
  owners: owners.map(String),
  earned: entries.map(({ earned }) => `${earned}`),
  paid: owners.map(() => '0'),
  proof: tree.proveRun(0, owners.length).map(toHex),
};
const rewards = {
  program: address(PROGRAM_ID.toBase58()),
  network: address(network!.toBase58()),
  mint: address(mint!.toBase58()),
  tokenProgram: address(TOKEN_PROGRAM_ID.toBase58()),
};
const payer = address(key(5).toBase58());
const lifetime = { blockhash: network!.toBase58(), lastValidBlockHeight: 9 };

/** An instruction of web3.js in kit's form, with its account roles as numbers. */
const inKit = ({ programId, keys, data }: TransactionInstruction) => ({
  programAddress: programId.toBase58(),
  accounts: keys.map(({ pubkey, isSigner, isWritable }) => ({
    address: pubkey.toBase58(),
    role: (isSigner ? 2 : 0) + (isWritable ? 1 : 0),
  })),
  data: Uint8Array.from(data),
});

describe('web application: collection', () => {
  it('settles with the same bytes and accounts as the SDK', async () => {
    const at = (owner: PublicKey) => destination({ owner, mint: mint! });
    const segments: SettleSegment[] = [
      { kind: 'fleet', bump: at(alice!).bump, earned: [1_000n, 2_000n] },
      { kind: 'each', leaves: [{ bump: at(bob!).bump, earned: 3_000n }] },
      { kind: 'each', leaves: [{ bump: at(alice!).bump, earned: 4_000n }] },
    ];
    const proof = run.proof.map(fromHex);
    const expected = settle({
      network: network!,
      mint: mint!,
      data: { first: 0, width: settleWidth(segments), segments, proof },
      destinations: [alice!, bob!, alice!].map((owner) => at(owner).address),
    });
    expect(await settleRun(run, rewards)).to.deep.equal(inKit(expected));
  });

  it('makes a token account with the same bytes and accounts as the token library', async () => {
    const { address: account } = destination({ owner: bob!, mint: mint! });
    const expected = createAssociatedTokenAccountIdempotentInstruction(key(5), account, bob!, mint!);
    const made = await createTokenAccount(payer, address(bob!.toBase58()), rewards);
    expect(made).to.deep.equal(inKit(expected));
  });

  for (const version of [0, 1] as const) {
    it(`compiles transactions of version ${version}, and finds their signature`, async () => {
      const instructions = [await settleRun(run, rewards)];
      const limits = { version, lifetime, units: 200_000 };
      const { wire } = compiled(payer, instructions, limits);
      expect(VersionedTransaction.deserialize(wire).version).to.equal(version);
      expect(fits(wire, version)).to.equal(true);
      const long = { ...instructions[0]!, data: new Uint8Array(MAX_TRANSACTION_BYTES[version]) };
      expect(fits(compiled(payer, [long], limits).wire, version)).to.equal(false);
      const signature = new Uint8Array(64).fill(7);
      wire.set(signature, version === 1 ? wire.length - 64 : 1);
      const [found] = VersionedTransaction.deserialize(wire).signatures;
      expect(found).to.deep.equal(signature);
      expect(signatureOf(wire)).to.match(/^[1-9A-HJ-NP-Za-km-z]{86,88}$/);
    });
  }
});
