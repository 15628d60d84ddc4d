import { type ByteReader, Unparsable } from '../byte-reader';
import { bincodeText, call, numbered, type ParseCall } from './call';

const BLS_KEY_BYTES = 48;
const BLS_PROOF_BYTES = 96;

function nameOf(names: readonly string[]): (data: ByteReader) => string {
  return (data) => {
    const name = names[data.u32()];
    if (!name) throw new Unparsable(`none of ${names.join(', ')}`);
    return name;
  };
}

/** The third kind, with a BLS key, is Alpenglow's and isn't parsed. */
const authorityType = nameOf(['Voter', 'Withdrawer']);

const commissionKind = nameOf(['InflationRewards', 'BlockRevenue']);

const seededAuthority = (data: ByteReader) => ({
  authorityType: authorityType(data),
  authorityOwner: data.key(),
  authoritySeed: bincodeText(data),
});

/** Parses instructions of the vote program that people send; nobody votes on a local chain. */
export const parseVotes: ParseCall = numbered({
  0: call('initialize', ['voteAccount', 'rentSysvar', 'clockSysvar', 'node'], (data) => {
    data.key();
    return { authorizedVoter: data.key(), authorizedWithdrawer: data.key(), commission: data.u8() };
  }),
  1: call('authorize', ['voteAccount', 'clockSysvar', 'authority'], (data) => ({
    newAuthority: data.key(),
    authorityType: authorityType(data),
  })),
  3: call('withdraw', ['voteAccount', 'destination', 'withdrawAuthority'], (data) => ({
    lamports: data.u64(),
  })),
  4: call('updateValidatorIdentity', ['voteAccount', 'newValidatorIdentity', 'withdrawAuthority']),
  5: call('updateCommission', ['voteAccount', 'withdrawAuthority'], (data) => ({ commission: data.u8() })),
  7: call('authorizeChecked', ['voteAccount', 'clockSysvar', 'authority', 'newAuthority'], (data) => ({
    authorityType: authorityType(data),
  })),
  10: call('authorizeWithSeed', ['voteAccount', 'clockSysvar', 'authorityBaseKey'], (data) => ({
    ...seededAuthority(data),
    newAuthority: data.key(),
  })),
  11: call(
    'authorizeCheckedWithSeed',
    ['voteAccount', 'clockSysvar', 'authorityBaseKey', 'newAuthority'],
    seededAuthority,
  ),
  16: call(
    'initializeV2',
    ['voteAccount', 'node', 'inflationRewardsCollector', 'blockRevenueCollector'],
    (data) => {
      data.key();
      return {
        authorizedVoter: data.key(),
        authorizedVoterBlsPubkey: data.base64(BLS_KEY_BYTES),
        authorizedVoterBlsProofOfPossession: data.base64(BLS_PROOF_BYTES),
        authorizedWithdrawer: data.key(),
        inflationRewardsCommissionBps: data.u16(),
        blockRevenueCommissionBps: data.u16(),
      };
    },
  ),
  17: call('updateCommissionCollector', ['voteAccount', 'newCollector', 'withdrawAuthority'], (data) => ({
    commissionKind: commissionKind(data),
  })),
  18: call('updateCommissionBps', ['voteAccount', 'withdrawAuthority'], (data) => ({
    commissionBps: data.u16(),
    commissionKind: commissionKind(data),
  })),
  19: call('depositDelegatorRewards', ['voteAccount', 'source'], (data) => ({ deposit: data.u64() })),
});
