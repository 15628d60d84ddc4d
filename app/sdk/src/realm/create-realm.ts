import {
  GoverningTokenConfigAccountArgs,
  GoverningTokenType,
  MintMaxVoteWeightSource,
  SetRealmAuthorityAction,
  withCreateGovernance,
  withCreateNativeTreasury,
  withCreateRealm,
  withCreateTokenOwnerRecord,
  withDepositGoverningTokens,
  withSetRealmAuthority,
} from '@realms-today/spl-governance';
import { PublicKey, type TransactionInstruction } from '@solana/web3.js';
import { tokenAccountAddress } from '../core/addresses';
import { bn } from '../core/anchor-values';
import { STAKE_PROGRAM_ID } from '../stake';
import { governanceAddress } from './addresses';
import { GOVERNANCE_PROGRAM_ID, VERSION } from './program';
import { type DaoRules, governanceConfig, NEVER } from './rules';

/**
 * Creates a realm in which stakes alone weigh: the stake program is its add-in, so the community token is never deposited in
 * the realm itself. The creator is its authority until {@link handOverRealm}.
 */
export async function createRealm(args: {
  payer: PublicKey;
  authority: PublicKey;
  name: string;
  /** The token that is staked. */
  mint: PublicKey;
  /** The guardian council's token: one each. */
  councilMint: PublicKey | null;
}): Promise<TransactionInstruction[]> {
  const instructions: TransactionInstruction[] = [];
  await withCreateRealm(
    instructions,
    GOVERNANCE_PROGRAM_ID,
    VERSION,
    args.name,
    args.authority,
    args.mint,
    args.payer,
    args.councilMint ?? undefined,
    MintMaxVoteWeightSource.FULL_SUPPLY_FRACTION,
    // Another governance could have other rules: only the realm's authority makes one.
    NEVER,
    new GoverningTokenConfigAccountArgs({
      voterWeightAddin: STAKE_PROGRAM_ID,
      maxVoterWeightAddin: STAKE_PROGRAM_ID,
      tokenType: GoverningTokenType.Dormant,
    }),
    // The council's tokens can be taken back from a guardian, but not be sold.
    new GoverningTokenConfigAccountArgs({
      voterWeightAddin: undefined,
      maxVoterWeightAddin: undefined,
      tokenType: GoverningTokenType.Membership,
    }),
  );
  return instructions;
}

/**
 * Creates a governance of a realm with its rules, and its native treasury. The realm's authority signs.
 * @param args.seed any address, by default the realm's own for its first governance
 */
export async function createGovernance(args: {
  payer: PublicKey;
  realm: PublicKey;
  authority: PublicKey;
  rules: DaoRules;
  seed?: PublicKey;
}): Promise<TransactionInstruction[]> {
  const { payer, realm, authority, rules, seed = realm } = args;
  const instructions: TransactionInstruction[] = [];
  await withCreateGovernance(
    instructions,
    GOVERNANCE_PROGRAM_ID,
    VERSION,
    realm,
    seed,
    governanceConfig(rules),
    // A member's record, which the realm's authority needn't have.
    PublicKey.default,
    payer,
    authority,
  );
  await withCreateNativeTreasury(
    instructions,
    GOVERNANCE_PROGRAM_ID,
    VERSION,
    governanceAddress({ realm, seed }),
    payer,
  );
  return instructions;
}

/** Makes the realm's own governance its authority: from then on only proposals change the realm. */
export function handOverRealm(args: { realm: PublicKey; authority: PublicKey }): TransactionInstruction {
  const instructions: TransactionInstruction[] = [];
  withSetRealmAuthority(
    instructions,
    GOVERNANCE_PROGRAM_ID,
    VERSION,
    args.realm,
    args.authority,
    governanceAddress(args),
    SetRealmAuthorityAction.SetChecked,
  );
  return instructions[0]!;
}

/** Makes the record of a member who votes by stakes. Anyone may pay for it. */
export async function joinRealm(args: {
  payer: PublicKey;
  realm: PublicKey;
  mint: PublicKey;
  owner: PublicKey;
}): Promise<TransactionInstruction> {
  const instructions: TransactionInstruction[] = [];
  const { realm, owner, mint, payer } = args;
  await withCreateTokenOwnerRecord(instructions, GOVERNANCE_PROGRAM_ID, VERSION, realm, owner, mint, payer);
  return instructions[0]!;
}

/** Deposits a guardian's council token in the realm, which seats the guardian. The guardian signs. */
export async function takeCouncilSeat(args: {
  payer: PublicKey;
  realm: PublicKey;
  councilMint: PublicKey;
  guardian: PublicKey;
  tokenProgram?: PublicKey;
}): Promise<TransactionInstruction> {
  const instructions: TransactionInstruction[] = [];
  const { realm, councilMint: mint, guardian } = args;
  await withDepositGoverningTokens(
    instructions,
    GOVERNANCE_PROGRAM_ID,
    VERSION,
    realm,
    tokenAccountAddress({ owner: guardian, mint }),
    mint,
    guardian,
    guardian,
    args.payer,
    bn(1n),
  );
  return instructions[0]!;
}
