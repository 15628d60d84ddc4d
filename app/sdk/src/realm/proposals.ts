import {
  createInstructionData,
  type InstructionData,
  Vote,
  VoteChoice,
  VoteKind,
  VoteType,
  withCancelProposal,
  withCastVote,
  withCreateProposal,
  withExecuteTransaction,
  withFinalizeVote,
  withInsertTransaction,
  withRelinquishVote,
  withSignOffProposal,
} from '@realms-today/spl-governance';
import { PublicKey, type TransactionInstruction } from '@solana/web3.js';
import { ascii, u32 } from '../core/bytes';
import { CommonwireError } from '../core/errors';
import { sha256 } from '../core/hash';
import {
  maxVoterWeightAddress,
  poolAddress,
  voterWeightAddress,
  weighAction,
  weighPool,
  weighVote,
} from '../stake';
import { memberAddress, proposalAddress, treasuryAddress, voteAddress } from './addresses';
import { GOVERNANCE_PROGRAM_ID, VERSION } from './program';

/** A realm, its governance, and the token that is staked. */
export interface Dao {
  realm: PublicKey;
  governance: PublicKey;
  mint: PublicKey;
}

/** A member with the positions that are to weigh. */
interface Voter {
  owner: PublicKey;
  positions: readonly PublicKey[];
}

interface OfProposal {
  proposal: PublicKey;
  /** The owner of the proposal's member record, as {@link ProposalAccount} has it. */
  proposer: PublicKey;
}

/** One transaction that a passed proposal executes, by its place from 0. */
const OPTION = 0;

/**
 * An address for the seed of a proposal, the same whenever the same member proposes the same: so whoever proposes again after an
 * interruption finds what was made.
 * @param number tells apart the same proposals, made one after the other
 */
export function proposalSeed(
  owner: PublicKey,
  actions: readonly TransactionInstruction[],
  number: number,
): PublicKey {
  const parts = actions.flatMap(({ programId, keys, data }) => [
    programId.toBytes(),
    u32(keys.length),
    ...keys.flatMap(({ pubkey, isSigner, isWritable }) => [
      pubkey.toBytes(),
      Uint8Array.of(Number(isSigner), Number(isWritable)),
    ]),
    u32(data.length),
    data,
  ]);
  return new PublicKey(sha256(ascii('commonwire proposal'), owner.toBytes(), u32(number), ...parts));
}

/**
 * Makes a proposal and opens it for votes: in one transaction if it fits, otherwise send the steps in order in several. The
 * proposer signs and stakes enough to propose.
 * @param args.actions executed as the governance's native treasury, each on its own: whoever executes them chooses the order,
 * and when, since nothing of a passed proposal lapses. Instructions of one action are executed together, in their order
 * @param args.seed any new address
 * @returns the steps: to create it, to add each of the actions, and to open it for votes
 */
export async function propose(
  args: Dao &
    Voter & {
      payer: PublicKey;
      seed: PublicKey;
      name: string;
      /** A link to what it is about. */
      link: string;
      actions: readonly (TransactionInstruction | readonly TransactionInstruction[])[];
      holdUpSeconds: number;
    },
): Promise<{ proposal: PublicKey; steps: TransactionInstruction[][] }> {
  const { realm, governance, mint, owner, positions, payer } = args;
  const pool = poolAddress(args);
  const member = memberAddress(args);
  const proposal = proposalAddress(args);
  // Weight counts in its slot alone, so it is weighed in the transaction that creates the proposal.
  const creation = [weighAction({ pool, owner, action: 'createProposal', target: governance, positions })];
  await withCreateProposal(
    creation,
    GOVERNANCE_PROGRAM_ID,
    VERSION,
    realm,
    governance,
    member,
    args.name,
    args.link,
    mint,
    owner,
    undefined,
    VoteType.SINGLE_CHOICE,
    ['Approve'],
    true,
    payer,
    voterWeightAddress({ pool, owner }),
    args.seed,
  );
  const steps = [creation];
  for (const [index, action] of args.actions.entries()) {
    const insertion: TransactionInstruction[] = [];
    await withInsertTransaction(
      insertion,
      GOVERNANCE_PROGRAM_ID,
      VERSION,
      governance,
      proposal,
      member,
      owner,
      index,
      OPTION,
      args.holdUpSeconds,
      [action].flat().map(createInstructionData),
      payer,
    );
    steps.push(insertion);
  }
  const opening: TransactionInstruction[] = [];
  withSignOffProposal(
    opening,
    GOVERNANCE_PROGRAM_ID,
    VERSION,
    realm,
    governance,
    proposal,
    owner,
    undefined,
    member,
  );
  return { proposal, steps: [...steps, opening] };
}

