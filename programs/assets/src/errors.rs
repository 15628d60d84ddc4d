use {
    anchor_lang::prelude::*,
    commonwire_onchain::{mint, streams, tokens},
};

/// Append only: a code, once released, keeps its number.
#[error_code]
pub enum AssetsError {
    #[msg("The goal is out of bounds: at least one share, the maximum at least the minimum, a price of at least one base unit, and the maximum times the price below 2^64")]
    BadGoal,
    #[msg("The deadline must be in the future, by a year at most")]
    BadDeadline,
    #[msg("The tranches must be 1 to 8, each above zero and together 10,000 basis points, and their dates must rise from the deadline on, to five years after it at most")]
    BadTranches,
    #[msg("A window of the revenue streams must last from a day to a year")]
    BadWindow,
    #[msg("Neither the builder nor the authority may be zero")]
    BadRole,
    #[msg("The account is not an initialized mint of this token program")]
    BadMint,
    #[msg("The token has a freeze authority, which could stop refunds and payments")]
    FreezableMint,
    #[msg("The token has an extension that could stop or change payments; the log names it")]
    UnsupportedExtension,
    #[msg("The token program is not that of this token")]
    WrongTokenProgram,
    #[msg("The reward token is the payment token: leave it out, one stream then shares out both")]
    SameMint,
    #[msg("The vault is not this asset's associated token account of this token")]
    WrongVault,
    #[msg("The account is not the asset's escrow")]
    WrongEscrow,
    #[msg("The account is not the asset's share mint")]
    WrongShareMint,
    #[msg("The account does not hold shares of this asset for whoever signs")]
    WrongShares,
    #[msg("Only the asset's authority may do this")]
    NotAuthority,
    #[msg("Only the account that was proposed as authority may accept")]
    NotProposed,
    #[msg("The asset is not being funded: the deadline has passed, or funding has been closed")]
    NotFunding,
    #[msg("No share is left to fund")]
    SoldOut,
    #[msg("The amount is zero")]
    ZeroAmount,
    #[msg("Funding is still open: it ends at the deadline or when the last share is sold")]
    FundingOpen,
    #[msg("The asset has not failed to reach its goal, so nothing is refunded")]
    NotFailed,
    #[msg("The asset has not been funded")]
    NotFunded,
    #[msg("The asset is not in its building phase: it was not funded, its money was clawed back, or every tranche is paid")]
    NotBuilding,
    #[msg("A tranche is announced already and not decided yet")]
    TrancheAnnounced,
    #[msg("No tranche is announced")]
    NoTranche,
    #[msg("A tranche can't be announced 90 days past its date any more: holders may claw back")]
    TrancheLate,
    #[msg("The seven days in which holders may object are not over")]
    ObjectionsOpen,
    #[msg("The seven days in which holders may object are over")]
    ObjectionsOver,
    #[msg("Holders of more than a third of the shares object to this tranche")]
    Objected,
    #[msg("This stake has objected already")]
    ObjectedAlready,
    #[msg("No share of this stake was staked before the announcement")]
    NothingToObject,
    #[msg("The stake is locked by its objection until the seven days are over")]
    StakeLocked,
    #[msg("The money can't be clawed back yet: by anyone but the authority only 90 days past the tranche's date, and while it is neither open to objections nor waiting to be paid")]
    ClawBackClosed,
    #[msg("The money has not been clawed back")]
    NotClawedBack,
    #[msg("The stake belongs to another asset or owner")]
    WrongStake,
    #[msg("The stake holds fewer shares")]
    StakeTooSmall,
    #[msg("The stake still holds shares or income")]
    StakeNotEmpty,
    #[msg("There is no such stream: 0 is the payment token, 1 the reward token if there is one")]
    NoStream,
    #[msg("Nothing has arrived since the last time")]
    NothingArrived,
    #[msg("Nothing can be claimed yet")]
    NothingToClaim,
    #[msg("This asset's shares need no permit")]
    NoPermitsNeeded,
    #[msg("The wallet has no valid permit of the asset's compliance authority")]
    NotPermitted,
    #[msg("The account is not this wallet's permit by the asset's compliance authority")]
    WrongPermit,
    #[msg("The share account could change its owner: use the wallet's associated token account")]
    OwnerNotFixed,
    #[msg("The rent must go back to the account that paid it")]
    WrongPayer,
    #[msg("The destination is not the associated token account of the asset's builder")]
    WrongDestination,
    #[msg("Shares or stakes of this asset still exist")]
    StillHeld,
    #[msg("The account is not a network of the Commonwire network program")]
    WrongNetwork,
    #[msg("The network does not pay in a token that this asset shares out")]
    WrongReward,
    #[msg("A sum overflowed")]
    Overflow,
    #[msg("Neither a share account nor a stake is given")]
    NothingToSync,
    #[msg("The share mint, the escrow, the vault of staked shares or the permit is not at its address")]
    WrongAddress,
    #[msg("The first tranche can't be announced in the seven days after the end of funding, in which holders stake")]
    TrancheEarly,
}

impl From<mint::Error> for AssetsError {
    fn from(error: mint::Error) -> Self {
        match error {
            mint::Error::NotAMint => Self::BadMint,
            mint::Error::HarmfulExtension => Self::UnsupportedExtension,
        }
    }
}

impl From<streams::Error> for AssetsError {
    fn from(error: streams::Error) -> Self {
        match error {
            streams::Error::WindowTooShort => Self::BadWindow,
            streams::Error::Overflow => Self::Overflow,
        }
    }
}

/// Vaults are the token accounts that the program checks by these.
impl From<tokens::Error> for AssetsError {
    fn from(_: tokens::Error) -> Self {
        Self::WrongVault
    }
}
