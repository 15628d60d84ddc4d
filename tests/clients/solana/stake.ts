import type { ToolCommand } from '../command';
import { key, SENT, solana } from './command';

/** Commands of stakes, in order. */
export const STAKING: readonly ToolCommand[] = [
  solana('create-stake-account', (world) => ['create-stake-account', key(world, 'stake'), '5'], [
    /Signature: /,
  ]),
  solana('stake-account', ({ found }) => ['stake-account', found.stake!], [/Stake account is undelegated/]),
  solana('delegate-stake', ({ found, known }) => ['delegate-stake', found.stake!, known.voteAccount], [
    /Signature: /,
  ]),
  solana(
    'split-stake',
    (world) => {
      const file = key(world, 'split');
      return ['split-stake', world.found.stake!, file, '2'];
    },
    [/Signature: /],
  ),
  solana('deactivate-stake', ({ found }) => ['deactivate-stake', found.stake!], [/Signature: /]),
  solana('withdraw-stake', ({ found, known }) => ['withdraw-stake', found.stake!, known.receiver, '1'], [
    /Signature: /,
  ]),
];
