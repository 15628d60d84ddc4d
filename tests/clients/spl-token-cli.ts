import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandWorld, ToolCommand } from './command';

const ADDRESS = '[1-9A-HJ-NP-Za-km-z]{32,44}';
const SENT = [/Signature: /];

type Words = (world: CommandWorld) => readonly string[];

/** Tells the tool its node and its key, which it uses for every role. */
function configured({ files, rpcUrl }: CommandWorld): string {
  const folder = join(files.folder, 'spl-token');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'config.yml');
  writeFileSync(
    file,
    [
      `json_rpc_url: ${rpcUrl}`,
      `keypair_path: ${files.payer}`,
      'websocket_url: ""',
      'commitment: confirmed',
    ].join('\n'),
  );
  return file;
}

const token = (
  name: string,
  words: Words,
  says: readonly RegExp[] = SENT,
  more: Partial<ToolCommand> = {},
): ToolCommand => ({
  name: `spl-token ${name}`,
  words: (world) => ['spl-token', '--config', configured(world), ...words(world)],
  says,
  ...more,
});

/** Commands that read what is there. */
const READING: readonly ToolCommand[] = [
  token('display of a mint', ({ known }) => ['display', known.mint], [/Decimals: 6/]),
  token('display of an account', ({ known }) => ['display', known.tokenAccount], [/Balance: 5\.5/]),
  token('display of a Token-2022 mint', ({ known }) => ['display', known.mint2022], [
    /Interest-bearing/i,
    /WATT/,
  ]),
  token('supply', ({ known }) => ['supply', known.mint], [/5\.5/]),
  token('accounts', () => ['accounts'], [/5\.5/]),
  token('accounts, as JSON', () => ['accounts', '--output', 'json-compact'], [/"uiAmountString":"5\.5"/]),
  token('accounts --delegated', () => ['accounts', '--delegated', '--addresses-only'], [/./]),
  token('balance', ({ known }) => ['balance', known.mint], [/5\.5/]),
  token('account-info', ({ known }) => ['account-info', known.mint], [/Balance: 5\.5/]),
  token('address', ({ known }) => ['address', '--token', known.mint, '--verbose'], [new RegExp(ADDRESS)]),
];

/** Commands that change what they make, with one of the token programs. */
function changing(program: 'token' | 'token-2022'): readonly ToolCommand[] {
  const of = program === 'token' ? [] : ['--program-2022'];
  const name = (what: string) => `${program} ${what}`;
  const kept = (what: string) => `${program}:${what}`;
  const at = ({ found }: CommandWorld, what: string) => found[kept(what)]!;
  const mint = (world: CommandWorld) => at(world, 'mint');
  const account = (world: CommandWorld) => at(world, 'account');
  const to = (world: CommandWorld) => {
    const file = world.files.newKey(kept('wallet').replace(':', '-'));
    world.found[kept('wallet')] = file.address;
    return file.address;
  };
  const step = (what: string, words: Words, says?: readonly RegExp[], more?: Partial<ToolCommand>) =>
    token(name(what), (world) => [...of, ...words(world)], says, more);
  return [
    step('create-token', () => ['create-token', '--decimals', '2', '--enable-freeze'], [/Decimals: +2/], {
      keeps: { [kept('mint')]: new RegExp(`Address: +(${ADDRESS})`) },
    }),
    step('create-account', (world) => ['create-account', mint(world)], SENT, {
      keeps: { [kept('account')]: new RegExp(`Creating account (${ADDRESS})`) },
    }),
    step('create-account of its own key', (world) => [
      ...['create-account', mint(world), world.files.newKey(`${program}-auxiliary`).file],
    ]),
    step('mint', (world) => ['mint', mint(world), '100']),
    step('transfer --fund-recipient', (world) => [
      ...['transfer', mint(world), '1', to(world), '--fund-recipient', '--allow-unfunded-recipient'],
    ]),
    step('balance of the receiver', (world) => ['balance', mint(world), '--owner', at(world, 'wallet')], [
      /^1\s*$/m,
    ]),
    step('transfer with memo', (world) => [
      ...[
        'transfer',
        mint(world),
        '1',
        at(world, 'wallet'),
        '--with-memo',
        'thanks',
        '--allow-unfunded-recipient',
      ],
    ]),
    step('burn', (world) => ['burn', account(world), '1']),
    step('approve', (world) => ['approve', account(world), '5', world.known.receiver]),
    step('revoke', (world) => ['revoke', account(world)]),
    step('freeze', (world) => ['freeze', account(world)]),
    step(
      'transfer of what is frozen',
      (world) => ['transfer', mint(world), '1', at(world, 'wallet'), '--allow-unfunded-recipient'],
      [],
      {
        refused: /0x11|frozen/i,
      },
    ),
    step('thaw', (world) => ['thaw', account(world)]),
    step('supply', (world) => ['supply', mint(world)], [/^99\s*$/m]),
    step('authorize', (world) => ['authorize', mint(world), 'freeze', world.known.payer]),
    step('display', (world) => ['display', mint(world)], [/Freeze authority: /i]),
    step('gc', () => ['gc'], [/./]),
    step('burn of all', (world) => ['burn', account(world), 'ALL']),
    step('close', (world) => ['close', mint(world)]),
    step('create-multisig', ({ known }) => ['create-multisig', '1', known.payer, known.receiver], SENT, {
      keeps: { [kept('multisig')]: new RegExp(`multisig (${ADDRESS})`) },
    }),
    step('multisig-info', (world) => ['multisig-info', at(world, 'multisig')], [
      /Minimum Signers|1\/2|M\/N/i,
    ]),
    step('wrap', () => ['wrap', '2'], SENT),
    step('sync-native', () => ['sync-native']),
    step('unwrap', () => ['unwrap']),
    step('create-token with a fixed supply', () => ['create-token', '--decimals', '0'], SENT, {
      keeps: { [kept('fixed')]: new RegExp(`Address: +(${ADDRESS})`) },
    }),
    step('authorize --disable', (world) => ['authorize', at(world, 'fixed'), 'mint', '--disable']),
  ];
}

