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
];