/** Votes with positions that were made before voting began. The owner signs. */
export async function castVote(
  args: Dao & Voter & OfProposal & { payer: PublicKey; approve: boolean },
): Promise<TransactionInstruction[]> {
  const { realm, governance, mint, owner, positions, proposal } = args;
  const pool = poolAddress(args);
  const instructions = [weighVote({ pool, owner, proposal, governance, positions }), weighPool(pool)];
  await withCastVote(
    instructions,
    GOVERNANCE_PROGRAM_ID,
    VERSION,
    realm,
    governance,
    proposal,
    memberAddress({ realm, mint, owner: args.proposer }),
    memberAddress(args),
    owner,
    mint,
    args.approve ? YES : NO,
    args.payer,
    voterWeightAddress({ pool, owner }),
    maxVoterWeightAddress(pool),
  );
  return instructions;
}

/** Casts a guardian's vote against a proposal of the stakers. The guardian signs. */
export async function castVeto(
  args: Dao & OfProposal & { payer: PublicKey; councilMint: PublicKey; guardian: PublicKey },
): Promise<TransactionInstruction> {
  const { realm, governance, mint, proposal, councilMint, guardian } = args;
  const instructions: TransactionInstruction[] = [];
  await withCastVote(
    instructions,
    GOVERNANCE_PROGRAM_ID,
    VERSION,
    realm,
    governance,
    proposal,
    memberAddress({ realm, mint, owner: args.proposer }),
    memberAddress({ realm, mint: councilMint, owner: guardian }),
    guardian,
    councilMint,
    VETO,
    args.payer,
  );
  return instructions[0]!;
}

/** Takes a vote back, while the vote is open; afterwards it only closes the vote's record. The owner signs. */
export async function relinquishVote(
  args: Dao & { proposal: PublicKey; owner: PublicKey },
): Promise<TransactionInstruction> {
  const { realm, governance, mint, proposal, owner } = args;
  const member = memberAddress(args);
  const instructions: TransactionInstruction[] = [];
  await withRelinquishVote(
    instructions,
    GOVERNANCE_PROGRAM_ID,
    VERSION,
    realm,
    governance,
    proposal,
    member,
    mint,
    voteAddress({ proposal, member }),
    owner,
    owner,
  );
  return instructions[0]!;
}

/**
 * Counts a vote whose time is over. Anyone may send it, and should at once: the quorum is a part of what is staked when it is
 * counted.
 */
export async function finalizeVote(args: Dao & OfProposal): Promise<TransactionInstruction[]> {
  const { realm, governance, mint, proposal, proposer } = args;
  const pool = poolAddress(args);
  const instructions = [weighPool(pool)];
  await withFinalizeVote(
    instructions,
    GOVERNANCE_PROGRAM_ID,
    VERSION,
    realm,
    governance,
    proposal,
    memberAddress({ realm, mint, owner: proposer }),
    mint,
    maxVoterWeightAddress(pool),
  );
  return instructions;
}

/** A proposal that nobody should execute. */
export class ProposalError extends CommonwireError {
  declare readonly code: 'asks-signature';
}

/**
 * Executes one action of a passed proposal after its hold-up time. Anyone may send it: the governance signs, and its treasury.
 * @throws ProposalError `asks-signature` where another must sign. Whoever executes would sign with the transaction, and the
 *   action could take what is in that wallet
 */
export async function executeAction(args: {
  governance: PublicKey;
  proposal: PublicKey;
  /** The account that holds the action, and what it holds: see `fetchProposal`. */
  transaction: PublicKey;
  instructions: readonly InstructionData[];
}): Promise<TransactionInstruction> {
  const own = [args.governance, treasuryAddress(args.governance)];
  const foreign = args.instructions
    .flatMap(({ accounts }) => accounts)
    .find(({ isSigner, pubkey }) => isSigner && !own.some((key) => key.equals(pubkey)));
  if (foreign)
    throw new ProposalError(
      'asks-signature',
      `an action of proposal ${args.proposal} asks for the signature of ${foreign.pubkey}, whose wallet it could empty: do not execute it`,
    );
  const instructions: TransactionInstruction[] = [];
  await withExecuteTransaction(
    instructions,
    GOVERNANCE_PROGRAM_ID,
    VERSION,
    args.governance,
    args.proposal,
    args.transaction,
    [...args.instructions],
  );
  return instructions[0]!;
}

/** Withdraws a proposal that isn't decided yet. Its proposer signs. */
export function cancelProposal(
  args: Dao & { proposal: PublicKey; owner: PublicKey },
): TransactionInstruction {
  const instructions: TransactionInstruction[] = [];
  const { realm, governance, proposal, owner } = args;
  withCancelProposal(
    instructions,
    GOVERNANCE_PROGRAM_ID,
    VERSION,
    realm,
    governance,
    proposal,
    memberAddress(args),
    owner,
  );
  return instructions[0]!;
}

const vote = (kind: VoteKind, approve?: VoteChoice[]): Vote =>
  new Vote({
    voteType: kind,
    approveChoices: approve,
    deny: kind === VoteKind.Deny ? true : undefined,
    veto: kind === VoteKind.Veto ? true : undefined,
  });
const YES = vote(VoteKind.Approve, [new VoteChoice({ rank: 0, weightPercentage: 100 })]);
const NO = vote(VoteKind.Deny);
const VETO = vote(VoteKind.Veto);
