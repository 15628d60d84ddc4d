use {
    anchor_lang::prelude::*,
    commonwire_onchain::{mint, streams, tokens},
};

/// Append only: a code, once released, keeps its number.
#[error_code]
pub enum StakeError {
    #[msg("The account is not a realm of SPL Governance, program version 3")]
    BadRealm,
    #[msg("Only the realm's authority may create its pool")]
    NotRealmAuthority,
    #[msg("The account is not a governance of the realm")]
    BadGovernance,
    #[msg("The mint is not the realm's community token")]
    WrongMint,
    #[msg("The account is not an initialized mint of this token program")]
    BadMint,
    #[msg("The token has an extension that could stop or change payments; the log names it")]
    UnsupportedExtension,
    #[msg("The staked token has a freeze authority, which could keep stakes from their owners")]
    FreezableMint,
    #[msg("The token program is not that of the token")]
    WrongTokenProgram,
    #[msg("The account is not the pool's account of staked tokens")]
    WrongStakes,
    #[msg("The account is not the pool's vault")]
    WrongVault,
    #[msg("The cool-down is shorter than a vote of the governance and its hold-up time")]
    CoolDownTooShort,
    #[msg("The time over which income is streamed must be at least a day")]
    WindowTooShort,
    #[msg("Stake at least one base unit")]
    NothingStaked,
    #[msg("A lock can last four years at most: a longer one weighs no more")]
    LockTooLong,
    #[msg("A sum overflowed")]
    Overflow,
    #[msg("The position is of another pool")]
    WrongPool,
    #[msg("Only the position's owner may do this")]
    NotOwner,
    #[msg("The position is being unlocked already")]
    AlreadyUnlocking,
    #[msg("The position is not being unlocked: begin that first")]
    NotUnlocking,
    #[msg("The position is still locked")]
    StillLocked,
    #[msg("The position's stake was withdrawn already")]
    AlreadyWithdrawn,
    #[msg("Withdraw the position's stake before closing it")]
    NotWithdrawn,
    #[msg("Claim the position's income before closing it")]
    IncomeUnclaimed,
    #[msg("The record of voter weight is of another pool or owner")]
    WrongRecord,
    #[msg("An account is not a position of this pool")]
    BadPosition,
    #[msg("Each position counts once: list them in ascending order of their addresses")]
    PositionsNotAscending,
    #[msg("A position that is being unlocked weighs nothing")]
    PositionUnlocking,
    #[msg("A position counts only in votes that began after it was made")]
    PositionTooNew,
    #[msg("A position counts only in votes that are over, with their hold-up time, before it could be withdrawn")]
    LockTooShort,
    #[msg("The account is not a proposal of the realm's governance program")]
    BadProposal,
    #[msg("The proposal is not open for votes")]
    NotVoting,
    #[msg("A vote is weighed for one proposal: use the instruction for votes")]
    NotForVotes,
    #[msg("The cool-down can last four years at most")]
    CoolDownTooLong,
    #[msg("The time over which income is streamed can be a year at most")]
    WindowTooLong,
}

impl From<mint::Error> for StakeError {
    fn from(error: mint::Error) -> Self {
        match error {
            mint::Error::NotAMint => Self::BadMint,
            mint::Error::HarmfulExtension => Self::UnsupportedExtension,
        }
    }
}

impl From<streams::Error> for StakeError {
    fn from(error: streams::Error) -> Self {
        match error {
            streams::Error::WindowTooShort => Self::WindowTooShort,
            streams::Error::Overflow => Self::Overflow,
        }
    }
}

/// The vault is the only token account whose balance the program reads.
impl From<tokens::Error> for StakeError {
    fn from(_: tokens::Error) -> Self {
        Self::WrongVault
    }
}
