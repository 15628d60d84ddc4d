import type { CommandWorld, ToolCommand } from './command';

const ADDRESS = '[1-9A-HJ-NP-Za-km-z]{32,44}';

type Words = (world: CommandWorld) => readonly string[];

const token = (
  name: string,
  words: Words,
  says: readonly RegExp[],
  keeps: Readonly<Record<string, RegExp>> = {},
): ToolCommand => ({
  name: `spl-token ${name}`,
  words: (world) => [
    'spl-token',
    ...words(world),
    ...['--url', world.rpcUrl],
    ...['--fee-payer', world.files.payer],
  ],
  says,
  keeps,
});

/** Commands of `spl-token`, in an order in which each finds what it needs. */
export const SPL_TOKEN_COMMANDS: readonly ToolCommand[] = [
  token('display of a mint', ({ known }) => ['display', known.mint], [/Decimals: 6/]),
  token('display of an account', ({ known }) => ['display', known.tokenAccount], [/Balance: 5\.5/]),
  token('display of a Token-2022 mint', ({ known }) => ['display', known.mint2022], [
    /Interest-bearing/i,
    /WATT/,
  ]),
  token('supply', ({ known }) => ['supply', known.mint], [/5\.5/]),
  token('accounts', ({ files }) => ['accounts', '--owner', files.payer], [/5\.5/]),
  token('balance', ({ known, files }) => ['balance', known.mint, '--owner', files.payer], [/5\.5/]),
  token(
    'create-token',
    ({ files }) => ['create-token', '--decimals', '2', '--mint-authority', files.payer],
    [/Signature: /],
    { mint: new RegExp(`Address: +(${ADDRESS})`) },
  ),
  token('create-account', ({ found, files }) => ['create-account', found.mint!, '--owner', files.payer], [
    /Signature: /,
  ]),
  token(
    'mint',
    ({ found, files, known }) => [
      ...['mint', found.mint!, '100', '--mint-authority', files.payer],
      ...['--recipient-owner', known.payer],
    ],
    [/Signature: /],
  ),
  token(
    'transfer',
    ({ found, files, known }) => [
      ...['transfer', found.mint!, '1', known.receiver, '--owner', files.payer],
      ...['--fund-recipient', '--allow-unfunded-recipient'],
    ],
    [/Signature: /],
  ),
];
