import { utils } from '@coral-xyz/anchor';
import {
  type Connection,
  type PublicKey,
  SendTransactionError,
  type Signer,
  type TransactionInstruction,
  type VersionedTransaction,
} from '@solana/web3.js';
import { buffer } from './bytes';
import { type Awaited, Confirmations, type Fate } from './confirmations';
import { type PriorityFee, priorityLamports, resolvePrice } from './priority-fee';
import { caughtUp, nodeOf } from './rpc-connection';
import { RpcError } from './rpc-errors';
import { judge, type SendVerdict } from './send-verdict';
import { sleep } from './sleep';
import { type BuildOptions, compile, MAX_COMPUTE_UNITS } from './transaction-building';
import { TransactionExpired, TransactionFailed, TransactionUnknown } from './transaction-errors';
import { acceptedVersion, MAX_SUPPORTED_TRANSACTION_VERSION, type SentVersion } from './transaction-versions';

export { type BuildOptions, compile, transactionBytes } from './transaction-building';
export * from './transaction-errors';

/** A key that signs a transaction's message. */
export interface MessageSigner {
  readonly publicKey: PublicKey;
  sign(message: Uint8Array): Promise<Uint8Array>;
}

export interface SendOptions extends BuildOptions {
  /** Default: the version that the cluster takes, see {@link acceptedVersion}. */
  version?: SentVersion;
  /** Beside the payer. */
  signers?: readonly Signer[];
  /** Keys that sign elsewhere, such as in a key service. */
  cosigners?: readonly MessageSigner[];
  /** Until when to wait. Default `confirmed`. */
  commitment?: Awaited;
  /** What to pay for each compute unit, in place of `priorityFee`. Default nothing. */
  price?: PriorityFee | undefined;
  /** Milliseconds that the node may fail to say what became of it. Default 60,000. */
  patienceMs?: number;
  /** Told the signature once a node has the transaction, or may have it. */
  onSent?: (signature: string) => void;
}

/** How single transactions are sent: tries until a node takes one, and how often it is asked for the outcome. */
const ATTEMPTS = 6;
const WAITING = { pollMs: 400, resendMs: 2_000, graceMs: 0, signal: new AbortController().signal };

/**
 * Sends one transaction and waits for it by asking for its status, however long the node takes to tell. Afterwards the
 * connection reads nothing older than the transaction.
 * @returns its signature
 * @throws TransactionFailed, TransactionTooLarge; TransactionExpired if it certainly never lands; TransactionUnknown if it
 * may have landed; RpcError if nothing was sent
 */
export async function sendAndConfirm(
  connection: Connection,
  payer: Signer,
  instructions: readonly TransactionInstruction[],
  options: SendOptions = {},
): Promise<string> {
  const version = options.version ?? (await acceptedVersion(connection));
  const limits = await priced(connection, payer.publicKey, instructions, { ...options, version });
  const confirmations = new Confirmations(connection, {
    ...WAITING,
    commitment: options.commitment ?? 'confirmed',
    ...(options.patienceMs === undefined ? {} : { patienceMs: options.patienceMs }),
  });
  for (let attempt = 1; ; attempt++) {
    // Blockhashes are taken at `processed`: some nodes don't know a confirmed one at once in a quick series.
    const { context, value: latest } = await connection.getLatestBlockhashAndContext('processed');
    const transaction = compile(payer.publicKey, latest.blockhash, instructions, limits);
    transaction.sign([payer, ...(options.signers ?? [])]);
    for (const { publicKey, sign } of options.cosigners ?? [])
      transaction.addSignature(publicKey, await sign(transaction.message.serialize()));
    const wire = transaction.serialize();
    const verdict = await offer(connection, wire, transaction, context.slot);
    if (verdict.kind === 'refused') throw verdict.error;
    if (verdict.kind === 'again') {
      // A connection repeats by itself what a node is too busy for.
      if (attempt === ATTEMPTS || verdict.error instanceof RpcError) throw notTaken(verdict.error);
      await sleep(100);
      continue;
    }
    const signature = utils.bytes.bs58.encode(buffer(transaction.signatures[0]!));
    options.onSent?.(signature);
    const fate = await confirmations.wait(signature, wire, latest.lastValidBlockHeight);
    if (fate.kind === 'expired' && verdict.kind === 'unknown')
      throw new TransactionExpired(signature, verdict.complaint);
    return concluded(connection, signature, fate, transaction);
  }
}

/**
 * Offers a transaction to a node until it takes it or certainly doesn't. A node that complains of itself, or a gateway
 * before it, may have taken it all the same: so these bytes, and no others, are offered again, and land once at most.
 * @param leastSlot the slot of its blockhash: a machine behind it waits rather than refuse a blockhash that it can't know
 * @returns `again` only if it was certainly not taken
 */
