import { LAMPORTS_PER_SOL, PublicKey } from '@solana/web3.js';
import type { ToolCommand } from '../command';
import { key, SENT, solana } from './command';

/** Commands of those who run validators, in order. */
export const VOTING: readonly ToolCommand[] = [
  solana(
    'create-vote-account',
    (world) => [
      'create-vote-account',
      key(world, 'vote'),
      key(world, 'identity'),
      world.files.payer,
      ...['--allow-unsafe-authorized-withdrawer'],
    ],
    [/Signature: /],
  ),
  solana('vote-account of its own', ({ found }) => ['vote-account', found.vote!], [/Validator Identity: /]),
  solana(
    'vote-authorize-voter',
    (world) => {
      key(world, 'voter');
      return ['vote-authorize-voter', world.found.vote!, world.files.payer, world.found.voter!];
    },
    [],
    // The cluster's features want a BLS key too.
    { refused: /Use `vote-authorize-voter-checked` instead/ },
  ),
  solana(
    'vote-authorize-withdrawer',
    (world) => {
      key(world, 'withdrawer');
      return ['vote-authorize-withdrawer', world.found.vote!, world.files.payer, world.found.withdrawer!];
    },
    SENT,
  ),
  solana(
    'vote-authorize-withdrawer-checked',
    ({ found, files }) => [
      'vote-authorize-withdrawer-checked',
      found.vote!,
      found.withdrawerFile!,
      files.payer,
    ],
    SENT,
  ),
  solana(
    'vote-authorize-voter-checked',
    (world) => ['vote-authorize-voter-checked', world.found.vote!, world.files.payer, key(world, 'voter2')],
    SENT,
  ),
  solana(
    'vote-update-validator',
    (world) => ['vote-update-validator', world.found.vote!, key(world, 'identity2'), world.files.payer],
    SENT,
  ),
  solana(
    'vote-update-commission',
    ({ found, files }) => ['vote-update-commission', found.vote!, '7', files.payer],
    SENT,
  ),
  solana(
    'vote-update-commission-bps',
    ({ found, files }) => [
      'vote-update-commission-bps',
      found.vote!,
      'inflation-rewards',
      '700',
      files.payer,
    ],
    SENT,
  ),
  solana(
    'withdraw-from-vote-account',
    ({ found, known }) => ['withdraw-from-vote-account', found.vote!, known.receiver, '0.001'],
    SENT,
    {
      prepares: async ({ connection, found }) => {
        await connection.requestAirdrop(new PublicKey(found.vote!), LAMPORTS_PER_SOL);
      },
    },
  ),
  solana(
    'close-vote-account',
    ({ found, known }) => ['close-vote-account', found.vote!, known.receiver],
    SENT,
  ),
  solana('validator-info publish: there is no config program', ['validator-info', 'publish', 'One'], [], {
    refused: /Attempt to load a program that does not exist/,
  }),
];
