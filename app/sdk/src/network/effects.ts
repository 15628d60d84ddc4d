import type { BN } from '@coral-xyz/anchor';
import { type Connection, PublicKey, type TransactionInstruction } from '@solana/web3.js';
import { formatSol } from '../core/amounts';
import { big, bytes } from '../core/anchor-values';
import { equal, toHex } from '../core/bytes';
import type { ReadInstruction } from '../core/program';
import { count, tokens } from '../core/words';
import { decodeFunding, FOREVER, fetchNetwork, type NetworkAccount } from './accounts';
import { fundingAddress } from './addresses';
import { announcedEffects, committeeChange, isCommitteeTightened, named, told } from './announced';
import type { AnnouncedRule, Rule } from './instructions';
import { isLoosened, type NetworkPolicy } from './policy';
import { policyChanges } from './policy-changes';
import { networkProgram, PROGRAM_ID } from './program';

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
  amount: BN;
  lamports: BN;
  oracle: number[];
  index: number;
  newOwner: PublicKey;
}

interface Subject {
  account: NetworkAccount;
  args: Arguments;
  of: ReadInstruction['account'];
  /** Accounts beyond those of the IDL. */
  further: readonly PublicKey[];
  /** Base units that the funder who is paid back has deposited. */
  deposited: bigint;
}

type Describe = (subject: Subject) => string[];

const WITHDRAWN: Readonly<Record<Exclude<Rule, AnnouncedRule>, (account: NetworkAccount) => string[]>> = {
  corrective: ({ correctiveEpoch }) => (correctiveEpoch ? [`corrective epoch ${correctiveEpoch}`] : []),
  closing: ({ life }) => (life === 'closing' ? ['the closing of the network'] : []),
};

/** One line for each thing that `cancelRuleChange` withdraws; none if there is nothing to withdraw. */
export const withdrawnEffects = (account: NetworkAccount, rule: Rule): string[] =>
  rule === 'corrective' || rule === 'closing' ? WITHDRAWN[rule](account) : announcedEffects(account, rule);

/** The bonds that admit members stand behind the instruction's own accounts. */
const bonds = (further: readonly PublicKey[]): string[] => further.map((bond) => `bond ${bond}`);

const ruleOf = ({ rule }: Arguments): Rule => Object.keys(rule)[0] as Rule;

