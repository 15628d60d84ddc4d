import { GovernanceError, PROGRAM_VERSION_V3 } from '@realms-today/spl-governance';
import { PublicKey } from '@solana/web3.js';
import { registerErrors } from '../core/program-errors';

/** SPL Governance, the program behind Realms, at its address on all public clusters and on local chains. */
export const GOVERNANCE_PROGRAM_ID = new PublicKey('GovER5Lthms3bLBqWub97yVrMmEogzX7xNjdXpPPCVZw');

/** The version of its instructions. */
export const VERSION = PROGRAM_VERSION_V3;

/** Its first number for an error of its own. */
const FIRST_ERROR = 500;

registerErrors(
  GOVERNANCE_PROGRAM_ID.toBase58(),
  'governance',
  GovernanceError.map((msg, i) => ({ code: FIRST_ERROR + i, name: `error${FIRST_ERROR + i}`, msg })),
  false,
);
