import { setTimeout as sleep } from 'node:timers/promises';
import { utils } from '@coral-xyz/anchor';
import {
  type Connection,
  type Keypair,
  LAMPORTS_PER_SOL,
  PublicKey,
  SystemProgram,
  Transaction,
  type VersionedMessage,
  VersionedTransaction,
} from '@solana/web3.js';
import type { ToolCommand } from '../command';
import { ADDRESS, key, SENT, SIGNATURE, solana } from './command';

/** Commands that pay, and those of nonces and lookup tables, in order. */
export const PAYING: readonly ToolCommand[] = [
  solana('airdrop', ({ known }) => ['airdrop', '2', known.receiver], [/Signature: /]),
  solana(
    'transfer',
    ({ known }) => ['transfer', known.receiver, '0.5', '--with-memo', 'by the tool'],
    [/Signature: /],
    { keeps: { transfer: new RegExp(`Signature: (${SIGNATURE})`) } },
  ),
  solana(
    'transfer to a new account',
    (world) => {
      key(world, 'new');
      return ['transfer', world.found.new!, '1', '--allow-unfunded-recipient'];
    },
    [/Signature: /],
  ),
  solana(
    'transfer with a compute unit price',
    ({ known }) => ['transfer', known.receiver, '0.1', ...['--with-compute-unit-price', '1000']],
    [/Signature: /],
  ),
  solana('create-nonce-account', (world) => ['create-nonce-account', key(world, 'nonce'), '0.01'], [
    /Signature: /,
  ]),
  solana('new-nonce', ({ found }) => ['new-nonce', found.nonce!], [/Signature: /]),
  solana('nonce of its own', ({ found }) => ['nonce', found.nonce!], [], {
    keeps: { storedNonce: new RegExp(`(${ADDRESS})`) },
  }),
  solana(
    'transfer by a nonce',
    (world) => {
      const { found, known } = world;
      return ['transfer', known.receiver, '0.1', '--nonce', found.nonce!, '--blockhash', found.storedNonce!];
    },
    [/Signature: /],
    // A nonce can be used from the slot after that which gave it.
    { prepares: ({ localnet }) => localnet.advanceSlots(1) },
  ),
  solana(
    'authorize-nonce-account',
    ({ found, known }) => ['authorize-nonce-account', found.nonce!, known.payer],
    [/Signature: /],
  ),
  solana(
    'withdraw-from-nonce-account',
    ({ found, known }) => ['withdraw-from-nonce-account', found.nonce!, known.receiver, '0.001'],
    [/Signature: /],
  ),
  solana('address-lookup-table create', ['address-lookup-table', 'create'], [/Lookup Table Address: /], {
    keeps: { table: new RegExp(`Lookup Table Address: (${ADDRESS})`) },
  }),
  solana(
    'address-lookup-table extend',
    ({ found, known }) => [
      ...['address-lookup-table', 'extend', found.table!],
      ...['--addresses', known.receiver],
    ],
    [/Signature: /],
  ),
  solana(
    'address-lookup-table get of its own',
    ({ found }) => ['address-lookup-table', 'get', found.table!],
    [/Number of Addresses: 1|Address Table Entries/],
  ),
  solana(
    'address-lookup-table deactivate',
    ({ found }) => ['address-lookup-table', 'deactivate', found.table!, '--bypass-warning'],
    SENT,
  ),
  solana('address-lookup-table close', ({ found }) => ['address-lookup-table', 'close', found.table!], SENT, {
    // A table can be closed once its deactivation has left the slot hashes.
    prepares: ({ localnet }) => localnet.advanceSlots(513),
  }),
  solana('address-lookup-table create, to be frozen', ['address-lookup-table', 'create'], [], {
    keeps: { frozen: new RegExp(`Lookup Table Address: (${ADDRESS})`) },
  }),
  solana(
    'address-lookup-table extend, to be frozen',
    ({ found, known }) => [
      'address-lookup-table',
      'extend',
      found.frozen!,
      '--addresses',
      `${known.receiver},${known.payer}`,
    ],
    SENT,
  ),
  solana(
    'address-lookup-table freeze',
    ({ found }) => ['address-lookup-table', 'freeze', found.frozen!, '--bypass-warning'],
    SENT,
  ),
  solana('confirm of its own', ({ found }) => ['confirm', '--verbose', found.transfer!], [/by the tool/]),
  solana(
    'decode-transaction',
    ({ found }) => ['decode-transaction', found.signed!, 'base64'],
    [/Recent Blockhash/],
    {
      prepares: async ({ connection, found, known }) => {
        const { transaction } = (await connection.getTransaction(known.transfer, {
          maxSupportedTransactionVersion: 1,
        }))!;
        const signatures = transaction.signatures.map((text) => utils.bytes.bs58.decode(text));
        found.signed = Buffer.from(
          new VersionedTransaction(transaction.message as VersionedMessage, signatures).serialize(),
        ).toString('base64');
      },
    },
  ),
  solana(
    'transfer, signed only',
    ({ known, found }) => [
      ...['transfer', known.receiver, '0.1', '--sign-only', '--blockhash', found.blockhash!],
    ],
    [/Signers \(Pubkey=Signature\)/],
    {
      prepares: async ({ connection, found }) => {
        found.blockhash = (await connection.getLatestBlockhash()).blockhash;
      },
    },
  ),
  solana(
    'transfer of all',
    ({ files, known, found }) => [
      ...['transfer', known.payer, 'ALL', '--from', found.newFile!, '--fee-payer', files.payer],
    ],
    SENT,
  ),
  solana(
    'transfer from a derived address',
    (world) => [
      ...['transfer', world.known.receiver, '0.1', '--allow-unfunded-recipient'],
      ...[
        '--derived-address-seed',
        'meter',
        '--derived-address-program-id',
        '11111111111111111111111111111111',
      ],
    ],
    SENT,
    {
      prepares: async (world) => {
        const base = world.payer.publicKey;
        const derived = await PublicKey.createWithSeed(base, 'meter', SystemProgram.programId);
        await world.connection.requestAirdrop(derived, LAMPORTS_PER_SOL);
      },
    },
  ),
  solana(
    'upgrade-nonce-account: it is of the new kind',
    ({ found }) => ['upgrade-nonce-account', found.nonce!],
    [],
    {
      refused: /invalid account data|InvalidArgument|invalid program argument/i,
    },
  ),
  solana('logs', ({ known }) => ['logs', known.receiver], [], {
    endedAt: /Transaction executed in slot/,
    prepares: ({ payer, known, connection }) => {
      payUntilAsked(connection, payer, new PublicKey(known.receiver)).catch(() => undefined);
    },
  }),
];

/** Pays a little every half a second to somebody who is listened for; the chain may be closed before that ends. */
async function payUntilAsked(connection: Connection, payer: Keypair, to: PublicKey): Promise<void> {
  for (let i = 1; i <= 20; i++) {
    const { blockhash, lastValidBlockHeight } = await connection.getLatestBlockhash();
    const transaction = new Transaction({ feePayer: payer.publicKey, blockhash, lastValidBlockHeight });
    transaction
      .add(SystemProgram.transfer({ fromPubkey: payer.publicKey, toPubkey: to, lamports: i }))
      .sign(payer);
    await connection.sendRawTransaction(transaction.serialize());
    await sleep(500);
  }
}
