import type { Decision } from '@commonwire/sdk/realm';
import type { NextStep } from '../refused';
import { nextOf } from './decision';

type Step = (decision: Decision | undefined) => string;

/** What has changed since the command read the chain. */
const changed: Step = (decision) =>
  decision
    ? `it has changed meanwhile: see commonwire dao show --proposal ${decision.proposal.address}`
    : 'it has changed meanwhile: run the command again';
const again: Step = () => 'run the command again';
/** What only a wrong client meets: the commands name these accounts themselves. */
const mismatch: Step = () =>
  'the accounts do not belong together: check that the DAO was made with commonwire dao create, and that this version of the software is that of its programs';
const foreign: Step = () =>
  'its rules are others than commonwire dao create makes: vote and execute on Realms, where it was made';
const asked: Step = (decision) => (decision ? nextOf(decision) : again(decision));
const stakeLonger: Step = () =>
  'only what was staked before the vote began and is not being unlocked counts: see commonwire stake show';

/** The next step after each refusal of SPL Governance that a command can meet, by its name there. */
export const REALM_STEPS: Readonly<Record<string, Step>> = {
  RealmAlreadyExists: () => 'choose another --name',
  InvalidRealm: mismatch,
  InvalidGoverningTokenMint: mismatch,
  GoverningTokenOwnerMustSign: () => "name the guardian's own key with --keypair",
  GoverningTokenOwnerOrDelegateMustSign: () => "name the voter's or proposer's own key with --keypair",
  InvalidTokenOwnerRecordAccountAddress: mismatch,
  InvalidGoverningMintForTokenOwnerRecord: mismatch,
  InvalidRealmForTokenOwnerRecord: mismatch,
  InvalidProposalForProposalTransaction: mismatch,
  InvalidSignatoryAddress: mismatch,
  SignatoryAlreadySignedOff: again,
  SignatoryMustSign: () => "name the proposer's own key with --keypair",
  InvalidProposalOwnerAccount: mismatch,
  InvalidProposalForVoterRecord: mismatch,
  InvalidGoverningTokenOwnerForVoteRecord: mismatch,
  InvalidVoteThresholdPercentage: () => 'give --quorum and --veto from 1 to 100',
  ProposalAlreadyExists: again,
  VoteAlreadyExists: (decision) =>
    `see it with commonwire dao vote once more, and take it back with commonwire dao retract${decision ? ` --proposal ${decision.proposal.address}` : ''} to vote otherwise`,
  NotEnoughTokensToCreateProposal: () => 'stake more, or with a longer lock: commonwire stake open',
  InvalidProposalState: asked,
  InvalidStateCannotEditTransactions: again,
  InvalidStateCannotExecuteTransaction: asked,
  CannotExecuteTransactionWithinHoldUpTime: asked,
  TransactionAlreadyExecuted: () => 'somebody else has executed it: run the command again for the rest',
  InvalidTransactionIndex: again,
  TransactionHoldUpTimeBelowRequiredMin: () => 'the rules of the DAO have changed: propose it again',
  TransactionAlreadyExists: again,
  InvalidStateCannotSignOff: again,
  InvalidStateCannotVote: asked,
  InvalidStateCannotFinalize: changed,
  VoteAlreadyRelinquished: () => 'nothing is left to take back',
  CannotFinalizeVotingInProgress: asked,
  ProposalVotingTimeExpired: asked,
  InvalidGovernanceForProposal: mismatch,
  InvalidGoverningMintForProposal: mismatch,
  SplTokenAccountWithInvalidOwner: mismatch,
  SplTokenMintWithInvalidOwner: () => '--mint and the token of the council must be of SPL Token',
  SplTokenAccountNotInitialized: mismatch,
  SplTokenAccountDoesNotExist: () => 'the wallet has no account of this token: only guardians veto',
  SplTokenInvalidTokenAccountData: mismatch,
  SplTokenInvalidMintAccountData: () => 'check --mint',
  SplTokenMintNotInitialized: () => 'check --mint',
  SplTokenMintDoesNotExist: () => 'check --mint and --url',
  VoteThresholdTypeNotSupported: foreign,
  InvalidRealmForGovernance: mismatch,
  InvalidAuthorityForRealm: () => 'the realm is handed over already, or is not yours: choose another --name',
  RealmHasNoAuthority: () => 'nobody can add to this realm: choose another --name',
  RealmAuthorityMustSign: () => 'run it with the key that began to make the DAO, or choose another --name',
  InvalidGoverningTokenHoldingAccount: mismatch,
  InvalidMaxVoterWeightSupplyFraction: foreign,
  NotEnoughTokensToCreateGovernance: () =>
    "only the realm's authority makes a governance: run it with the key that began to make the DAO",
  TooManyOutstandingProposals: () =>
    'wait until one of its proposals is counted (commonwire dao list shows them, commonwire dao finalize counts), then propose again',
  InvalidVoterWeightRecordForRealm: mismatch,
  InvalidVoterWeightRecordForGoverningTokenMint: mismatch,
  InvalidVoterWeightRecordForTokenOwner: mismatch,
  VoterWeightRecordExpired: again,
  InvalidRealmConfigForRealm: mismatch,
  TokenOwnerRecordAlreadyExists: again,
  InvalidVoteChoiceWeightPercentage: foreign,
  VoteTypeNotSupported: foreign,
  InvalidProposalOptions: foreign,
  ProposalIsNotExecutable: () =>
    'it was only to ask for opinions: propose it again so that it can be executed',
  DenyVoteIsNotAllowed: foreign,
  CannotExecuteDefeatedOption: () => 'propose again what was defeated',
  VoterWeightRecordInvalidAction: again,
  VoterWeightRecordInvalidActionTarget: again,
  InvalidMaxVoterWeightRecordForRealm: mismatch,
  InvalidMaxVoterWeightRecordForGoverningTokenMint: mismatch,
  MaxVoterWeightRecordExpired: again,
  NotSupportedVoteType: foreign,
  AtLeastOneVoteThresholdRequired: () => 'give --quorum',
  ReservedBufferMustBeEmpty: mismatch,
  CannotRelinquishInFinalizingState: asked,
  InvalidRealmConfigAddress: mismatch,
  CannotDepositDormantTokens: () => 'stakers vote by staking: commonwire stake open',
  InvalidGoverningTokenSource: () =>
    "the wallet has no token of the guardians' council: only guardians veto; stakers vote with commonwire dao vote --answer no",
  VoterWeightThresholdDisabled: foreign,
  VoteNotAllowedInCoolOffTime: () => 'vote no, or abstain by not voting',
  InvalidDepositExemptProposalCount: foreign,
  GoverningTokenMintNotAllowedToVote: () =>
    'the rules of the DAO give nobody this vote: see commonwire dao show for who decides',
  InvalidNumberOfVoteChoices: foreign,
  RankedVoteIsNotSupported: foreign,
  ChoiceWeightMustBe100Percent: foreign,
  SingleChoiceOnlyIsAllowed: foreign,
  AtLeastSingleChoiceIsRequired: foreign,
  TotalVoteWeightMustBe100Percent: foreign,
  InvalidMultiChoiceProposalParameters: foreign,
  MissingRequiredSignatories: () => 'the DAO asks others to sign off its proposals, which Realms can do',
};

/** The next step after refusals of the stake program in votes. */
const STAKE_STEPS: Readonly<Record<string, Step>> = {
  'position-unlocking': stakeLonger,
  'position-too-new': stakeLonger,
  'lock-too-short': () =>
    'stake with a longer lock than the vote and its hold-up time last: commonwire stake open --lock',
  'not-voting': asked,
  'bad-position': again,
};

/** Next steps of what commands about this proposal, or about none yet, are refused with. */
export const daoStep =
  (decision?: Decision): NextStep =>
  (code, reason) =>
    (STAKE_STEPS[code] ?? REALM_STEPS[reason ?? ''])?.(decision);
