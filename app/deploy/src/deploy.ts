import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PROGRAM_ID } from '@commonwire/sdk/network';
import { prebuilt } from '@commonwire/toolchain/prebuilt';
import type { PublicKey } from '@solana/web3.js';
import {
  connectTo,
  DEFAULT_KEYPAIR,
  parseAddress,
  readKeypair,
  runMain,
  say,
  UsageError,
} from './command-line';
import { type Deployment, deployProgram, prepareUpgrade } from './loader/deploy';
import { sol } from './loader/funds';
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
      say(`${resumed ? 'resuming' : 'uploading to'} buffer ${address}`),
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
    `--program-keypair has the address ${program}, but the binary and the SDK are built for ${PROGRAM_ID}: run npm run program-id -- network ${program}, then npm run build:programs, or pass --any-address`,
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
    `SHA-256           ${deployment.sha256}, the same on chain and in the file`,
    `cost              ${sol(deployment.cost)} SOL`,
    '',
  ].join('\n');

if (require.main === module) runMain(main);
