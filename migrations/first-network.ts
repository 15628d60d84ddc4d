import { randomBytes } from 'node:crypto';
import {
  AccountError,
  CommonwireError,
  coder,
  createNetwork,
  equal,
  fetchNetwork,
  type NetworkAccount,
  networkAddress,
  PROGRAM_ID,
  registryAddress,
  sendAndConfirm,
  setCommittee,
  vaultAddress,
} from '@commonwire/sdk';
import {
  ACCOUNT_SIZE,
  createAssociatedTokenAccountIdempotentInstruction,
  createInitializeMint2Instruction,
  MINT_SIZE,
  TOKEN_PROGRAM_ID,
} from '@solana/spl-token';
import {
  type Connection,
  Keypair,
  PublicKey,
  SystemProgram,
  type TransactionInstruction,
} from '@solana/web3.js';
import { LAMPORTS_PER_SIGNATURE, sol } from './loader/funds';
import type { NetworkConfig } from './network-config';

/** A network that can't be created as asked. Codes are only ever added. */
export class CreateNetworkError extends CommonwireError {
  declare readonly code:
    | 'program-missing'
    | 'insufficient-funds'
    | 'authority-mismatch'
    | 'network-differs'
    | 'committee-differs';
}

export interface FirstNetworkOptions {
  connection: Connection;
  /** Pays for everything, and is the creator: its key and `id` make the network's address. */
  payer: Keypair;
  /** Signs for the network's authority. Left out, the payer does if it is the authority. */
  authority?: Keypair;
  config: NetworkConfig;
  /** Which of the creator's networks; random if left out. The same again continues what was interrupted. */
  id?: bigint;
  /** Told the id before anything is sent: who knows it can continue. */
  onStart?: (network: { id: bigint; address: PublicKey }) => void;
}

/** A network as it stands on chain. */
export interface FirstNetwork {
  network: PublicKey;
  id: bigint;
  mint: PublicKey;
  vault: PublicKey;
  registry: PublicKey;
  authority: PublicKey;
  /** What the authority still has to send because its key wasn't at hand; null once the committee is set. */
  committeeInstruction: TransactionInstruction | null;
  /** Of the transactions sent now, in order; none where all was done before. */
  signatures: string[];
}

/**
 * Creates a network with its reward token and vault in one transaction, then its committee in a second.
 * @throws CreateNetworkError, TransactionFailed, TransactionExpired
 */
export async function createFirstNetwork(options: FirstNetworkOptions): Promise<FirstNetwork> {
  const { connection, payer, config, id = randomBytes(8).readBigUInt64LE() } = options;
  const authority = authorityOf(options);
  const network = networkAddress({ creator: payer.publicKey, id });
  options.onStart?.({ id, address: network });
  const signatures: string[] = [];

  let account = await existing(connection, network);
  if (!account) {
    await requireProgram(connection);
    signatures.push(await create(options, { id, network, authority: authority.address }));
    account = await fetchNetwork(connection, network, 'confirmed');
  }
  requireSame(account, config, authority.address);

  let committeeInstruction: TransactionInstruction | null = null;
  if (!hasCommittee(account, config)) {
    const { threshold } = config.committee;
    const keys = config.committee.keys.map((key) => key.toBytes());
    committeeInstruction = setCommittee({ network, authority: authority.address, threshold, keys });
    if (authority.signer) {
      const signers = [authority.signer];
      signatures.push(await sendAndConfirm(connection, payer, [committeeInstruction], { signers }));
      committeeInstruction = null;
    }
  }
  const { mint, vault } = account;
  const registry = registryAddress(network);
  return {
    network,
    id,
    mint,
    vault,
    registry,
    authority: authority.address,
    committeeInstruction,
    signatures,
  };
}

/** Who the authority is, and its key where that is at hand. */
function authorityOf({ payer, authority, config }: FirstNetworkOptions): {
  address: PublicKey;
  signer: Keypair | undefined;
} {
  const address = config.authority ?? authority?.publicKey ?? payer.publicKey;
  if (authority && !authority.publicKey.equals(address)) {
    throw new CreateNetworkError(
      'authority-mismatch',
      `authority: the key given is ${authority.publicKey}, the configuration names ${address}`,
    );
  }
  return { address, signer: authority ?? (payer.publicKey.equals(address) ? payer : undefined) };
}

/** Mint, vault and network at once, so that an interruption leaves no token without its network. */
async function create(
  { connection, payer, config }: FirstNetworkOptions,
  { id, network, authority }: { id: bigint; network: PublicKey; authority: PublicKey },
): Promise<string> {
  const mint = Keypair.generate();
  const mintRent = await connection.getMinimumBalanceForRentExemption(MINT_SIZE);
  const networkRent = await missingRent(connection, network);
  await requireFunds(connection, payer.publicKey, mintRent + networkRent);
  const creator = payer.publicKey;
  const vault = vaultAddress({ network, mint: mint.publicKey });
  const instructions = [
    SystemProgram.createAccount({
      fromPubkey: creator,
      newAccountPubkey: mint.publicKey,
      lamports: mintRent,
      space: MINT_SIZE,
      programId: TOKEN_PROGRAM_ID,
    }),
    createInitializeMint2Instruction(mint.publicKey, config.decimals, network, null),
    createAssociatedTokenAccountIdempotentInstruction(creator, vault, network, mint.publicKey),
    createNetwork({
      creator,
      id,
      authority,
      ...(config.guardian ? { guardian: config.guardian } : {}),
      mint: mint.publicKey,
      emission: config.emission,
      policy: config.policy,
    }),
  ];
  return sendAndConfirm(connection, payer, instructions, { signers: [mint] });
}

