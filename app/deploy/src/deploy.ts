import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, formatSol, requireRecipient, resolvePrice } from '@commonwire/sdk/core';
import { PROGRAM_ID } from '@commonwire/sdk/network';
import {
  address,
  clusterUrl,
  DEFAULT_KEYPAIR,
  FileError,
  flag,
  keypairSource,
  type PrintedTransaction,
  parseOptions,
  printedLines,
  priorityFee,
  readKeypair,
  runMain,
  Signing,
  UsageError,
} from '@commonwire/sdk/node';
import { prebuilt } from '@commonwire/toolchain/prebuilt';
import type { Connection, PublicKey } from '@solana/web3.js';
import { z } from 'zod';
import { readProgram } from './loader/accounts';
import { type Deployment, deployProgram, prepareUpgrade } from './loader/deploy';
import { upgrade } from './loader/instructions';
import { progressPrinter } from './progress';

const ROOT = join(__dirname, '../../..');

const USAGE = `npm run deploy -- --url URL [options]

Deploys or upgrades the network program and checks that the bytes on chain match the file.
If interrupted, run the same command again to continue the upload.

  --url URL                  an RPC node's address, or localhost, devnet, testnet or mainnet
  --keypair FILE             the payer, who is also the upgrade authority (default: ${DEFAULT_KEYPAIR})
  --program-keypair FILE     the program's key: only for the first deployment
  --so FILE                  the binary (default: toolchain/prebuilt/network.so)
  --upgrade-authority ADDR   make this address the upgrade authority after deployment; a wrong address is final
  --allow-any-address        even if that address is a token account, a program or the like
  --buffer-only              only upload, give the buffer to the multisig or governance that will upgrade, and print the
                             transaction with which it does
  --priority-fee N           micro-lamports per compute unit (default: none); auto: by recent fees, at most 1,000,000
  --any-address              deploy a binary that was built for another address than the key pair's
  --json                     print one JSON document on standard output`;

const schema = z.object({
  url: clusterUrl,
  keypair: keypairSource,
  'program-keypair': z.string().optional(),
  so: z.string().default(prebuilt('network')),
  'upgrade-authority': address.optional(),
  'allow-any-address': flag,
  'buffer-only': flag,
  'priority-fee': priorityFee.optional(),
  'any-address': flag,
  json: flag,
});

async function main(argv: readonly string[]): Promise<void> {
  const given = parseOptions('npm run deploy --', argv, schema);
  const keyFile = given['program-keypair'];
  const authority = given['upgrade-authority'];
  const programKeypair = keyFile === undefined ? undefined : readKeypair(keyFile);
  const program = programKeypair?.publicKey ?? PROGRAM_ID;
  if (!program.equals(PROGRAM_ID) && !given['any-address']) throw otherAddress(program);
  const connection = connect(given.url);
  const payer = readKeypair(given.keypair);
  if (authority && !given['allow-any-address'])
    await requireRecipient(connection, authority, {
      option: '--upgrade-authority',
      mayBeVault: true,
      override: '--allow-any-address',
    });
  const options = {
    connection,
    payer,
    program,
    bytes: readBinary(given.so),
    folder: join(ROOT, '.commonwire/deploy'),
    onBuffer: (buffer: PublicKey, resumed: boolean) =>
      void process.stderr.write(`${resumed ? 'resuming' : 'uploading to'} buffer ${buffer}\n`),
    onProgress: progressPrinter(process.stderr),
    priorityFee: await resolvePrice(connection, [payer.publicKey], given['priority-fee']),
  };
  if (given['buffer-only']) {
    const buffer = await prepareUpgrade(options);
    const printed = await printUpgrade(connection, { program, buffer });
    process.stdout.write(
      given.json
        ? `${JSON.stringify({ buffer, upgrade: printed })}\n`
        : `${[`buffer     ${buffer}`, ...printedLines(printed)].join('\n')}\n`,
    );
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

/** The transaction with which the program's authority upgrades it; that authority gets the buffer's rent. */
async function printUpgrade(
  connection: Connection,
  { program, buffer }: { program: PublicKey; buffer: PublicKey },
): Promise<PrintedTransaction> {
  const authority = (await readProgram(connection, program))!.upgradeAuthority!;
  const keypair = authority.toBase58();
  const signing = Signing.read({ keypair, payer: undefined, 'priority-fee': undefined, print: true });
  return signing.print(connection, [upgrade({ program, buffer, spill: authority, authority })]);
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
