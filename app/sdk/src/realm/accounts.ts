import {
  GOVERNANCE_PROGRAM_SEED,
  Governance,
  GovernanceAccountParser,
  getAccountTypes,
  type InstructionData,
  Proposal,
  ProposalState,
  ProposalTransaction,
  Realm,
  type RealmConfigAccount,
  TokenOwnerRecord,
  type VoteRecord,
} from '@realms-today/spl-governance';
import { type AccountInfo, type Connection, type PublicKey, TransactionInstruction } from '@solana/web3.js';
import { programAddress } from '../core/addresses';
import { big } from '../core/anchor-values';
import { ascii, buffer, u16 } from '../core/bytes';
import { AccountError, malformedAccount, otherAccount } from '../core/program';
import { GOVERNANCE_PROGRAM_ID, kindOf } from './program';
import { type DaoRules, governanceConfig, rulesOf } from './rules';

/** One action of a proposal: what is executed at once, which others' proposals may make several instructions. */
export interface ProposedAction {
  /** The account that holds it. */
  transaction: PublicKey;
  /** As SPL Governance keeps them: one, or several that are executed together. */
  instructions: readonly InstructionData[];
  /** The same as they are executed, in this order. */
  executed: readonly TransactionInstruction[];
  /** The choice that it belongs to, where the proposal has more than one. */
  choice: string | null;
  holdUpSeconds: number;
  /** Chain time; null: not executed yet. */
  executedAt: bigint | null;
}

/** A proposal and what it would do. */
export interface ProposalAccount {
  address: PublicKey;
  governance: PublicKey;
  /** The member who made it. */
  proposer: PublicKey;
  name: string;
  link: string;
  state: keyof typeof ProposalState;
  /** Weight. */
  yes: bigint;
  no: bigint;
  veto: bigint;
  /** All weight at the count; null before, and after a veto. */
  allWeight: bigint | null;
  /** Chain time and slot at which voting began; null: it didn't. Positions count that were made in an earlier slot. */
  votingAt: bigint | null;
  votingAtSlot: bigint | null;
  /** Chain time of the decision. */
  decidedAt: bigint | null;
  /** Of all options. Each is executed by itself, and whoever executes them chooses the order. */
  actions: ProposedAction[];
}

function owned(address: PublicKey, info: AccountInfo<Buffer> | null, name: string): AccountInfo<Buffer> {
  if (!info) throw new AccountError('account-missing', `there is no ${name} at ${address} on this cluster`);
  if (info.owner.equals(GOVERNANCE_PROGRAM_ID)) return info;
  throw otherAccount('account-foreign', name, address, info);
}

/** The classes that the library's parser takes. */
type AccountClass =
  | typeof Realm
  | typeof Proposal
  | typeof Governance
  | typeof TokenOwnerRecord
  | typeof ProposalTransaction
  | typeof RealmConfigAccount
  | typeof VoteRecord;

/** Reads an account of SPL Governance. @throws AccountError `account-missing`, `account-foreign`, `account-malformed` */
export const fetch = async <T>(
  connection: Connection,
  address: PublicKey,
  type: AccountClass,
  name: string,
): Promise<T> => decode<T>(address, await connection.getAccountInfo(address), type, name);

/** @throws AccountError `account-missing`, `account-foreign`, `account-malformed` */
export function decode<T>(
  address: PublicKey,
  found: AccountInfo<Buffer> | null,
  type: AccountClass,
  name: string,
): T {
  const info = owned(address, found, name);
  try {
    return GovernanceAccountParser(type)(address, info).account as T;
  } catch (cause) {
    const isOther = kindOf(info.data) !== undefined && !getAccountTypes(type).includes(info.data[0]!);
    if (isOther) throw otherAccount('account-malformed', name, address, info);
    throw malformedAccount(name, address, cause);
  }
}

/** Whose token and whose council decide in a realm. */
export interface RealmAccount {
  address: PublicKey;
  name: string;
  /** The token that is staked. */
  mint: PublicKey;
  councilMint: PublicKey | null;
  /** May change the realm; null: nobody. */
  authority: PublicKey | null;
  /** Least weight with which a member makes a governance with rules of its own. */
  governanceWeight: bigint;
}

/** @throws AccountError `account-missing`, `account-foreign`, `account-malformed` */
export async function fetchRealm(connection: Connection, address: PublicKey): Promise<RealmAccount> {
  const { name, communityMint, config, authority } = await fetch<Realm>(connection, address, Realm, 'realm');
  return {
    address,
    name,
    mint: communityMint,
    councilMint: config.councilMint ?? null,
    authority: authority ?? null,
    governanceWeight: big(config.minCommunityTokensToCreateGovernance),
  };
}

