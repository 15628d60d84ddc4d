import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatSol } from '@commonwire/sdk/core';
import { PROGRAM_ID } from '@commonwire/sdk/network';
import {
  address,
  bigWhole,
  clusterUrl,
  DEFAULT_KEYPAIR,
  FileError,
  flag,
  parseOptions,
  readKeypair,
  runMain,
  UsageError,
} from '@commonwire/sdk/node';
import { prebuilt } from '@commonwire/toolchain/prebuilt';
import { Connection, type PublicKey } from '@solana/web3.js';
import { z } from 'zod';
import { type Deployment, deployProgram, prepareUpgrade } from './loader/deploy';
import { progressPrinter } from './progress';

const ROOT = join(__dirname, '../../..');

const USAGE = `npm run deploy -- --url URL [options]

Deploys the network program, or upgrades the one that is there, and checks that the bytes on chain are the file's.
An interrupted upload goes on where it stopped when the same command is run again.

  --url URL                  an RPC address, localnet or devnet
  --keypair FILE             pays, and is the upgrade authority (default: ${DEFAULT_KEYPAIR})
  --program-keypair FILE     the program's own key: for the first deployment only
  --so FILE                  the binary (default: toolchain/prebuilt/network.so)
  --upgrade-authority ADDR   hand the program to this address when it is in place; a wrong one can't be taken back
  --buffer-only              upload for an upgrade that a multisig or governance does itself, and give it the buffer
  --priority-fee N           micro-lamports a compute unit for the upload (default: none)
  --any-address              deploy a binary that is built for another address than the key pair's
  --json                     print one JSON document on standard output`;

const schema = z.object({
  url: clusterUrl,
  keypair: z.string().default(DEFAULT_KEYPAIR),
  'program-keypair': z.string().optional(),
  so: z.string().default(prebuilt('network')),
  'upgrade-authority': address.optional(),
  'buffer-only': flag,
  'priority-fee': bigWhole(0n, 999_999_999_999n, 'a whole number of micro-lamports').optional(),
  'any-address': flag,
  json: flag,
});

async function main(argv: readonly string[]): Promise<void> {
  const given = parseOptions('npm run deploy --', argv, schema);
  const keyFile = given['program-keypair'];
  const authority = given['upgrade-authority'];
  const fee = given['priority-fee'];
  const programKeypair = keyFile === undefined ? undefined : readKeypair(keyFile);
  const program = programKeypair?.publicKey ?? PROGRAM_ID;
  if (!program.equals(PROGRAM_ID) && !given['any-address']) throw otherAddress(program);
  const options = {
    connection: new Connection(given.url, 'confirmed'),
    payer: readKeypair(given.keypair),
    program,
    bytes: readBinary(given.so),
    folder: join(ROOT, '.commonwire/deploy'),
    onBuffer: (buffer: PublicKey, resumed: boolean) =>
      void process.stderr.write(`${resumed ? 'going on with' : 'uploading to'} buffer ${buffer}\n`),
    onProgress: progressPrinter(process.stderr),
    ...(fee === undefined ? {} : { priorityFee: fee }),
  };
  if (given['buffer-only']) {
    const buffer = await prepareUpgrade(options);
    process.stdout.write(given.json ? `${JSON.stringify({ buffer })}\n` : `buffer     ${buffer}\n`);
    return;
  }
  const deployment = await deployProgram({
    ...options,
    ...(programKeypair ? { programKeypair } : {}),
    ...(authority === undefined ? {} : { upgradeAuthority: authority }),
  });
  process.stdout.write(
    given.json ? `${JSON.stringify(deploymentJson(deployment))}\n` : deploymentText(deployment),
  );
}

function otherAddress(program: PublicKey): UsageError {
  return new UsageError(
    `--program-keypair is that of ${program}, but the binary and the SDK are built for ${PROGRAM_ID}: run npm run program-id -- network ${program}, then npm run build:programs, or pass --any-address`,
  );
}

function readBinary(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new FileError('unreadable-file', `--so: ${(cause as Error).message}`, { cause });
  }
}

const deploymentJson = ({ program, programData, upgradeAuthority, cost, ...rest }: Deployment) => ({
  program: program.toBase58(),
  program_data: programData.toBase58(),
  upgrade_authority: upgradeAuthority?.toBase58() ?? null,
  ...rest,
  cost_lamports: cost.toString(),
});

const deploymentText = (deployment: Deployment): string =>
  [
    `program           ${deployment.program} (${deployment.action})`,
    `upgrade authority ${deployment.upgradeAuthority ?? 'none: final'}`,
    `SHA-256           ${deployment.sha256}, on chain as in the file`,
    `cost              ${formatSol(deployment.cost)} SOL in this run`,
    '',
  ].join('\n');

if (require.main === module) void runMain(main, { usage: USAGE });
