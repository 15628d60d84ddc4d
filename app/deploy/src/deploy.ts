import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, formatSol, requireRecipient, resolvePrice } from '@commonwire/sdk/core';
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
import { prebuilt, prebuiltPrograms } from '@commonwire/toolchain/prebuilt';
import { type Connection, type Keypair, PublicKey } from '@solana/web3.js';
import { z } from 'zod';
import { type Spending, showSpending, spendingJson, spendingText } from './costs';
import { readProgram } from './loader/accounts';
import {
  type Deployment,
  type DeploymentPlan,
  type DeployOptions,
  deployProgram,
  planDeployment,
  planUpload,
  prepareUpgrade,
} from './loader/deploy';
import { upgrade } from './loader/instructions';
import { progressPrinter } from './progress';

const ROOT = join(__dirname, '../../..');

const USAGE = `npm run deploy -- --url URL [options]

Deploys or upgrades a program, by default the network's, and checks that the bytes on chain match the file. First it looks at
what is there and shows what it is going to spend. If interrupted, run the same command again to continue the upload; what is
done already is left alone.

  --url URL                  an RPC node's address, or localhost, devnet, testnet or mainnet
  --keypair FILE             the payer, who is also the upgrade authority (default: ${DEFAULT_KEYPAIR})
  --program NAME             network (default), assets, market or stake; may be repeated
  --program-keypair FILE     the program's key: only for the first deployment; may be repeated
  --so FILE                  the binary (default: toolchain/prebuilt/NAME.so)
  --dry-run                  show what would be done and spent, and send nothing
  --yes                      don't ask before spending, as a terminal otherwise does
  --upgrade-authority ADDR   make this address the upgrade authority after deployment; a wrong address is final
  --allow-any-address        even if that address is a token account, a program or the like
  --buffer-only              only upload, give the buffer to the multisig or governance that will upgrade, and print the
                             transaction with which it does
  --priority-fee N           micro-lamports per compute unit (default: none); auto: by recent fees, at most 1,000,000
  --any-address              deploy a binary that was built for another address than the key pair's
  --json                     print one JSON document on standard output`;

/** Those of this repository; SPL Governance is deployed by others. */
const PROGRAMS = ['network', 'assets', 'market', 'stake'] as const;

const schema = z.object({
  url: clusterUrl,
  keypair: keypairSource,
  program: z.array(z.enum(PROGRAMS)).min(1).default(['network']),
  'program-keypair': z.array(z.string()).default([]),
  so: z.string().optional(),
  'dry-run': flag,
  yes: flag,
  'upgrade-authority': address.optional(),
  'allow-any-address': flag,
  'buffer-only': flag,
  'priority-fee': priorityFee.optional(),
  'any-address': flag,
  json: flag,
});

type Given = z.output<typeof schema>;

async function main(argv: readonly string[]): Promise<void> {
  const given = parseOptions('npm run deploy --', argv, schema);
  const programs = programsOf(given);
  const authority = given['upgrade-authority'];
  const connection = connect(given.url);
  const payer = readKeypair(given.keypair);
  if (authority && !given['allow-any-address'])
    await requireRecipient(connection, authority, {
      option: '--upgrade-authority',
      mayBeVault: true,
      override: '--allow-any-address',
    });
  const shared = {
    connection,
    payer,
    folder: join(ROOT, '.commonwire/deploy'),
    onBuffer: (buffer: PublicKey, resumed: boolean) =>
      void process.stderr.write(`${resumed ? 'resuming' : 'uploading to'} buffer ${buffer}\n`),
    priorityFee: await resolvePrice(connection, [payer.publicKey], given['priority-fee']),
    ...(authority === undefined ? {} : { upgradeAuthority: authority }),
  };
  const optionsOf = (program: ProgramToDeploy) => ({
    ...shared,
    ...program,
    onProgress: progressPrinter(process.stderr),
  });
  if (given['buffer-only']) {
    await uploadOnly(given, optionsOf(programs[0]!));
    return;
  }
  const plans: DeploymentPlan[] = [];
  for (const program of programs) plans.push(await planDeployment(optionsOf(program)));
  const all = spendingOf(programs, plans);
  if (given['dry-run']) {
    process.stdout.write(given.json ? `${JSON.stringify(plansJson(plans, all))}\n` : plansText(plans, all));
    return;
  }
  await showSpending(all, given.yes);
  const deployments: Deployment[] = [];
  for (const program of programs) deployments.push(await deployProgram(optionsOf(program)));
  const documents = deployments.map(deploymentJson);
  process.stdout.write(
    given.json
      ? `${JSON.stringify(documents.length === 1 ? documents[0] : { programs: documents })}\n`
      : deployments.map(deploymentText).join('\n'),
  );
}

