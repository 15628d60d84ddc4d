import { readFileSync } from 'node:fs';
import { prebuilt } from '@commonwire/toolchain/prebuilt';
import { Connection, PublicKey } from '@solana/web3.js';
import type { CommandWorld, ToolCommand } from './command';

const ADDRESS = '[1-9A-HJ-NP-Za-km-z]{32,44}';
const SIGNATURE = '[1-9A-HJ-NP-Za-km-z]{80,90}';

const at = ({ rpcUrl, localnet, files }: CommandWorld): string[] => [
  ...['--url', rpcUrl],
  ...['--ws', localnet.wsUrl],
  ...['--keypair', files.payer],
  ...['--commitment', 'confirmed'],
];

type Words = (world: CommandWorld) => readonly string[];

const solana = (
  name: string,
  words: Words | readonly string[],
  says: readonly RegExp[] = [],
  more: Partial<ToolCommand> = {},
): ToolCommand => ({
  name: `solana ${name}`,
  words: (world) => ['solana', ...at(world), ...(typeof words === 'function' ? words(world) : words)],
  says,
  ...more,
});

/** A key file for one purpose; its address is kept under the same name. */
function key({ files, found }: CommandWorld, name: string): string {
  const { file, address } = files.newKey(name);
  found[name] = address;
  found[`${name}File`] = file;
  return file;
}

const READING: readonly ToolCommand[] = [
  solana('cluster-version', ['cluster-version'], [/^\d+\.\d+\.\d+/]),
  solana('genesis-hash', ['genesis-hash'], [new RegExp(ADDRESS)]),
  solana('slot', ['slot'], [/^\d+/]),
  solana('epoch', ['epoch'], [/^\d+/]),
  solana('epoch-info', ['epoch-info'], [/Epoch: \d+/, /Transaction Count: \d+/]),
  solana('block-height', ['block-height'], [/^\d+/]),
  solana('first-available-block', ['first-available-block'], [/^\d+/]),
  solana('block-time', ({ known }) => ['block-time', String(known.slot)], [/Date: /]),
  solana('block', ({ known }) => ['block', String(known.slot)], [/Slot: \d+/, /Memo|Program Memo/]),
  solana('block-production', ['block-production'], [/blocks/]),
  solana('cluster-date', ['cluster-date'], [/Unix Time: \d+/]),
  solana('transaction-count', ['transaction-count'], [/^\d+/]),
  solana('supply', ['supply', '--print-accounts'], [/Total: /]),
  solana('total-supply', ['total-supply'], [/SOL/]),
  solana('largest-accounts', ['largest-accounts'], [/SOL/]),
  solana('rent', ['rent', '165'], [/0\.00148844 SOL/]),
  solana('recent-prioritization-fees', ['recent-prioritization-fees'], [/fee/i]),
  solana('balance', ({ known }) => ['balance', known.payer], [/SOL/]),
  solana('account of a mint', ({ known }) => ['account', known.mint], [/Length: 82/]),
  solana('account, as JSON', ({ known }) => ['account', known.tokenAccount, '--output', 'json-compact'], [
    /"type":"account"|base64/,
  ]),
  solana('validators', ['validators'], [/Active Stake: 1000/]),
  solana('stakes', ['stakes'], [/Active Stake|Delegated Stake/]),
  solana('stakes of a vote account', ({ known }) => ['stakes', known.voteAccount], [/Delegated/]),
  solana('vote-account', ({ known }) => ['vote-account', known.voteAccount], [/Validator Identity: /]),
  solana('leader-schedule', ['leader-schedule'], [new RegExp(`\\d+ +${ADDRESS}`)]),
  solana('inflation', ['inflation'], [/Inflation Governor/]),
  solana('inflation rewards', ({ known }) => ['inflation', 'rewards', known.voteAccount]),
  solana('gossip', ['gossip'], [/Nodes: 1/]),
  solana('stake-history', ['stake-history']),
  solana('stake-minimum-delegation', ['stake-minimum-delegation'], [/1 SOL/]),
  solana('feature status', ['feature', 'status'], [/active/]),
  solana('validator-info get', ['validator-info', 'get']),
  solana('nonce', ({ known }) => ['nonce', known.nonce], [new RegExp(ADDRESS)]),
  solana('nonce-account', ({ known }) => ['nonce-account', known.nonce], [/Authority: /]),
  solana('address-lookup-table get', ({ known }) => ['address-lookup-table', 'get', known.table], [
    /Authority: /,
  ]),
  solana('confirm', ({ known }) => ['confirm', '--verbose', known.transfer], [
    /Finalized|Confirmed/,
    /for the reading/,
  ]),
  solana('confirm of a failed one', ({ known }) => ['confirm', '--verbose', known.failed], [
    /custom program error: 0x1/,
  ]),
  solana('confirm of a version 0 one', ({ known }) => ['confirm', '--verbose', known.versioned], [
    /Address Table Lookup/,
  ]),
  solana(
    'transaction-history',
    ({ known }) => ['transaction-history', known.receiver, '--show-transactions'],
    [/transactions found/],
  ),
];

