import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { formatSol } from '@commonwire/sdk/core';
import { PROGRAM_ID } from '@commonwire/sdk/network';
import { DEFAULT_KEYPAIR, readKeypair } from '@commonwire/sdk/node';
import { prebuilt } from '@commonwire/toolchain/prebuilt';
import type { PublicKey } from '@solana/web3.js';
import { connectTo, parseAddress, runMain, say, UsageError } from './command-line';
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

async function main(): Promise<void> {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({
    options: {
      help: flag,
      url: text,
      keypair: { ...text, default: DEFAULT_KEYPAIR },
      'program-keypair': text,
      so: { ...text, default: prebuilt('network') },
      'upgrade-authority': text,
      'buffer-only': flag,
      'priority-fee': text,
      'any-address': flag,
      json: flag,
    },
  });
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  const keyFile = values['program-keypair'];
  const authority = values['upgrade-authority'];
  const fee = values['priority-fee'];
  const programKeypair = keyFile === undefined ? undefined : readKeypair(keyFile);
  const program = programKeypair?.publicKey ?? PROGRAM_ID;
  if (!program.equals(PROGRAM_ID) && !values['any-address']) throw otherAddress(program);
  const options = {
    connection: connectTo(values.url),
    payer: readKeypair(values.keypair),
    program,
    bytes: readBinary(values.so),
    folder: join(ROOT, '.commonwire/deploy'),
    onBuffer: (address: PublicKey, resumed: boolean) =>
      say(`${resumed ? 'going on with' : 'uploading to'} buffer ${address}`),
    onProgress: progressPrinter(process.stderr),
    ...(fee === undefined ? {} : { priorityFee: parseFee(fee) }),
  };
  if (values['buffer-only']) {
    const buffer = await prepareUpgrade(options);
    process.stdout.write(values.json ? `${JSON.stringify({ buffer })}\n` : `buffer     ${buffer}\n`);
    return;
  }
  const deployment = await deployProgram({
    ...options,
    ...(programKeypair ? { programKeypair } : {}),
    ...(authority === undefined ? {} : { upgradeAuthority: parseAddress('upgrade-authority', authority) }),
  });
  process.stdout.write(values.json ? `${JSON.stringify(deploymentJson(deployment))}\n` : report(deployment));
}

function otherAddress(program: PublicKey): UsageError {
  return new UsageError(
    'usage',
    `--program-keypair is that of ${program}, but the binary and the SDK are built for ${PROGRAM_ID}: run npm run program-id -- network ${program}, then npm run build:programs, or pass --any-address`,
  );
}

function readBinary(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new UsageError('unreadable-file', `--so: ${(cause as Error).message}`, { cause });
  }
}

function parseFee(text: string): bigint {
  if (/^\d{1,12}$/.test(text)) return BigInt(text);
  throw new UsageError('usage', `--priority-fee: "${text}" is not a whole number of micro-lamports`);
}

const deploymentJson = ({ program, programData, upgradeAuthority, cost, ...rest }: Deployment) => ({
  program: program.toBase58(),
  program_data: programData.toBase58(),
  upgrade_authority: upgradeAuthority?.toBase58() ?? null,
  ...rest,
  cost_lamports: cost.toString(),
});

const report = (deployment: Deployment): string =>
  [
    `program           ${deployment.program} (${deployment.action})`,
    `upgrade authority ${deployment.upgradeAuthority ?? 'none: final'}`,
    `SHA-256           ${deployment.sha256}, on chain as in the file`,
    `cost              ${formatSol(deployment.cost)} SOL in this run`,
    '',
  ].join('\n');

if (require.main === module) runMain(main);
