import type { BN } from '@coral-xyz/anchor';
import { PublicKey, type TransactionInstruction } from '@solana/web3.js';
import { formatUnits } from '../core/amounts';
import { big, bytes } from '../core/anchor-values';
import { buffer, equal, toHex } from '../core/bytes';
import type { NetworkAccount, RuleChanges } from './accounts';
import { isLoosened, type NetworkPolicy, NO_LIMIT } from './policy';
import { coder, networkProgram, PROGRAM_ID } from './program';

/** Arguments of these instructions, as Anchor's coder reads them; each has some of them. */
interface Arguments {
  policy: Record<string, BN | number | number[]>;
  threshold: number;
  keys: number[][];
  guardian: PublicKey;
  authority: PublicKey;
  heir: PublicKey;
  epoch: BN;
  root: number[];
  rule: object;
}
type Describe = (
  account: NetworkAccount,
  args: Arguments,
  accountOf: (name: string) => PublicKey,
) => string[];

const named = (who: PublicKey | null): string =>
  who === null || who.equals(PublicKey.default) ? 'nobody' : who.toBase58();

const time = (seconds: bigint): string => new Date(Number(seconds) * 1000).toISOString();

/** Adds what becomes of an earlier announcement, and whether this is only an announcement. */
const told = (
  { changes, floors }: NetworkAccount,
  { rule, waits, effects }: { rule: keyof RuleChanges; waits: boolean; effects: string[] },
): string[] => {
  const earlier = changes[rule];
  return [
    ...effects,
    ...(earlier ? [`the ${rule} announced for ${time(earlier.from)} is withdrawn`] : []),
    ...(waits && floors.changeDelaySeconds > 0
      ? [`announced only: it can be applied ${floors.changeDelaySeconds} s after this lands`]
      : []),
  ];
};

/** Whether a committee takes effect at once: the first one, or fewer of the present members with no lower threshold. */
const isTightened = (
  { committee: { version, threshold: present, keys: members } }: NetworkAccount,
  threshold: number,
  keys: readonly Uint8Array[],
): boolean =>
  version === 0 ||
  (threshold >= present && keys.every((key) => members.some((member) => equal(member, key))));

/** One line for each thing that an announced change alters; none if none is announced. */
function announced(account: NetworkAccount, rule: string): string[] {
  const { changes, policy, guardian } = account;
  if (rule === 'policy') return changes.policy ? policyChanges(policy, changes.policy.policy) : [];
  if (rule === 'guardian')
    return changes.guardian ? [`guardian ${named(guardian)} -> ${named(changes.guardian.guardian)}`] : [];
  if (rule !== 'committee' || !changes.committee) return [];
  const { threshold, keys } = changes.committee;
  return [
    committeeChange(account, threshold, keys.length),
    ...keys.map((key) => `member ${new PublicKey(key)}`),
  ];
}

const committeeChange = (
  { committee: { version, threshold: present, keys } }: NetworkAccount,
  threshold: number,
  members: number,
): string =>
  `committee version ${version} -> ${version + 1}: ${present} of ${keys.length} -> ${threshold} of ${members}`;

