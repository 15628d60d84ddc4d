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
  solana(
    'create-stake-account-checked',
    (world) => [
      ...['create-stake-account-checked', key(world, 'checked'), '5'],
      ...['--withdraw-authority', world.files.payer],
    ],
    SENT,
  ),
  solana(
    'create-stake-account, to be merged',
    (world) => ['create-stake-account', key(world, 'merged'), '3'],
    SENT,
  ),
  solana('merge-stake', ({ found }) => ['merge-stake', found.checked!, found.merged!], SENT),
  solana(
    'create-stake-account of a seed',
    ({ found }) => ['create-stake-account', found.checkedFile!, '3', '--seed', 'second'],
    SENT,
  ),
  solana(
    'stake-authorize',
    (world) => {
      key(world, 'staker');
      return ['stake-authorize', world.found.checked!, '--new-stake-authority', world.found.staker!];
    },
    SENT,
  ),
  solana(
    'stake-authorize-checked',
    (world) => [
      ...['stake-authorize-checked', world.found.checked!, '--stake-authority', world.found.stakerFile!],
      ...['--new-stake-authority', world.files.payer],
    ],
    SENT,
  ),
  solana(
    'stake-set-lockup',
    (world) => {
      key(world, 'custodian');
      return [
        ...['stake-set-lockup', world.found.checked!, '--lockup-epoch', '5000'],
        ...['--new-custodian', world.found.custodian!, '--custodian', world.files.payer],
      ];
    },
    SENT,
  ),
  solana(
    'stake-set-lockup-checked',
    ({ found, files }) => [
      ...['stake-set-lockup-checked', found.checked!, '--custodian', found.custodianFile!],
      ...['--new-custodian', files.payer],
    ],
    SENT,
  ),
  solana('stake-account with a lockup', ({ found }) => ['stake-account', found.checked!], [/Lockup/]),
  solana('stakes of a withdrawer', ({ known }) => ['stakes', '--withdraw-authority', known.payer], [
    /Stake Pubkey/,
  ]),
  solana(
    'withdraw-stake of all',
    ({ found, known }) => ['withdraw-stake', found.split!, known.receiver, 'ALL'],
    [],
    {
      refused: /insufficient funds for instruction/,
    },
  ),
  solana(
    'redelegate-stake, which Solana has given up',
    ({ found, known }) => ['redelegate-stake', found.stake!, known.voteAccount],
    [],
    {
      refused: /no longer exists/,
    },
  ),
];
