import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { sendAndConfirm } from '@commonwire/sdk/core';
import {
  type Connection,
  type Keypair,
  type PublicKey,
  SystemProgram,
  type TransactionInstruction,
} from '@solana/web3.js';
import type { Spending } from '../costs';
import { BUFFER_HEADER, DeployError, type DeployedProgram, PROGRAM_SIZE, readProgram } from './accounts';
import { type BufferOptions, fillBuffer, findBuffer, forgetBuffer } from './buffer';
import { makeRoom } from './extend';
import { deploymentSpending, LAMPORTS_PER_SIGNATURE, requireFunds } from './funds';
import { deployWithMaxDataLen, LOADER, setAuthority, upgrade } from './instructions';

/** Options for deploying a program. */
export interface DeployOptions extends BufferOptions {
  /** The program's key: only needed for the first deployment. */
  programKeypair?: Keypair;
  /** The final upgrade authority; the payer if omitted. It needn't sign. */
  upgradeAuthority?: PublicKey;
}

/** The result of a deployment. */
export interface Deployment {
  /** `unchanged` if the same bytes were already deployed. */
  action: 'deployed' | 'upgraded' | 'unchanged';
  program: PublicKey;
  programData: PublicKey;
  /** Null if the program is final. */
  upgradeAuthority: PublicKey | null;
  /** Hash of the file and of the program on chain, hex. */
  sha256: string;
  /** Lamports that the payer spent. */
  cost: number;
  /** Signature of the transaction that deployed or upgraded the program. */
  signature: string | null;
}

/** How long to wait until the node returns the deployed program. */
const VERIFY_MS = 60_000;
const POLL_MS = 400;

/**
 * Deploys or upgrades a program and checks the bytes on chain afterwards.
 * @throws DeployError, TransactionFailed, TransactionExpired
 */
export async function deployProgram(options: DeployOptions): Promise<Deployment> {
  const { connection, payer, program, bytes } = options;
  const { before, action, next: upgradeAuthority } = await look(options);
  const handsOver = upgradeAuthority !== undefined;
  const balance = await connection.getBalance(payer.publicKey, 'confirmed');
  const signature =
    action === 'unchanged' ? null : await (before ? replace(before, options) : create(options));
  const deployed = await verify(connection, program, bytes);
  if (handsOver && !upgradeAuthority.equals(payer.publicKey)) {
    const ends = { account: deployed.programData, authority: payer.publicKey, next: upgradeAuthority };
    await sendAndConfirm(connection, payer, [setAuthority(ends)], { price: options.priorityFee });
  }
  return {
    action,
    program,
    programData: deployed.programData,
    upgradeAuthority: handsOver ? upgradeAuthority : deployed.upgradeAuthority,
    sha256: sha256(deployed.bytes.subarray(0, bytes.length)),
    cost: balance - (await connection.getBalance(payer.publicKey, 'confirmed')),
    signature,
  };
}

/** What a deployment would do, and what it would cost. */
export interface DeploymentPlan extends Spending {
  readonly program: PublicKey;
  readonly action: Deployment['action'];
}

/**
 * Looks at what is on chain and calculates what {@link deployProgram} is going to do. Sends nothing.
 * @throws DeployError as deployProgram does
 */
export async function planDeployment(options: DeployOptions): Promise<DeploymentPlan> {
  const { connection, payer, program } = options;
  const { before, action, next } = await look(options);
  if (action !== 'unchanged') {
    const spending = await deploymentSpending(options, await findBuffer(options), before);
    return { program, action, ...spending };
  }
  const fee = { what: 'fee for another upgrade authority', lamports: LAMPORTS_PER_SIGNATURE };
  const balance = await connection.getBalance(payer.publicKey, 'confirmed');
  return { program, action, costs: next ? [fee] : [], returned: 0, balance };
}

interface Found {
  before: DeployedProgram | null;
  action: Deployment['action'];
  /** The upgrade authority that is to be set. */
  next: PublicKey | undefined;
}

/** Compares what is on chain with what is wanted. @throws DeployError unless the given keys can make it so */
async function look(options: DeployOptions): Promise<Found> {
  const { connection, program, bytes, upgradeAuthority } = options;
  requireElf(bytes);
  const before = await readProgram(connection, program);
  const unchanged = before !== null && holds(before, bytes);
  const next =
    upgradeAuthority && !before?.upgradeAuthority?.equals(upgradeAuthority) ? upgradeAuthority : undefined;
  if (before && (!unchanged || next)) requireAuthority(before, options);
  if (!before) requireProgramKey(options);
  return { before, action: unchanged ? 'unchanged' : before ? 'upgraded' : 'deployed', next };
}

function requireProgramKey({ program, programKeypair }: DeployOptions): void {
  if (programKeypair?.publicKey.equals(program)) return;
  throw new DeployError(
    'no-program-key',
    `there is no program at ${program} yet, and its first deployment needs its key: --program-keypair FILE. If you don't have that key, create your own and build for its address: see docs/deploying.md`,
  );
}

async function create(options: DeployOptions): Promise<string> {
  const { connection, payer, program, programKeypair, bytes } = options;
  const open = await findBuffer(options);
  await requireFunds(options, open, null);
  const buffer = await fillBuffer(open, options);
  const authority = payer.publicKey;
  const account = await programAccount(connection, { payer: authority, program });
  const maxBytes = bytes.length;
  const deploy = deployWithMaxDataLen({ payer: authority, program, buffer, authority, maxBytes });
  const signature = await sendAndConfirm(connection, payer, [...account, deploy], {
    price: options.priorityFee,
    signers: [programKeypair!],
  });
  forgetBuffer(open);
  return signature;
}

