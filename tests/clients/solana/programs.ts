import { readFileSync } from 'node:fs';
import { prebuilt } from '@commonwire/toolchain/prebuilt';
import { Connection, PublicKey } from '@solana/web3.js';
import type { CommandWorld, ToolCommand } from '../command';
import { ADDRESS, key, solana } from './command';

/** The bytes of a deployed program, without what follows them. */
async function deployed(world: CommandWorld, program: string): Promise<Buffer> {
  const connection = new Connection(world.localnet.rpcUrl, 'confirmed');
  const account = await connection.getAccountInfo(new PublicKey(program));
  const data = await connection.getAccountInfo(new PublicKey(account!.data.subarray(4, 36)));
  return data!.data.subarray(45);
}

/** Commands that deploy, change and close programs, in order. */
export const DEPLOYING: readonly ToolCommand[] = [
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
  solana('program extend', ({ found }) => ['program', 'extend', found.program!, '10240'], [/Extended/]),
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
  solana(
    'program write-buffer, to be upgraded to',
    ['program', 'write-buffer', prebuilt('network'), '--use-rpc'],
    [],
    {
      keeps: { next: new RegExp(`Buffer: (${ADDRESS})`) },
    },
  ),
  solana(
    'program set-buffer-authority',
    ({ found, files }) => [
      ...['program', 'set-buffer-authority', found.next!, '--new-buffer-authority', files.payer],
    ],
    [/Authority/],
  ),
  solana('program upgrade', ({ found }) => ['program', 'upgrade', found.next!, found.program!], [
    /Program|Signature/,
  ]),
  solana(
    'program write-buffer, to be closed with all',
    ['program', 'write-buffer', prebuilt('network'), '--use-rpc'],
    [/Buffer: /],
  ),
  solana('program close --buffers', ['program', 'close', '--buffers'], [/SOL/]),
  solana('program close', ({ found }) => ['program', 'close', found.program!, '--bypass-warning'], [/SOL/]),
  solana(
    'program deploy, final',
    (world) => [
      ...[
        'program',
        'deploy',
        prebuilt('network'),
        '--use-rpc',
        '--final',
        '--program-id',
        key(world, 'final'),
      ],
    ],
    [/Program Id: /],
  ),
  solana('program show of a final one', ({ found }) => ['program', 'show', found.final!], [
    /Authority: none/,
  ]),
];
