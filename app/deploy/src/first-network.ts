import { randomBytes } from 'node:crypto';
import { nodeOf, sendAndConfirm } from '@commonwire/sdk/core';
import {
  createNetwork,
  fetchNetwork,
  networkAddress,
  PROGRAM_ID,
  registryAddress,
  setCommittee,
  vaultAddress,
} from '@commonwire/sdk/network';
import { createAssociatedTokenAccountIdempotentInstruction } from '@solana/spl-token';
import { type Connection, PublicKey, type TransactionInstruction } from '@solana/web3.js';
import { bondsFor } from './committee-bonds';
import { CreateNetworkError } from './create-network-error';
import { existing, hasCommittee, requireSame } from './existing-network';
import { authorityOf, type FirstNetworkOptions } from './network-options';
import { planNetwork, requireFunds } from './network-plan';
import { rewardToken } from './reward-token';

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

/** Creates mint, vault and network in one transaction, so that an interruption can't leave a token without a network. */
async function create(
  options: FirstNetworkOptions,
  { id, network, authority }: { id: bigint; network: PublicKey; authority: PublicKey },
): Promise<string> {
  const { connection, payer, config } = options;
  const creator = payer.publicKey;
  const token = await rewardToken(connection, config.token, { payer: creator, network, authority });
  const { mint, tokenProgram } = token;
  requireFunds(await planNetwork({ ...options, id }), creator);
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

async function requireProgram(connection: Connection): Promise<void> {
  const program = await connection.getAccountInfo(PROGRAM_ID);
  if (program?.executable) return;
  throw new CreateNetworkError(
    'program-missing',
    `there is no program at ${PROGRAM_ID} on ${nodeOf(connection)}: deploy it first (npm run deploy), or see npm run program-id`,
  );
}