/** Makes the program's account, also where somebody has sent SOL to its address: then it can't be created at once. */
async function programAccount(
  connection: Connection,
  { payer, program }: { payer: PublicKey; program: PublicKey },
): Promise<TransactionInstruction[]> {
  const rent = await connection.getMinimumBalanceForRentExemption(PROGRAM_SIZE);
  const there = await connection.getBalance(program, 'confirmed');
  const space = PROGRAM_SIZE;
  if (there === 0) {
    const ends = { fromPubkey: payer, newAccountPubkey: program };
    return [SystemProgram.createAccount({ ...ends, lamports: rent, space, programId: LOADER })];
  }
  const lamports = rent - there;
  return [
    ...(lamports > 0 ? [SystemProgram.transfer({ fromPubkey: payer, toPubkey: program, lamports })] : []),
    SystemProgram.allocate({ accountPubkey: program, space }),
    SystemProgram.assign({ accountPubkey: program, programId: LOADER }),
  ];
}

async function replace(there: DeployedProgram, options: DeployOptions): Promise<string> {
  const { connection, payer, program } = options;
  const open = await findBuffer(options);
  await requireFunds(options, open, there);
  await makeRoom(there, options);
  const buffer = await fillBuffer(open, options);
  const authority = payer.publicKey;
  const upgraded = upgrade({ program, buffer, spill: authority, authority });
  const signature = await sendAndConfirm(connection, payer, [upgraded], { price: options.priorityFee });
  forgetBuffer(open);
  return signature;
}

/**
 * Uploads the bytes for an upgrade by the program's authority, such as a multisig or a governance proposal. The buffer is
 * given to that authority.
 * @returns the buffer's address
 * @throws DeployError, TransactionFailed, TransactionExpired
 */
export async function prepareUpgrade(options: BufferOptions): Promise<PublicKey> {
  const { connection, payer } = options;
  const { there, next } = await requireUpgradable(options);
  const open = await findBuffer(options);
  await requireFunds(options, open, there);
  await makeRoom(there, options);
  const buffer = await fillBuffer(open, options);
  const authority = payer.publicKey;
  if (!next.equals(authority)) {
    await sendAndConfirm(connection, payer, [setAuthority({ account: buffer, authority, next })], {
      price: options.priorityFee,
    });
  }
  forgetBuffer(open);
  return buffer;
}

/** Calculates what {@link prepareUpgrade} costs; the program's authority gets the buffer's rent. @throws DeployError */
export async function planUpload(options: BufferOptions): Promise<Spending> {
  const { there } = await requireUpgradable(options);
  const { costs, returned, balance } = await deploymentSpending(options, await findBuffer(options), there);
  const buffer = { what: 'buffer', bytes: BUFFER_HEADER + options.bytes.length, lamports: returned };
  return { costs: [buffer, ...costs], returned: 0, balance };
}

async function requireUpgradable({
  connection,
  program,
  bytes,
}: BufferOptions): Promise<{ there: DeployedProgram; next: PublicKey }> {
  requireElf(bytes);
  const there = await readProgram(connection, program);
  const next = there?.upgradeAuthority;
  if (there && next) return { there, next };
  throw new DeployError(
    'program-final',
    `program ${program} is ${there ? 'final' : 'not deployed'}, so there is nothing to prepare`,
  );
}

function requireElf(bytes: Uint8Array): void {
  const magic = Buffer.from('7f454c46', 'hex');
  if (magic.equals(bytes.subarray(0, 4))) return;
  throw new DeployError('bad-binary', 'the file is not a program: a .so file begins with an ELF header');
}

function requireAuthority(there: DeployedProgram, { payer, program }: DeployOptions): void {
  const { upgradeAuthority } = there;
  if (!upgradeAuthority) {
    throw new DeployError(
      'program-final',
      `program ${program} is final: nobody can upgrade it. Deploy with another program key pair`,
    );
  }
  if (upgradeAuthority.equals(payer.publicKey)) return;
  throw new DeployError(
    'not-upgrade-authority',
    `the upgrade authority of program ${program} is ${upgradeAuthority}, but the given key is ${payer.publicKey}: pass that authority's key with --keypair, or, if it is a multisig or governance, upload with --buffer-only and let it upgrade from that buffer`,
  );
}

/** Waits until the node returns exactly these bytes. */
async function verify(
  connection: Connection,
  program: PublicKey,
  bytes: Uint8Array,
): Promise<DeployedProgram> {
  for (const start = Date.now(); ; ) {
    const deployed = await readProgram(connection, program);
    if (deployed && holds(deployed, bytes)) return deployed;
    if (Date.now() - start > VERIFY_MS) {
      throw new DeployError(
        'verification-failed',
        `program ${program} on chain differs from the file: ${deployed ? `SHA-256 ${sha256(deployed.bytes.subarray(0, bytes.length))} instead of ${sha256(bytes)}` : 'it is missing'}`,
      );
    }
    await wait(POLL_MS);
  }
}

/** Returns whether a program has exactly these bytes, followed only by zeros. */
function holds(there: DeployedProgram, bytes: Uint8Array): boolean {
  const rest = there.bytes.subarray(bytes.length);
  return sha256(there.bytes.subarray(0, bytes.length)) === sha256(bytes) && rest.every((byte) => byte === 0);
}

/** Returns the SHA-256, hex. */
export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
