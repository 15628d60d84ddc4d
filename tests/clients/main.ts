import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { awaitTransaction, connect } from '@commonwire/sdk/core';
import { flag, parseOptions, runMain } from '@commonwire/sdk/node';
import { prebuiltPrograms } from '@commonwire/toolchain/prebuilt';
import { Keypair, LAMPORTS_PER_SOL } from '@solana/web3.js';
import { z } from 'zod';
import { ensureSurfnet, placeProgram, startSurfnet } from '../validator/surfnet';
import { copyTree } from '../validator/tree';
import { ANCHOR_COMMANDS } from './anchor-cli';
import { type CommandPlace, checkCommand, onPath, prepareFiles, type ToolCommand } from './command';
import { Recorder } from './recorder';
import { SOLANA_COMMANDS } from './solana';
import { SPL_TOKEN_COMMANDS } from './spl-token-cli';
import { startWorld } from './world';

const RECORDED = join(__dirname, 'requests.vectors.json');

const USAGE = `npm run test:clients -- [--validator | --record]

Runs the commands of Solana's, Anchor's and spl-token's tools against the embedded chain: of those tools that are on
PATH, and it says which aren't. docs/testing.md tells how to install them.

  --validator   run Anchor's commands, and those only, against Surfpool instead
  --record      write one request of each kind that they sent to tests/clients/requests.vectors.json, which npm test repeats`;

const TOOLS: Readonly<Record<string, readonly ToolCommand[]>> = {
  solana: SOLANA_COMMANDS,
  'spl-token': SPL_TOKEN_COMMANDS,
  anchor: ANCHOR_COMMANDS,
};

async function main(argv: readonly string[]): Promise<void> {
  const options = z.object({ validator: flag, record: flag });
  const { validator, record } = parseOptions('npm run test:clients --', argv, options);
  const names = validator ? ['anchor'] : Object.keys(TOOLS);
  const there = names.filter(onPath);
  for (const name of names) {
    if (!there.includes(name))
      process.stdout.write(`${name} is not on PATH: none of its commands was tried\n`);
  }
  if (there.length === 0) throw new Error('no tool is on PATH: see docs/testing.md for how to install them');
  // Anchor's tool writes into the tree that it works on.
  const tree = copyTree();
  try {
    const failed = validator
      ? await onValidator(tree)
      : await onEmbedded(
          tree,
          there.flatMap((name) => TOOLS[name]!),
          record,
        );
    if (failed > 0) throw new Error(`${failed} commands failed`);
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
}

/** Checks commands on the embedded chain; returns how many failed. */
async function onEmbedded(tree: string, commands: readonly ToolCommand[], record: boolean): Promise<number> {
  const world = await startWorld();
  const recorder = await Recorder.start(world);
  try {
    const files = prepareFiles(tree, world.payer);
    const place = { ...world, tree, files, rpcUrl: recorder.rpcUrl, found: {} };
    const failed = await checkAll(commands, place, (name) => {
      recorder.command = name;
    });
    const lines = recorder.requests.map((request) => JSON.stringify(request));
    if (record) writeFileSync(RECORDED, `[\n${lines.join(',\n')}\n]\n`);
    return failed;
  } finally {
    recorder.close();
    await world.close();
  }
}

/** Checks Anchor's commands on a real validator; returns how many failed. */
async function onValidator(tree: string): Promise<number> {
  const validator = await startSurfnet(ensureSurfnet());
  try {
    const { rpcUrl } = validator;
    const connection = connect(rpcUrl);
    const payer = Keypair.generate();
    await awaitTransaction(
      connection,
      await connection.requestAirdrop(payer.publicKey, 1_000 * LAMPORTS_PER_SOL),
    );
    for (const { address, soFile } of prebuiltPrograms()) await placeProgram(rpcUrl, address, soFile);
    return await checkAll(ANCHOR_COMMANDS, { tree, files: prepareFiles(tree, payer), rpcUrl, found: {} });
  } finally {
    await validator.stop();
  }
}

async function checkAll<Place extends CommandPlace>(
  commands: readonly ToolCommand<Place>[],
  place: Place,
  begins: (name: string) => void = () => undefined,
): Promise<number> {
  let failed = 0;
  for (const command of commands) {
    begins(command.name);
    const problem = await checkCommand(command, place);
    process.stdout.write(
      problem === undefined ? `ok      ${command.name}\n` : `FAILED  ${command.name}\n${problem}\n`,
    );
    if (problem !== undefined) failed++;
  }
  process.stdout.write(`${commands.length - failed} passed, ${failed} failed\n`);
  return failed;
}

void runMain(main, { usage: USAGE, exit: true });