async function offer(
  connection: Connection,
  wire: Uint8Array,
  transaction: VersionedTransaction,
  leastSlot: number,
): Promise<SendVerdict> {
  const options = { preflightCommitment: 'processed', minContextSlot: leastSlot } as const;
  for (let attempt = 1; ; attempt++) {
    const verdict = await connection.sendRawTransaction(wire, options).then(
      () => ({ kind: 'landed' }) as const,
      (error: unknown) => judge(error, transaction),
    );
    const isComplaint = verdict.kind === 'again' && !verdict.untaken;
    // What is said after a complaint may be about the state that the transaction itself has left: its status tells.
    if (!isComplaint) return attempt === 1 ? verdict : { kind: 'unknown' };
    if (attempt === ATTEMPTS) return { kind: 'unknown', complaint: verdict.error };
    await sleep(100 * 2 ** attempt);
  }
}

/**
 * Waits for a transaction that somebody else sent, such as an airdrop.
 * @throws as {@link sendAndConfirm} does for what it has sent
 */
export async function awaitTransaction(
  connection: Connection,
  signature: string,
  commitment: Awaited = 'confirmed',
): Promise<void> {
  const { lastValidBlockHeight } = await connection.getLatestBlockhash('processed');
  const confirmations = new Confirmations(connection, { ...WAITING, commitment });
  await concluded(connection, signature, await confirmations.wait(signature, null, lastValidBlockHeight));
}

async function concluded(
  connection: Connection,
  signature: string,
  fate: Fate,
  transaction?: VersionedTransaction,
): Promise<string> {
  if (fate.kind === 'expired') throw new TransactionExpired(signature);
  if (fate.kind === 'unknown')
    throw new TransactionUnknown(signature, nodeOf(connection), { cause: fate.cause });
  await caughtUp(connection);
  if (fate.kind === 'confirmed') return signature;
  const logs = await logsOf(connection, signature).catch(() => []);
  throw new TransactionFailed(fate.error, logs, transaction ? { transaction } : {});
}

/** Units beside those that a simulation took: the chain may be in another state when the transaction lands. */
const SPARE_UNITS = 20_000;
const SPARE_PERCENT = 20;

/** Adds the priority fee to the limits, and where there is one, a limit of units that isn't more than needed. */
async function priced(
  connection: Connection,
  payer: PublicKey,
  instructions: readonly TransactionInstruction[],
  { price: asked, ...options }: SendOptions,
): Promise<BuildOptions> {
  if (asked === undefined || asked === 0n) return options;
  const written = instructions.flatMap(({ keys }) =>
    keys.filter(({ isWritable }) => isWritable).map(({ pubkey }) => pubkey),
  );
  const price = await resolvePrice(connection, written, asked);
  if (price === 0n) return options;
  const limit = options.computeUnitLimit ?? (await neededUnits(connection, payer, instructions, options));
  return { ...options, computeUnitLimit: limit, priorityFee: priorityLamports(limit, price) };
}

async function neededUnits(
  connection: Connection,
  payer: PublicKey,
  instructions: readonly TransactionInstruction[],
  options: BuildOptions,
): Promise<number> {
  const { blockhash } = await connection.getLatestBlockhash('processed');
  const units = { ...options, computeUnitLimit: MAX_COMPUTE_UNITS, priorityFee: 1n };
  const transaction = compile(payer, blockhash, instructions, units);
  const config = { replaceRecentBlockhash: true, commitment: 'processed' } as const;
  const { err, unitsConsumed } = (await connection.simulateTransaction(transaction, config)).value;
  // What fails fails again when it is sent, and says why.
  if (err || !unitsConsumed) return Math.min(MAX_COMPUTE_UNITS, 200_000 * instructions.length);
  const spare = Math.ceil((unitsConsumed * SPARE_PERCENT) / 100) + SPARE_UNITS;
  return Math.min(MAX_COMPUTE_UNITS, unitsConsumed + spare);
}

/** The error of a node that never took a transaction. */
function notTaken(error: Error): Error {
  if (!(error instanceof SendTransactionError)) return error;
  return new TransactionFailed(error.transactionError.message, error.logs ?? [], { cause: error });
}

/** Compute units that a confirmed transaction took; 0 where the node doesn't have it. */
export async function computeUnits(connection: Connection, signature: string): Promise<number> {
  return (await metaOf(connection, signature))?.computeUnitsConsumed ?? 0;
}

/** Logs of a confirmed transaction; none where the node doesn't have it. */
export async function logsOf(connection: Connection, signature: string): Promise<readonly string[]> {
  return (await metaOf(connection, signature))?.logMessages ?? [];
}

/** How long a node may take to return a transaction that is confirmed, and how often it is asked, milliseconds. */
const LAG_MS = 3_000;
const LAG_PAUSE_MS = 300;

/** Its history can't be asked for a slot: a machine that lags just doesn't have the transaction yet. */
async function metaOf(connection: Connection, signature: string) {
  for (const start = Date.now(); ; await sleep(LAG_PAUSE_MS)) {
    const response = await connection.getTransaction(signature, {
      commitment: 'confirmed',
      maxSupportedTransactionVersion: MAX_SUPPORTED_TRANSACTION_VERSION,
    });
    if (response || Date.now() - start > LAG_MS) return response?.meta ?? null;
  }
}
