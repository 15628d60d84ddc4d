import { rmSync } from 'node:fs';
import { parseOptions, runMain } from '@commonwire/sdk/node';
import { z } from 'zod';
import { copyTree } from '../validator/tree';
import { ANCHOR_COMMANDS } from './anchor-cli';
import { type CommandWorld, checkCommand, onPath, prepareFiles, type ToolCommand } from './command';
import { SOLANA_COMMANDS } from './solana-cli';
import { SPL_TOKEN_COMMANDS } from './spl-token-cli';
import { startWorld } from './world';

const USAGE = `npm run test:clients

Runs the commands of Solana's, Anchor's and spl-token's tools against the embedded chain: of those tools that are on
PATH, and it says which aren't. docs/testing.md tells how to install them.`;

const TOOLS: Readonly<Record<string, readonly ToolCommand[]>> = {
  solana: SOLANA_COMMANDS,
  'spl-token': SPL_TOKEN_COMMANDS,
  anchor: ANCHOR_COMMANDS,
};

async function main(argv: readonly string[]): Promise<void> {
  parseOptions('npm run test:clients --', argv, z.object({}));
  const there = Object.keys(TOOLS).filter(onPath);
  for (const name of Object.keys(TOOLS)) {
    if (!there.includes(name))
      process.stdout.write(`${name} is not on PATH: none of its commands was tried\n`);
  }
  if (there.length === 0) throw new Error('no tool is on PATH: see docs/testing.md for how to install them');
  // Anchor's tool writes into the tree that it works on.
  const tree = copyTree();
  const world = await startWorld();
  let failed = 0;
  let passed = 0;
  try {
    const commandWorld: CommandWorld = {
      ...world,
      tree,
      files: prepareFiles(tree, world.payer),
      rpcUrl: world.localnet.rpcUrl,
      found: {},
    };
    for (const command of there.flatMap((name) => TOOLS[name]!)) {
      const problem = await checkCommand(command, commandWorld);
      process.stdout.write(
        problem === undefined ? `ok      ${command.name}\n` : `FAILED  ${command.name}\n${problem}\n`,
      );
      if (problem === undefined) passed++;
      else failed++;
    }
  } finally {
    await world.close();
    rmSync(tree, { recursive: true, force: true });
  }
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  if (failed > 0) throw new Error(`${failed} commands failed`);
}

void runMain(main, { usage: USAGE, exit: true });
