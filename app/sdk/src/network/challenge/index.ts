export { type Challenge, challenge, challengeTransactions } from './challenge';
export { ChallengeError, type Examination, examinePending } from './examine';
export {
  changedOwners,
  type Fault,
  type FaultGround,
  type FaultRules,
  findFaults,
  type Ledgers,
} from './faults';
export { readPublishedLedger } from './published';
export { closeWitnesses, fetchWitness } from './witnesses';
