import type { ToolCommand } from '../command';
import { ADDRESS, key, SIGNATURE, solana } from './command';

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
];
