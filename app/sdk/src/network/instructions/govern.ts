import { PublicKey, type TransactionInstruction } from '@solana/web3.js';
import { bn } from '../../core/anchor-values';
import { registryAddress } from '../addresses';
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

/** Replaces the whole policy. Epochs already cut or pending keep the caps and times they were cut or posted under. */
export const setPolicy = (args: ByAuthority & { policy: NetworkPolicy }): TransactionInstruction =>
  instruction('setPolicy', { policy: policyArgument(args.policy) }, accounts(args));

/** Replaces the guardian; null: none. */
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

/** Allows one epoch that has not been promoted to take back what devices earned wrongly; 0n: none. */
export const nameCorrective = (args: ByAuthority & { epoch: bigint }): TransactionInstruction =>
  instruction('nameCorrective', { epoch: bn(args.epoch) }, accounts(args));

/** Ends a pause, including a guardian's. */
export const unpause = (args: ByAuthority): TransactionInstruction =>
  instruction('unpause', {}, accounts(args));

/** Closes the network permanently: nothing more is posted, promoted or settled. Whatever is due stays unpaid. */
export const closeNetwork = (args: ByAuthority): TransactionInstruction =>
  instruction('closeNetwork', {}, accounts(args));

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

/** Vetoes the pending epoch: it becomes void. A guardian can veto one epoch twice. */
export const vetoEpoch = ({ network, guard }: ByGuard): TransactionInstruction =>
  instruction('vetoEpoch', {}, { network, guard });