interface ProgramToDeploy {
  name: string;
  program: PublicKey;
  bytes: Uint8Array;
  programKeypair?: Keypair;
}

/** The programs that were named, with their binaries and those of the keys that are theirs. */
function programsOf(given: Given): ProgramToDeploy[] {
  const keys = given['program-keypair'].map((file) => readKeypair(file));
  const names = [...new Set(given.program)];
  const alone = names.length === 1;
  if (!alone && (given.so !== undefined || given['buffer-only'] || given['any-address']))
    throw new UsageError('--so, --buffer-only and --any-address go with one --program');
  const declared = new Map(prebuiltPrograms().map(({ name, address }) => [name, new PublicKey(address)]));
  const programs = names.map((name) => {
    const own = declared.get(name)!;
    const key = keys.find(({ publicKey }) => given['any-address'] || publicKey.equals(own));
    const bytes = readBinary(given.so ?? prebuilt(name));
    return { name, program: key?.publicKey ?? own, bytes, ...(key ? { programKeypair: key } : {}) };
  });
  const stray = keys.find((key) => !programs.some(({ programKeypair }) => programKeypair === key));
  if (stray)
    throw otherAddress(stray.publicKey, names, alone ? `${declared.get(names[0]!)}` : 'other addresses');
  return programs;
}

async function uploadOnly(given: Given, options: DeployOptions): Promise<void> {
  const { connection, program } = options;
  const plan = await planUpload(options);
  if (given['dry-run']) {
    process.stdout.write(given.json ? `${JSON.stringify(spendingJson(plan))}\n` : spendingText(plan));
    return;
  }
  await showSpending(plan, given.yes);
  const buffer = await prepareUpgrade(options);
  const printed = await printUpgrade(connection, { program, buffer });
  process.stdout.write(
    given.json
      ? `${JSON.stringify({ buffer, upgrade: printed })}\n`
      : `${[`buffer     ${buffer}`, ...printedLines(printed)].join('\n')}\n`,
  );
}

/** What several deployments cost one after the other: only one buffer is open at a time. */
const spendingOf = (programs: readonly ProgramToDeploy[], plans: readonly DeploymentPlan[]): Spending => ({
  costs: plans.flatMap(({ costs }, i) =>
    costs.map((cost) => ({
      ...cost,
      what: plans.length > 1 ? `${programs[i]!.name}: ${cost.what}` : cost.what,
    })),
  ),
  returned: Math.max(...plans.map(({ returned }) => returned)),
  balance: plans[0]!.balance,
});

const WOULD_BE: Readonly<Record<DeploymentPlan['action'], string>> = {
  deployed: 'would be deployed',
  upgraded: 'would be upgraded',
  unchanged: 'is there already, with the same bytes',
};

const plansJson = (plans: readonly DeploymentPlan[], all: Spending) => ({
  dry_run: true,
  programs: plans.map(({ program, action }) => ({ program: program.toBase58(), action })),
  ...spendingJson(all),
});

const plansText = (plans: readonly DeploymentPlan[], all: Spending): string =>
  [
    ...plans.map(({ program, action }) => `program ${program} ${WOULD_BE[action]}\n`),
    spendingText(all),
    'nothing was sent\n',
  ].join('');

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

const otherAddress = (key: PublicKey, names: readonly string[], built: string): UsageError =>
  new UsageError(
    `--program-keypair has the address ${key}, but the binary and the SDK are built for ${built}: run npm run program-id -- ${names.join('|')} ${key}, then npm run build:programs, or pass --any-address`,
  );

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