/** What each instruction of those who govern a network does, from the present state to the next. */
const EFFECTS: Readonly<Record<string, Describe>> = {
  setPolicy: (account, { policy }) => {
    const next = policyOf(policy);
    const effects = policyChanges(account.policy, next);
    return told(account, { rule: 'policy', waits: isLoosened(account.policy, next), effects });
  },
  setCommittee: (account, { threshold, keys }) => {
    const members = keys.map(bytes);
    const effects = [committeeChange(account, threshold, members.length)];
    return told(account, { rule: 'committee', waits: !isTightened(account, threshold, members), effects });
  },
  setGuardian: (account, { guardian }) => {
    const effects = [`guardian ${named(account.guardian)} -> ${named(guardian)}`];
    return told(account, { rule: 'guardian', waits: named(account.guardian) !== 'nobody', effects });
  },
  proposeAuthority: (account, { authority }) => [
    `proposed ${named(account.proposedAuthority)} -> ${named(authority)}; ` +
      `${account.authority} stays the authority until the proposed one runs accept-authority`,
  ],
  acceptAuthority: (account, _, accountOf) => [`authority ${account.authority} -> ${accountOf('authority')}`],
  nameCorrective: ({ correctiveEpoch }, { epoch }) => [
    `corrective epoch ${correctiveEpoch} -> ${big(epoch)} (0: none)`,
  ],
  pause: ({ authority }, _, accountOf) => [
    accountOf('guard').equals(authority)
      ? 'paused until the authority runs commonwire govern unpause'
      : 'paused for 7 days, unless the authority ends the pause or extends it',
  ],
  unpause: () => ['the pause ends'],
  vetoEpoch: ({ pending }, { root }) => {
    const vetoed = bytes(root);
    return [
      pending && equal(pending.ledgerRoot, vetoed)
        ? `epoch ${pending.epoch}, attempt ${pending.attempt}, becomes void: another can then be posted`
        : `an epoch with root ${toHex(vetoed)} becomes void if it is pending when this is executed`,
    ];
  },
  cancelRuleChange: (account, { rule }) => {
    const [name = ''] = Object.keys(rule);
    const effects = announced(account, name);
    return (effects.length > 0 ? effects : [name]).map((effect) => `withdrawn: ${effect}`);
  },
  withdrawFees: (_account, _args, accountOf) => [`all fees go to ${accountOf('recipient')}`],
  closeNetwork: ({ current, totalPaid, decimals }, { heir }) => [
    'no epoch is posted any more; a pending one can still be promoted',
    `the ${formatUnits(current.earnedTotal - totalPaid, decimals, ',')} tokens not settled yet can be settled for 30 days: commonwire settle`,
    ...(named(heir) === 'nobody'
      ? []
      : [`${named(heir)} then gets the mint authority and what nobody collected`]),
  ],
};

/** The network that an instruction of the network program is about; undefined for any other instruction. */
export function networkOf({ programId, keys, data }: TransactionInstruction): PublicKey | undefined {
  const decoded = programId.equals(PROGRAM_ID) ? coder.instruction.decode(buffer(data)) : null;
  return decoded ? keys[networkProgram.accountsOf(decoded.name).indexOf('network')]?.pubkey : undefined;
}

/**
 * Says what an instruction of a network's authority or guardian does, one line for each effect, from the present state to the
 * next. Empty for an instruction that isn't one of theirs, or of another network.
 *
 * @example
 * networkEffects(setGuardian({ network, authority, guardian: null }), account); // ['guardian 7xKX... -> nobody']
 */
export function networkEffects(instruction: TransactionInstruction, account: NetworkAccount): string[] {
  const { keys, data } = instruction;
  if (!networkOf(instruction)?.equals(account.address)) return [];
  const decoded = coder.instruction.decode(buffer(data));
  if (!decoded) return [];
  const places = networkProgram.accountsOf(decoded.name);
  const accountOf = (name: string) => keys[places.indexOf(name)]!.pubkey;
  return EFFECTS[decoded.name]?.(account, decoded.data as Arguments, accountOf) ?? [];
}

/** A policy as the program's argument has it. */
const policyOf = (given: Arguments['policy']): NetworkPolicy =>
  Object.fromEntries(
    Object.entries(given).map(([field, value]) => [
      field,
      typeof value === 'number' || Array.isArray(value) ? value : big(value),
    ]),
  ) as unknown as NetworkPolicy;

/** Returns one line for each field that a new policy changes, named as in a configuration. */
function policyChanges(before: NetworkPolicy, after: NetworkPolicy): string[] {
  const fields = Object.keys(before) as (keyof NetworkPolicy)[];
  const changed = fields.filter((field) => `${before[field]}` !== `${after[field]}`);
  if (changed.length === 0) return ['the policy does not change'];
  return changed.map((field) => `${snake(field)} ${text(before[field])} -> ${text(after[field])}`);
}

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
function text(value: NetworkPolicy[keyof NetworkPolicy]): string {
  if (value === NO_LIMIT) return 'none';
  return typeof value === 'object' ? `[${value.join(', ')}]` : `${value}`;
}
