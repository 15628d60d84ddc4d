import { PublicKey, type TransactionInstruction } from '@solana/web3.js';
import { TOKEN_PROGRAM_ID, tokenAccountAddress } from '../../core/addresses';
import { bn } from '../../core/anchor-values';
import { registryAddress, vaultAddress } from '../addresses';
import { type NetworkPolicy, policyArgument } from '../policy';
import { instruction } from '../program';

/** A network and its authority, who signs. */
interface ByAuthority {
  network: PublicKey;
  authority: PublicKey;
}

/** A network and its guardian or authority, who signs. */
interface ByGuard {
  network: PublicKey;
  guard: PublicKey;
}

const accounts = ({ network, authority }: ByAuthority) => ({ network, authority });

/**
 * Replaces the whole policy: at once if that loosens nothing (see `isLoosened`), otherwise the change is announced, and
 * `applyRuleChange` follows. Epochs already cut or pending keep the caps and times they were cut or posted under.
 */
export const setPolicy = (args: ByAuthority & { policy: NetworkPolicy }): TransactionInstruction =>
  instruction('setPolicy', { policy: policyArgument(args.policy) }, accounts(args));

/** Replaces the guardian, null meaning none: at once if there was none, otherwise the change is announced. */
export const setGuardian = (args: ByAuthority & { guardian: PublicKey | null }): TransactionInstruction =>
  instruction('setGuardian', { guardian: args.guardian ?? PublicKey.default }, accounts(args));

/** First of two steps that hand over the authority; null withdraws the proposal. */
export const proposeAuthority = (
  args: ByAuthority & { proposed: PublicKey | null },
): TransactionInstruction =>
  instruction('proposeAuthority', { authority: args.proposed ?? PublicKey.default }, accounts(args));

/** Second step: the proposed account signs as `authority`. */
export const acceptAuthority = (args: ByAuthority): TransactionInstruction =>
  instruction('acceptAuthority', {}, accounts(args));

/**
 * Allows one epoch to take back what devices earned wrongly; 0n: none. Where changes of rules wait, the epoch must be cut
 * after that delay, or it corrects nothing.
 */
export const nameCorrective = (args: ByAuthority & { epoch: bigint }): TransactionInstruction =>
  instruction('nameCorrective', { epoch: bn(args.epoch) }, accounts(args));

/** A rule whose changes are announced, and that `applyRuleChange` applies. */
export type AnnouncedRule = 'policy' | 'committee' | 'guardian';

/** What the guardian can withdraw: an announced change, the naming of a corrective epoch, or a closing. */
export type Rule = AnnouncedRule | 'corrective' | 'closing';

const ruleArgument = (rule: Rule) => ({ rule: { [rule]: {} } });

/**
 * Applies an announced change once its delay is over. Anyone may send it.
 * @param bonds of an announced committee, if the policy requires bonds: see `setCommittee`
 */
export const applyRuleChange = (args: {
  network: PublicKey;
  rule: AnnouncedRule;
  bonds?: readonly PublicKey[];
}): TransactionInstruction => {
  const built = instruction('applyRuleChange', ruleArgument(args.rule), { network: args.network });
  for (const pubkey of args.bonds ?? []) built.keys.push({ pubkey, isWritable: false, isSigner: false });
  return built;
};

/**
 * Withdraws an announced change, a corrective epoch that isn't cut yet, or a closing that isn't finished. The guardian or
 * the authority signs; the guardian can withdraw its own replacement twice.
 */
export const cancelRuleChange = ({
  network,
  guard,
  rule,
}: ByGuard & { rule: Rule }): TransactionInstruction =>
  instruction('cancelRuleChange', ruleArgument(rule), { network, guard });

/**
 * Begins to close the network: nothing more is posted, and what was earned is still paid for 30 days. Until `finishClose` it
 * can be withdrawn by `cancelRuleChange`.
 * @param args.heir gets the mint authority, and what nobody collected, of a network that mints
 */
export const closeNetwork = (args: ByAuthority & { heir?: PublicKey }): TransactionInstruction =>
  instruction('closeNetwork', { heir: args.heir ?? PublicKey.default }, accounts(args));

/** Closes the network for ever, once its owners had their 30 days. Anyone may send it. */
export const finishClose = (args: {
  network: PublicKey;
  mint: PublicKey;
  tokenProgram?: PublicKey;
  /** Of the network that mints. */
  heir?: PublicKey;
}): TransactionInstruction => {
  const { network, mint, tokenProgram = TOKEN_PROGRAM_ID, heir } = args;
  const vault = vaultAddress({ network, mint, tokenProgram });
  // Nothing is paid out where rewards were funded, and the program doesn't look at the account.
  const destination = heir
    ? tokenAccountAddress({ owner: heir, mint, tokenProgram })
    : registryAddress(network);
  return instruction('finishClose', {}, { network, mint, vault, destination, tokenProgram });
};

/** Withdraws registration fees and slashed bonds to `recipient`. */
export const withdrawFees = (args: ByAuthority & { recipient: PublicKey }): TransactionInstruction =>
  instruction(
    'withdrawFees',
    {},
    { ...accounts(args), registry: registryAddress(args.network), recipient: args.recipient },
  );

/** Stops posting, promoting and settling. A guardian's pause lapses after seven days. */
export const pause = ({ network, guard }: ByGuard): TransactionInstruction =>
  instruction('pause', {}, { network, guard });

/**
 * Ends a pause. The authority ends any, a guardian's once it lasted as long as a change of rules waits; the guardian ends its
 * own.
 */
export const unpause = ({ network, guard }: ByGuard): TransactionInstruction =>
  instruction('unpause', {}, { network, guard });

/** Vetoes the pending epoch if its ledger has this root: it becomes void. A guardian can veto one epoch twice. */
export const vetoEpoch = ({ network, guard, root }: ByGuard & { root: Uint8Array }): TransactionInstruction =>
  instruction('vetoEpoch', { root: [...root] }, { network, guard });
