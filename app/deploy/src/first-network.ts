import { randomBytes } from 'node:crypto';
import { formatSol, nodeOf, type PriorityFee, sendAndConfirm } from '@commonwire/sdk/core';
import {
  createNetwork,
  fetchNetwork,
  networkAddress,
  networkProgram,
  PROGRAM_ID,
  registryAddress,
  setCommittee,
  vaultAddress,
} from '@commonwire/sdk/network';
import { ACCOUNT_SIZE, createAssociatedTokenAccountIdempotentInstruction } from '@solana/spl-token';
import { type Connection, type Keypair, PublicKey, type TransactionInstruction } from '@solana/web3.js';
import { bondsFor } from './committee-bonds';
import { CreateNetworkError } from './create-network-error';
import { existing, hasCommittee, requireSame } from './existing-network';
import { LAMPORTS_PER_SIGNATURE } from './loader/funds';
import type { NetworkConfig } from './network-config';
import { rewardToken } from './reward-token';

export interface FirstNetworkOptions {
  connection: Connection;
  /** Pays for everything and is the creator, whose key and `id` determine the network's address. */
  payer: Keypair;
  /** Signs for the network's authority. If omitted, the payer signs, provided that it is the authority. */
  authority?: Keypair;
  config: NetworkConfig;
  /** Identifies the creator's network; random if omitted. Pass the same id again to continue after an interruption. */
  id?: bigint;
  /** Deposit missing bonds that the policy requires, from the payer. */
  depositBonds?: boolean;
  /** What to pay for each compute unit. Default nothing. */
  price?: PriorityFee | undefined;
  /** Called with the id before anything is sent: the id is needed to continue. */
  onStart?: (network: { id: bigint; address: PublicKey }) => void;
}

/** A created network. */
export interface FirstNetwork {
  network: PublicKey;
  id: bigint;
  mint: PublicKey;
  vault: PublicKey;
  registry: PublicKey;
  authority: PublicKey;
  /** The instruction that the authority must still send if its key wasn't given; null once the committee is set. */
  committeeInstruction: TransactionInstruction | null;
  /** Signatures of the transactions sent now, in order; empty if everything was done before. */
  signatures: string[];
}

/**
 * Creates a network with its vault and, unless rewards are funded, its reward token in one transaction. A second one sets
 * the committee. If the policy requires bonds, they are deposited in between.
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
    const bonded = await bondsFor(options, account);
    signatures.push(...bonded.signatures);
    committeeInstruction = setCommittee({
      network,
      authority: authority.address,
      threshold,
      keys,
      bonds: bonded.bonds,
    });
    if (authority.signer) {
      const signers = [authority.signer];
      signatures.push(
        await sendAndConfirm(connection, payer, [committeeInstruction], { price: options.price, signers }),
      );
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

/** Returns the authority's address, and its key if given. */
function authorityOf({ payer, authority, config }: FirstNetworkOptions): {
  address: PublicKey;
  signer: Keypair | undefined;
} {
  const address = config.authority ?? authority?.publicKey ?? payer.publicKey;
  if (authority && !authority.publicKey.equals(address)) {
    throw new CreateNetworkError(
      'authority-mismatch',
      `authority: the given key is ${authority.publicKey}, but the configuration names ${address}`,
    );
  }
  return { address, signer: authority ?? (payer.publicKey.equals(address) ? payer : undefined) };
}

/** Creates mint, vault and network in one transaction, so that an interruption can't leave a token without a network. */
async function create(
  options: FirstNetworkOptions,
  { id, network, authority }: { id: bigint; network: PublicKey; authority: PublicKey },
): Promise<string> {
  const { connection, payer, config } = options;
  const creator = payer.publicKey;
  const token = await rewardToken(connection, config.token, { payer: creator, network, authority });
  const { mint, tokenProgram } = token;
  const rent = token.rent + (await missingRent(connection, network)) + (await bondsCost(options));
  await requireFunds(connection, creator, rent);
  const vault = vaultAddress({ network, mint, tokenProgram });
  const instructions = [
    ...token.instructions,
    createAssociatedTokenAccountIdempotentInstruction(creator, vault, network, mint, tokenProgram),
    createNetwork({
      creator,
      id,
      genesisHash: new PublicKey(await connection.getGenesisHash()).toBytes(),
      authority,
      ...(config.guardian ? { guardian: config.guardian } : {}),
      mint,
      tokenProgram,
      funded: config.token.kind === 'funded',
      emission: config.emission,
      floors: config.floors,
      policy: config.policy,
    }),
  ];
  return sendAndConfirm(connection, payer, instructions, { price: options.price, signers: token.signers });
}

/** Returns the cost of the committee's bonds, lamports, if the payer deposits them. */
async function bondsCost({ connection, config, depositBonds = false }: FirstNetworkOptions): Promise<number> {
  const { oracleBond } = config.policy;
  if (!depositBonds || oracleBond === 0n) return 0;
  const rent = await connection.getMinimumBalanceForRentExemption(networkProgram.coder.accounts.size('bond'));
  return config.committee.keys.length * (rent + Number(oracleBond));
}

/** Returns the rent of network and registry, lamports, less what is already at their addresses. */
async function missingRent(connection: Connection, network: PublicKey): Promise<number> {
  const accounts = [
    { address: network, size: networkProgram.coder.accounts.size('network') },
    { address: registryAddress(network), size: networkProgram.coder.accounts.size('registry') },
  ];
  let sum = 0;
  for (const { address, size } of accounts) {
    const rent = await connection.getMinimumBalanceForRentExemption(size);
    sum += Math.max(0, rent - (await connection.getBalance(address)));
  }
  return sum;
}

/** Checks the payer's balance. Besides `rent`, it pays the vault's rent and the fees for five signatures. */
async function requireFunds(connection: Connection, payer: PublicKey, rent: number): Promise<void> {
  const vaultRent = await connection.getMinimumBalanceForRentExemption(ACCOUNT_SIZE);
  const needed = rent + vaultRent + 5 * LAMPORTS_PER_SIGNATURE;
  const balance = await connection.getBalance(payer, 'confirmed');
  if (balance >= needed) return;
  throw new CreateNetworkError(
    'insufficient-funds',
    `${payer} has ${formatSol(balance)} SOL and needs ${formatSol(needed)} SOL: ${formatSol(needed - balance)} SOL are missing`,
  );
}

async function requireProgram(connection: Connection): Promise<void> {
  const program = await connection.getAccountInfo(PROGRAM_ID);
  if (program?.executable) return;
  throw new CreateNetworkError(
    'program-missing',
    `there is no program at ${PROGRAM_ID} on ${nodeOf(connection)}: deploy it first (npm run deploy), or see npm run program-id`,
  );
}