/** Commands for Token-2022's extensions. */
const EXTENDED: readonly ToolCommand[] = (() => {
  const step = (what: string, words: Words, says?: readonly RegExp[], more?: Partial<ToolCommand>) =>
    token(`token-2022 ${what}`, (world) => ['--program-2022', ...words(world)], says, more);
  const made = (name: string, ...options: string[]) =>
    step(`create-token ${options[0]}`, () => ['create-token', ...options], SENT, {
      keeps: { [name]: new RegExp(`Address: +(${ADDRESS})`) },
    });
  const account = (name: string) =>
    step(`create-account of ${name}`, ({ found }) => ['create-account', found[name]!], SENT, {
      keeps: { [`${name}:account`]: new RegExp(`Creating account (${ADDRESS})`) },
    });
  return [
    made('named', '--enable-metadata', '--interest-rate', '5', '--enable-pause'),
    step('initialize-metadata', ({ found }) => [
      'initialize-metadata',
      found.named!,
      'Watt',
      'W',
      'https://example.com',
    ]),
    step('update-metadata', ({ found }) => ['update-metadata', found.named!, 'colour', 'green']),
    step('set-interest-rate', ({ found }) => ['set-interest-rate', found.named!, '7']),
    step('display of metadata', ({ found }) => ['display', found.named!], [/colour: green/, /Watt/]),
    account('named'),
    step('pause', ({ found }) => ['pause', found.named!]),
    step('mint while paused', ({ found }) => ['mint', found.named!, '1'], [], { refused: /0x43|paused/i }),
    step('resume', ({ found }) => ['resume', found.named!]),
    step('enable-required-transfer-memos', ({ found }) => [
      'enable-required-transfer-memos',
      found['named:account']!,
    ]),
    step('disable-required-transfer-memos', ({ found }) => [
      'disable-required-transfer-memos',
      found['named:account']!,
    ]),
    step('enable-cpi-guard', ({ found }) => ['enable-cpi-guard', found['named:account']!]),
    step('disable-cpi-guard', ({ found }) => ['disable-cpi-guard', found['named:account']!]),
    made('taxed', '--transfer-fee-basis-points', '100', '--transfer-fee-maximum-fee', '5', '--decimals', '2'),
    account('taxed'),
    step('mint of what has a fee', ({ found }) => ['mint', found.taxed!, '1000']),
    step('create-account of another owner', ({ found, known, files }) => [
      ...['create-account', found.taxed!, '--owner', known.receiver, '--fee-payer', files.payer],
    ]),
    step('transfer with a fee', ({ found, known }) => [
      ...['transfer', found.taxed!, '100', known.receiver, '--expected-fee', '1'],
    ]),
    step('set-transfer-fee', ({ found }) => ['set-transfer-fee', found.taxed!, '200', '7']),
    step('withdraw-withheld-tokens', ({ found }) => [
      'withdraw-withheld-tokens',
      found['taxed:account']!,
      '--include-mint',
    ]),
    made('frozen', '--enable-freeze', '--default-account-state', 'frozen'),
    step('update-default-account-state', ({ found }) => [
      'update-default-account-state',
      found.frozen!,
      'initialized',
    ]),
    made('grouped', '--enable-group'),
    step('initialize-group', ({ found }) => ['initialize-group', found.grouped!, '3']),
    step('update-group-max-size', ({ found }) => ['update-group-max-size', found.grouped!, '5']),
    made('member', '--enable-member'),
    step('initialize-member', ({ found }) => ['initialize-member', found.member!, found.grouped!]),
    made('hooked', '--transfer-hook', 'MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr'),
    step('set-transfer-hook --disable', ({ found }) => ['set-transfer-hook', found.hooked!, '--disable']),
    made('scaled', '--ui-amount-multiplier', '2'),
    step('update-ui-amount-multiplier', ({ found }) => ['update-ui-amount-multiplier', found.scaled!, '3']),
    made('delegated', '--enable-permanent-delegate', '--enable-non-transferable', '--enable-close'),
    step('close-mint', ({ found }) => ['close-mint', found.delegated!]),
    made('hidden', '--enable-confidential-transfers', 'auto', '--decimals', '0'),
    account('hidden'),
    step('mint to be hidden', ({ found }) => ['mint', found.hidden!, '10']),
    step(
      'configure-confidential-transfer-account',
      ({ found }) => [...['configure-confidential-transfer-account', '--address', found['hidden:account']!]],
      [/configure confidential transfer account: /],
    ),
    step('deposit-confidential-tokens', ({ found }) => [
      ...['deposit-confidential-tokens', found.hidden!, '10', '--address', found['hidden:account']!],
    ]),
    step('apply-pending-balance', ({ found }) => [
      'apply-pending-balance',
      '--address',
      found['hidden:account']!,
    ]),
    step(
      'withdraw-confidential-tokens: there is no record program for its proof',
      ({ found }) => [
        ...['withdraw-confidential-tokens', found.hidden!, '4', '--address', found['hidden:account']!],
      ],
      [],
      { refused: /Attempt to load a program that does not exist/ },
    ),
  ];
})();

/** Commands of `spl-token`, in an order in which each finds what it needs. */
export const SPL_TOKEN_COMMANDS: readonly ToolCommand[] = [
  ...READING,
  ...changing('token'),
  ...changing('token-2022'),
  ...EXTENDED,
];
