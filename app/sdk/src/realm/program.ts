import { PROGRAM_VERSION_V3 } from '@realms-today/spl-governance';
import { PublicKey } from '@solana/web3.js';
import { registerAccounts } from '../core/account-kinds';
import { registerErrors } from '../core/program-errors';
import { REALM_ERRORS } from './errors';

/** SPL Governance, the program behind Realms, at its address on all public clusters and on local chains. */
export const GOVERNANCE_PROGRAM_ID = new PublicKey('GovER5Lthms3bLBqWub97yVrMmEogzX7xNjdXpPPCVZw');

/** The version of its instructions. */
export const VERSION = PROGRAM_VERSION_V3;

/** What its accounts hold, by their first byte, in this version and the ones before. */
const KINDS: Readonly<Record<string, readonly number[]>> = {
  realm: [1, 16],
  'member record': [2, 17],
  governance: [3, 4, 9, 10, 18, 19, 20, 21],
  proposal: [5, 14],
  signatory: [6, 22],
  vote: [7, 12],
  action: [8, 13],
  'configuration of a realm': [11],
  'proposal deposit': [23],
};

/** The kind of an account of SPL Governance; undefined for none that is known. */
export const kindOf = (data: Uint8Array): string | undefined =>
  Object.entries(KINDS).find(([, types]) => types.includes(data[0] ?? 0))?.[0];

const address = GOVERNANCE_PROGRAM_ID.toBase58();
registerErrors(address, 'governance', REALM_ERRORS, false);
registerAccounts(address, kindOf);
