export {
  type Challenge,
  challenge,
  challengeInstruction,
  challengeShown,
  challengeShownInstruction,
  faultsOfShown,
  paidAmounts,
  type RegistryFacts,
} from './challenge';
export { ChallengeError, type Examination, examinePending, provenLeaf } from './examine';
export {
  type ExpectedDevice,
  type Fault,
  type FaultGround,
  type FaultRules,
  findFaults,
  groundsOf,
  type Ledgers,
} from './faults';
export { readPublishedLedger } from './published';