/** Tokens that a member has deposited in a realm, such as a guardian for its seat; 0n without a record of it. */
export async function fetchDeposit(connection: Connection, member: PublicKey): Promise<bigint> {
  if (!(await connection.getAccountInfo(member))) return 0n;
  const record = await fetch<TokenOwnerRecord>(connection, member, TokenOwnerRecord, 'member record');
  return big(record.governingTokenDepositAmount);
}

/** A governance: the realm that it is of, and how it decides. */
export interface GovernanceState {
  realm: PublicKey;
  rules: DaoRules;
  /** Whether it decides by these rules alone, as one that `createGovernance` makes. */
  isPlain: boolean;
}

/** @throws AccountError `account-missing`, `account-foreign`, `account-malformed` */
export async function fetchGovernance(connection: Connection, address: PublicKey): Promise<GovernanceState> {
  const { realm, config } = await fetch<Governance>(connection, address, Governance, 'governance');
  const rules = rulesOf(config);
  return { realm, rules, isPlain: JSON.stringify(config) === JSON.stringify(governanceConfig(rules)) };
}

const transactionAddress = (proposal: PublicKey, option: number, index: number): PublicKey =>
  programAddress(
    GOVERNANCE_PROGRAM_ID,
    ascii(GOVERNANCE_PROGRAM_SEED),
    proposal.toBytes(),
    Uint8Array.of(option),
    u16(index),
  );

const orNull = (value: Proposal['votingAt']) => (value ? big(value) : null);

/** What a proposal's account says by itself, without its actions and the address of its proposer. */
export type ProposalSummary = Omit<ProposalAccount, 'proposer' | 'actions'>;

function summaryOf(address: PublicKey, proposal: Proposal): ProposalSummary {
  return {
    address,
    governance: proposal.governance,
    name: proposal.name,
    link: proposal.descriptionLink,
    state: ProposalState[proposal.state] as keyof typeof ProposalState,
    yes: big(proposal.getYesVoteCount()),
    no: big(proposal.getNoVoteCount()),
    veto: big(proposal.vetoVoteWeight),
    allWeight: proposal.state === ProposalState.Vetoed ? null : orNull(proposal.maxVoteWeight),
    votingAt: orNull(proposal.votingAt),
    votingAtSlot: orNull(proposal.votingAtSlot),
    decidedAt: orNull(proposal.votingCompletedAt),
  };
}

/** Reads a proposal's own account. @throws AccountError `account-missing`, `account-foreign`, `account-malformed` */
export const decodeProposal = (address: PublicKey, info: AccountInfo<Buffer> | null): ProposalSummary =>
  summaryOf(address, decode<Proposal>(address, info, Proposal, 'proposal'));

/** Fetches a proposal with its actions. @throws AccountError `account-missing`, `account-foreign`, `account-malformed` */
export async function fetchProposal(connection: Connection, address: PublicKey): Promise<ProposalAccount> {
  const proposal = await fetch<Proposal>(connection, address, Proposal, 'proposal');
  const [member, actions] = await Promise.all([
    fetch<TokenOwnerRecord>(connection, proposal.tokenOwnerRecord, TokenOwnerRecord, 'member record'),
    fetchActions(connection, address, proposal),
  ]);
  return { ...summaryOf(address, proposal), proposer: member.governingTokenOwner, actions };
}

/** The actions of all choices. */
async function fetchActions(
  connection: Connection,
  address: PublicKey,
  { options }: Proposal,
): Promise<ProposedAction[]> {
  const actions: ProposedAction[] = [];
  for (const [option, { label, instructionsNextIndex }] of options.entries())
    for (let index = 0; index < instructionsNextIndex; index++) {
      const choice = options.length > 1 ? label : null;
      const found = await fetchAction(connection, transactionAddress(address, option, index), choice);
      if (found) actions.push(found);
    }
  return actions;
}

/** An action; null where its proposer removed it again. */
async function fetchAction(
  connection: Connection,
  transaction: PublicKey,
  choice: string | null,
): Promise<ProposedAction | null> {
  const info = await connection.getAccountInfo(transaction);
  if (!info) return null;
  const held = await fetch<ProposalTransaction>(connection, transaction, ProposalTransaction, 'action');
  const instructions = held.getAllInstructions();
  const executed = instructions.map(
    ({ programId, accounts, data }) =>
      new TransactionInstruction({
        programId,
        keys: accounts.map(({ pubkey, isSigner, isWritable }) => ({ pubkey, isSigner, isWritable })),
        data: buffer(Uint8Array.from(data)),
      }),
  );
  const executedAt = held.executedAt ? big(held.executedAt) : null;
  return { transaction, instructions, executed, choice, holdUpSeconds: held.holdUpTime, executedAt };
}