const PAYING: readonly ToolCommand[] = [
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

/** The bytes of a deployed program, without what follows them. */
async function deployed(world: CommandWorld, program: string): Promise<Buffer> {
  const connection = new Connection(world.localnet.rpcUrl, 'confirmed');
  const account = await connection.getAccountInfo(new PublicKey(program));
  const data = await connection.getAccountInfo(new PublicKey(account!.data.subarray(4, 36)));
  return data!.data.subarray(45);
}

const DEPLOYING: readonly ToolCommand[] = [
  solana(
    'program deploy',
    (world) => [
      ...['program', 'deploy', prebuilt('network'), '--use-rpc'],
      ...['--program-id', key(world, 'program')],
    ],
    [/Program Id: /],
    {
      checks: async (world) => {
        const wanted = readFileSync(prebuilt('network'));
        const bytes = await deployed(world, world.found.program!);
        if (!bytes.subarray(0, wanted.length).equals(wanted)) throw new Error('other bytes were deployed');
      },
    },
  ),
  solana('program show', ({ found }) => ['program', 'show', found.program!], [
    /Authority: /,
    /Data Length: \d+/,
  ]),
  solana('program show --programs', ['program', 'show', '--programs'], [new RegExp(ADDRESS)]),
  solana('program extend', ({ found }) => ['program', 'extend', found.program!, '1000'], [/Extended/]),
  solana(
    'program deploy, as an upgrade',
    ({ found }) => [
      ...['program', 'deploy', prebuilt('network'), '--use-rpc'],
      ...['--program-id', found.programFile!],
    ],
    [/Program Id: /],
  ),
  solana(
    'program dump',
    ({ found, files }) => ['program', 'dump', found.program!, `${files.folder}/dump.so`],
    [/Wrote program/],
  ),
  solana(
    'program write-buffer',
    ['program', 'write-buffer', prebuilt('network'), '--use-rpc'],
    [/Buffer: /],
    {
      keeps: { buffer: new RegExp(`Buffer: (${ADDRESS})`) },
    },
  ),
  solana('program show --buffers', ['program', 'show', '--buffers'], [new RegExp(ADDRESS)]),
  solana('program close of a buffer', ({ found }) => ['program', 'close', found.buffer!], [/SOL/]),
  solana(
    'program set-upgrade-authority',
    ({ found, files }) => [
      ...['program', 'set-upgrade-authority', found.program!],
      ...['--new-upgrade-authority', files.payer],
    ],
    [/Authority/],
  ),
  solana('program close', ({ found }) => ['program', 'close', found.program!, '--bypass-warning'], [/SOL/]),
];

/** Commands of `solana`, in an order in which each finds what it needs. */
export const SOLANA_COMMANDS: readonly ToolCommand[] = [...READING, ...PAYING, ...DEPLOYING];