/** What each instruction of those who govern a network does, and of those who have something in it. */
const EFFECTS: Readonly<Record<string, Describe>> = {
  setPolicy: ({ account, args }) => {
    const next = policyOf(args.policy);
    const effects = policyChanges(account.policy, next);
    return told(account, { rule: 'policy', waits: isLoosened(account.policy, next), effects });
  },
  setCommittee: ({ account, args: { threshold, keys }, further }) => {
    const members = keys.map(bytes);
    const effects = [...committeeChange(account, threshold, members), ...bonds(further)];
    const waits = !isCommitteeTightened(account, threshold, members);
    return told(account, { rule: 'committee', waits, effects });
  },
  setGuardian: ({ account, args: { guardian } }) => {
    const effects = [`guardian ${named(account.guardian)} -> ${named(guardian)}`];
    return told(account, { rule: 'guardian', waits: named(account.guardian) !== 'nobody', effects });
  },
  proposeAuthority: ({ account: { proposedAuthority, authority }, args }) => [
    `proposed ${named(proposedAuthority)} -> ${named(args.authority)}; ` +
      `${authority} stays the authority until the proposed one runs accept-authority`,
  ],
  acceptAuthority: ({ account: { authority }, of }) => [`authority ${authority} -> ${of('authority')}`],
  nameCorrective: ({ account: { correctiveEpoch, floors }, args }) => {
    const epoch = big(args.epoch);
    return [
      `corrective epoch ${correctiveEpoch} -> ${epoch} (0: none)`,
      ...(epoch && floors.changeDelaySeconds > 0
        ? [
            `it corrects if it is posted at least ${floors.changeDelaySeconds} s after this lands; ` +
              'until then guardian and authority can withdraw it: commonwire guard cancel-change --rule corrective',
          ]
        : []),
    ];
  },
  pause: ({ account: { authority, pause }, of }) => [
    of('guard').equals(authority)
      ? 'paused until the authority runs commonwire govern unpause'
      : pause.until === FOREVER
        ? 'the authority can’t end its pause before a change of rules that is announced now could be applied'
        : 'paused for 7 days, unless the authority ends the pause or extends it',
  ],
  unpause: () => ['the pause ends'],
  vetoEpoch: ({ account: { pending }, args }) => {
    const vetoed = bytes(args.root);
    return [
      pending && equal(pending.ledgerRoot, vetoed)
        ? `epoch ${pending.epoch}, attempt ${pending.attempt}, becomes void: another can then be posted`
        : `an epoch with root ${toHex(vetoed)} becomes void if it is pending when this is executed`,
    ];
  },
  cancelRuleChange: ({ account, args }) => {
    const rule = ruleOf(args);
    const effects = withdrawnEffects(account, rule);
    return effects.length > 0
      ? effects.map((effect) => `withdrawn: ${effect}`)
      : [`withdrawn: what is announced of the ${rule} by then; there is nothing now`];
  },
  applyRuleChange: ({ account, args, further }) => {
    const rule = ruleOf(args);
    const effects = rule === 'corrective' || rule === 'closing' ? [] : announcedEffects(account, rule);
    return effects.length > 0
      ? [...effects, ...bonds(further)]
      : [`applies what is announced of the ${rule} by then; there is nothing now`, ...bonds(further)];
  },
  withdrawFees: ({ of }) => [`all fees go to ${of('recipient')}`],
  closeNetwork: ({ account: { current, totalPaid, decimals }, args: { heir } }) => [
    'no epoch is posted any more; a pending one can still be promoted',
    `the ${tokens(current.earnedTotal - totalPaid, decimals)} tokens not settled yet can be settled for 30 days: commonwire settle`,
    ...(named(heir) === 'nobody'
      ? []
      : [`${named(heir)} then gets the mint authority and what nobody collected`]),
  ],
  finishClose: ({ account: { funded, heir } }) => [
    funded
      ? 'what is left in the vault waits for its funders: commonwire govern withdraw-surplus'
      : `${heir} gets the mint authority and what is left in the vault`,
    'pages can be closed for their rent: commonwire govern close-pages',
  ],
  closePage: ({ of }) => [`page ${of('page')} is closed: ${of('payer')} gets its rent`],
  withdrawSurplus: ({ account: { surplus, fundedTotal, decimals }, of, deposited }) => {
    const part = fundedTotal === 0n ? 0n : (surplus * deposited) / fundedTotal;
    return [
      `${of('funder')} gets ${tokens(part, decimals)} of the ${tokens(surplus, decimals)} tokens left, for ` +
        `${tokens(deposited, decimals)} of the ${tokens(fundedTotal, decimals)} deposited`,
      `they go to token account ${of('destination')}`,
    ];
  },
  fundVault: ({ account: { decimals, mint }, args: { amount }, of }) => [
    `${of('funder')} deposits ${tokens(big(amount), decimals)} tokens of mint ${mint} from token account ${of('source')}; ` +
      'they come back only as far as the network closes with some left',
  ],
  depositBond: ({ args: { oracle, lamports }, of }) => [
    `${of('depositor')} deposits ${formatSol(big(lamports), ',')} SOL as the bond of oracle ${keyOf(oracle)}`,
  ],
  unlockBond: ({ of }) => [`${of('depositor')} begins to take back bond ${of('bond')}`],
  withdrawBond: ({ of }) => [`${of('depositor')} gets bond ${of('bond')} back`],
  transferDevice: ({ args: { index, newOwner }, of }) => [
    `device ${index} goes from ${of('owner')} to ${newOwner}, with all that it earns from the next epoch on`,
  ],
  retireDevice: ({ args: { index }, of }) => [
    `retires device ${index} of ${of('owner')} for ever: it earns nothing more`,
  ],
};

