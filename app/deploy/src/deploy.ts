import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, formatSol } from '@commonwire/sdk/core';
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
import type { PublicKey } from '@solana/web3.js';
import { z } from 'zod';
import { type Deployment, deployProgram, prepareUpgrade } from './loader/deploy';
import { progressPrinter } from './progress';

const ROOT = join(__dirname, '../../..');

const USAGE = `npm run deploy -- --url URL [options]

Deploys or upgrades the network program and checks that the bytes on chain match the file.
If interrupted, run the same command again to continue the upload.

  --url URL                  an RPC address, localnet or devnet
  --keypair FILE             the payer, who is also the upgrade authority (default: ${DEFAULT_KEYPAIR})
  --program-keypair FILE     the program's key: only for the first deployment
  --so FILE                  the binary (default: toolchain/prebuilt/network.so)
  --upgrade-authority ADDR   make this address the upgrade authority after deployment; a wrong address is final
  --buffer-only              only upload, and give the buffer to the multisig or governance that will upgrade
  --priority-fee N           micro-lamports per compute unit for the upload (default: none)
  --any-address              deploy a binary that was built for another address than the key pair's
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
    connection: connect(given.url),
    payer: readKeypair(given.keypair),
    program,
    bytes: readBinary(given.so),
    folder: join(ROOT, '.commonwire/deploy'),
    onBuffer: (buffer: PublicKey, resumed: boolean) =>
      void process.stderr.write(`${resumed ? 'resuming' : 'uploading to'} buffer ${buffer}\n`),
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
    `--program-keypair has the address ${program}, but the binary and the SDK are built for ${PROGRAM_ID}: run npm run program-id -- network ${program}, then npm run build:programs, or pass --any-address`,
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
    `SHA-256           ${deployment.sha256}, the same on chain and in the file`,
    `cost              ${formatSol(deployment.cost)} SOL`,
    '',
  ].join('\n');

if (require.main === module) void runMain(main, { usage: USAGE });
