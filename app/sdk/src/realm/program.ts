import { GovernanceError, PROGRAM_VERSION_V3 } from '@realms-today/spl-governance';
import { PublicKey } from '@solana/web3.js';
import { registerErrors } from '../core/program-errors';

/** SPL Governance, the program behind Realms, at its address on all public clusters and on local chains. */
export const GOVERNANCE_PROGRAM_ID = new PublicKey('GovER5Lthms3bLBqWub97yVrMmEogzX7xNjdXpPPCVZw');

/** The version of its instructions. */
export const VERSION = PROGRAM_VERSION_V3;

/** Its first number for an error of its own. */
const FIRST_ERROR = 500;

/** How many the library names rightly. It leaves one out then, so that all later ones would be told as others. */
const NAMED_BY_LIBRARY = 90;

/** Those after it, in SPL Governance 4.0.0. */
const LATER_ERRORS = [
  'The greatest weight is of another token',
  'The greatest weight has expired: it counts in the slot alone in which it was written',
  'This kind of vote is not supported',
  'The realm may not be changed like this',
  'The governance may not be changed like this',
  'One vote threshold must be there at least',
  'Reserved bytes must be empty',
  'The vote is over, and is to be counted before it is taken back',
  'The account is not the configuration of the realm',
  'This token of the realm is not deposited',
  'A membership cannot be withdrawn',
  'These tokens cannot be taken back',
  'Not so many tokens can be taken back',
  'The tokens come from another kind of account',
  'The staked token cannot become one of memberships',
  'This way of voting is disabled in the governance',
  'In the last part of a vote nobody can vote yes any more',
  "The proposal's deposit cannot be returned yet",
  'The deposit is of another proposal',
  'So many proposals cannot be exempt from a deposit',
  'The token may not vote on this proposal',
  'The deposit was paid by another account',
  'The proposal is not decided yet',
  'The proposal cannot be completed in its state',
  'The vote must name each option',
  'Votes with ranks are not supported',
  'A choice must have the whole weight',
  'One option alone can be chosen',
  'One option at least must be chosen',
  'The weights of all choices must be the whole together',
  'The options of the proposal contradict each other',
  'The signatory is required by another governance',
  'The record of the signatory is there already',
  'The instruction is no longer there',
  'A required signatory of the proposal is missing',
];

registerErrors(
  GOVERNANCE_PROGRAM_ID.toBase58(),
  'governance',
  [...GovernanceError.slice(0, NAMED_BY_LIBRARY), ...LATER_ERRORS].map((msg, i) => ({
    code: FIRST_ERROR + i,
    name: `error${FIRST_ERROR + i}`,
    msg,
  })),
  false,
);