const keyOf = (oracle: readonly number[]): string => named(new PublicKey(bytes(oracle)));

/** Instructions whose further accounts are put into words, too. */
const WITH_BONDS = new Set(['setCommittee', 'applyRuleChange']);

/** The network that an instruction of the network program is about; undefined for any other instruction. */
export function networkOf(instruction: TransactionInstruction): PublicKey | undefined {
  const read = networkProgram.read(instruction);
  return read && read.name in EFFECTS ? read.account('network') : undefined;
}

/**
 * Says what an instruction of a network's authority or guardian does, or of somebody who has something in it: one line for each
 * effect, from the present state to the next. Empty for any other instruction, or one of another network.
 * @param deposited base units that the funder has deposited whose part is withdrawn
 *
 * @example
 * networkEffects(setGuardian({ network, authority, guardian: null }), account); // ['guardian 7xKX... -> nobody']
 */
export function networkEffects(
  instruction: TransactionInstruction,
  account: NetworkAccount,
  deposited = 0n,
): string[] {
  const read = networkProgram.read(instruction);
  if (!read || !networkOf(instruction)?.equals(account.address)) return [];
  const { name, args, account: of } = read;
  const further = read.further.map(({ pubkey }) => pubkey);
  const effects = EFFECTS[name]!({ account, args: args as unknown as Arguments, of, further, deposited });
  if (further.length === 0 || WITH_BONDS.has(name)) return effects;
  return [
    ...effects,
    `it is given ${count(further.length, 'account')} that it does not need: ${further.join(', ')}`,
  ];
}

/** The same, and who must sign it that can't; with what is on chain. @throws AccountError if there is no such network */
export async function readNetworkEffects(
  connection: Connection,
  instruction: TransactionInstruction,
): Promise<{ effects: string[]; warnings: string[] }> {
  const read = networkProgram.read(instruction);
  const network = networkOf(instruction);
  if (!read || !network) return { effects: [], warnings: [] };
  const account = await fetchNetwork(connection, network);
  const deposited =
    read.name === 'withdrawSurplus' ? await depositedBy(connection, network, read.account('funder')) : 0n;
  return {
    effects: networkEffects(instruction, account, deposited),
    warnings: wrongRole(read, account),
  };
}

/** Base units that a funder has deposited in a network and that weren't paid back. */
async function depositedBy(connection: Connection, network: PublicKey, funder: PublicKey): Promise<bigint> {
  const record = fundingAddress({ network, funder });
  const info = await connection.getAccountInfo(record);
  return info?.owner.equals(PROGRAM_ID) ? decodeFunding(record, info.data).amount : 0n;
}

/** Roles by the name of the account that signs. */
const ROLES: Readonly<Record<string, (account: NetworkAccount) => (PublicKey | null)[]>> = {
  authority: ({ authority }) => [authority],
  guard: ({ authority, guardian }) => [authority, guardian],
};
const ACCEPTING: (typeof ROLES)[string] = ({ proposedAuthority }) => [proposedAuthority];

/** Says that the program would refuse who signs. */
function wrongRole({ name, accounts, account: of }: ReadInstruction, account: NetworkAccount): string[] {
  const role = accounts.find((one) => one in ROLES);
  if (!role) return [];
  const may = (name === 'acceptAuthority' ? ACCEPTING : ROLES[role]!)(account);
  const signer = of(role);
  if (may.some((one) => one?.equals(signer))) return [];
  const who = may.map(named).join(' or ');
  return [`network ${account.address} would refuse it now: ${signer} signs, but it must be ${who}`];
}

/** A policy as the program's argument has it. */
const policyOf = (given: Arguments['policy']): NetworkPolicy =>
  Object.fromEntries(
    Object.entries(given).map(([field, value]) => [
      field,
      typeof value === 'number' || Array.isArray(value) ? value : big(value),
    ]),
  ) as unknown as NetworkPolicy;