/** Lamports that network and registry cost, less what somebody sent to their addresses before. */
async function missingRent(connection: Connection, network: PublicKey): Promise<number> {
  const accounts = [
    { address: network, size: coder.accounts.size('network') },
    { address: registryAddress(network), size: coder.accounts.size('registry') },
  ];
  let sum = 0;
  for (const { address, size } of accounts) {
    const rent = await connection.getMinimumBalanceForRentExemption(size);
    sum += Math.max(0, rent - (await connection.getBalance(address)));
  }
  return sum;
}

/** Beside mint and network the payer pays the vault's rent and the fees of five signatures. */
async function requireFunds(connection: Connection, payer: PublicKey, rent: number): Promise<void> {
  const vaultRent = await connection.getMinimumBalanceForRentExemption(ACCOUNT_SIZE);
  const needed = rent + vaultRent + 5 * LAMPORTS_PER_SIGNATURE;
  const balance = await connection.getBalance(payer, 'confirmed');
  if (balance >= needed) return;
  throw new CreateNetworkError(
    'insufficient-funds',
    `${payer} has ${sol(balance)} SOL and needs ${sol(needed)}: ${sol(needed - balance)} SOL are missing`,
  );
}

async function existing(connection: Connection, address: PublicKey): Promise<NetworkAccount | null> {
  try {
    return await fetchNetwork(connection, address, 'confirmed');
  } catch (error) {
    // Lamports that somebody sent there make an account of the system program, which is no network yet.
    if (error instanceof AccountError && error.code !== 'account_malformed') return null;
    throw error;
  }
}

async function requireProgram(connection: Connection): Promise<void> {
  const program = await connection.getAccountInfo(PROGRAM_ID);
  if (program?.executable) return;
  throw new CreateNetworkError(
    'program-missing',
    `there is no program at ${PROGRAM_ID} on ${connection.rpcEndpoint}: deploy it first (npm run deploy), or see npm run program-id`,
  );
}

/** A network that exists already must be the one asked for, else somebody's id or configuration is a mistake. */
function requireSame(account: NetworkAccount, config: NetworkConfig, authority: PublicKey): void {
  const { emission, policy } = config;
  const guardian = config.guardian ?? PublicKey.default;
  const pairs: [string, unknown, unknown][] = [
    ['token.decimals', account.decimals, config.decimals],
    ['emission.max_supply', account.emission.maxSupply, emission.maxSupply],
    ['emission.epoch_cap', account.emission.epochCap, emission.epochCap],
    ['emission.halving_epochs', account.emission.halvingEpochs, emission.halvingEpochs],
    ['policy.device_epoch_cap', account.policy.deviceEpochCap, policy.deviceEpochCap],
    ['policy.epoch_seconds', account.policy.epochSeconds, policy.epochSeconds],
    ['policy.challenge_seconds', account.policy.challengeSeconds, policy.challengeSeconds],
    ['policy.max_capacity', account.policy.maxCapacity.join(), policy.maxCapacity.join()],
    ['policy.capacity_fee', account.policy.capacityFee.join(), policy.capacityFee.join()],
    ['policy.device_fee', account.policy.deviceFee, policy.deviceFee],
    ['policy.payout_limit', account.policy.payoutLimit, policy.payoutLimit],
    ['policy.payout_window_seconds', account.policy.payoutWindowSeconds, policy.payoutWindowSeconds],
    ['policy.oracle_bond', account.policy.oracleBond, policy.oracleBond],
    ['policy.bond_lock_seconds', account.policy.bondLockSeconds, policy.bondLockSeconds],
    ['authority', account.authority.toBase58(), authority.toBase58()],
    ['guardian', account.guardian.toBase58(), guardian.toBase58()],
  ];
  const different = pairs.find(([, there, wanted]) => there !== wanted);
  if (!different) return;
  const [field, there, wanted] = different;
  throw new CreateNetworkError(
    'network-differs',
    `${field}: network ${account.address} exists with ${there}, not ${wanted}; take another id, or the configuration it was made with`,
  );
}

/** Whether the committee is the one asked for; none yet is false. */
function hasCommittee({ address, committee }: NetworkAccount, { committee: wanted }: NetworkConfig): boolean {
  if (committee.version === 0) return false;
  const same =
    committee.threshold === wanted.threshold &&
    committee.keys.length === wanted.keys.length &&
    committee.keys.every((key, i) => equal(key, wanted.keys[i]!.toBytes()));
  if (same) return true;
  throw new CreateNetworkError(
    'committee-differs',
    `committee: network ${address} has another one already (version ${committee.version}); its authority changes it by set_committee`,
  );
}
