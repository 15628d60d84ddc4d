use {
    anchor_lang::prelude::*,
    commonwire_onchain::{ed25519, mint, tokens},
};

/// Append only: a code, once released, keeps its number.
#[error_code]
pub enum NetworkError {
    #[msg("The policy is out of bounds: epochs, challenge periods and payout windows must last at least a second, challenge periods at least a slot, the time to answer a demand at least half of the challenge period, and a device must be able to earn something")]
    BadPolicy,
    #[msg("The emission is out of bounds: the cap per epoch must be above zero and the maximum supply at least what exists already")]
    BadEmission,
    #[msg("The network must be the mint authority of its reward token, so that nobody else can mint it")]
    WrongMintAuthority,
    #[msg("The reward token has a freeze authority, which could stop payouts")]
    FreezableMint,
    #[msg("Only the network's authority may do this")]
    NotAuthority,
    #[msg("A committee needs 1 to 21 members and a threshold of more than half of them")]
    BadThreshold,
    #[msg("Committee keys must be distinct and not zero")]
    BadCommitteeKey,
    #[msg("The registry belongs to another network")]
    WrongRegistry,
    #[msg("The batch holds no device or is not a whole number of devices")]
    BadBatch,
    #[msg("The device key is not a valid encoding for its key type")]
    BadDeviceKey,
    #[msg("The policy does not admit devices of this kind")]
    KindNotAdmitted,
    #[msg("The capacity is zero or above the policy's bound for this kind")]
    CapacityOutOfBounds,
    #[msg("The registry is full")]
    RegistryFull,
    #[msg("The epoch is not over yet")]
    EpochNotOver,
    #[msg("Two epochs have been cut but not promoted: promote one first")]
    CutsOutstanding,
    #[msg("An epoch is already pending: it must be promoted or become void first")]
    EpochPending,
    #[msg("The epoch to post has not been cut yet")]
    EpochNotCut,
    #[msg("The attempt is below the network's next attempt or more than 255 above it")]
    AttemptOutOfRange,
    #[msg("The total earned may not fall")]
    EarnedFell,
    #[msg("The epoch's rewards exceed the emission cap of the epoch")]
    AboveEpochCap,
    #[msg("The rewards would exceed the maximum supply")]
    AboveMaxSupply,
    #[msg("Fewer committee signatures than the threshold precede this instruction")]
    TooFewSignatures,
    #[msg("A signature is from a key outside the committee")]
    UnknownSigner,
    #[msg("One committee member signed twice")]
    RepeatedSigner,
    #[msg("A signature covers a different message from this epoch's")]
    WrongMessage,
    #[msg("An Ed25519 instruction points outside its own data")]
    ForeignSignatureOffset,
    #[msg("An Ed25519 instruction is malformed")]
    MalformedSignatureInstruction,
    #[msg("No epoch is pending")]
    NothingPending,
    #[msg("The challenge period is not over yet")]
    ChallengePeriodOpen,
    #[msg("The account is not this network's page for these devices")]
    WrongPage,
    #[msg("The vault is not this network's")]
    WrongVault,
    #[msg("The settlement data is malformed")]
    MalformedSettlement,
    #[msg("The run is empty, crosses the page's end or reaches past the ledger's devices")]
    RunOutOfRange,
    #[msg("A destination is not the associated token account of the owner it pays")]
    WrongDestination,
    #[msg("The number of destination accounts does not match the settlement data")]
    WrongDestinationCount,
    #[msg("The proof does not lead to the current ledger root")]
    BadProof,
    #[msg("A device earned less than it was paid: the ledger is wrong")]
    EarnedBelowPaid,
    #[msg("A device earned more than the cap per device allows since the start")]
    AboveDeviceCap,
    #[msg("Payments would exceed the total earned")]
    AbovePromoted,
    #[msg("A sum overflowed")]
    Overflow,
    #[msg("The payout limit is below the rate at which devices may earn, so payments would never catch up")]
    PayoutLimitTooLow,
    #[msg("Bonds must stay locked for at least two epochs, a challenge period and the time to answer a demand, so that evidence can arrive in time")]
    BondLockTooShort,
    #[msg("The network is permanently closed")]
    Closed,
    #[msg("The network is not closed")]
    NotClosed,
    #[msg("The network is paused")]
    Paused,
    #[msg("The network is not paused")]
    NotPaused,
    #[msg("The network is already paused")]
    AlreadyPaused,
    #[msg("Only the guardian or the authority may do this")]
    NotGuardian,
    #[msg("The guardian may pause again only seven days after its last pause ended; the authority may pause at any time")]
    GuardianPauseSpent,
    #[msg("The guardian has vetoed this epoch twice: only the authority can veto it again")]
    GuardianVetoesSpent,
    #[msg("Only the account that was proposed as authority may accept")]
    NotProposed,
    #[msg("A corrective epoch must not have been promoted yet")]
    CorrectiveEpochOver,
    #[msg("The registry leaf or its path does not lead to the registry's frontier: fetch it again, since registrations change it")]
    BadRegistryProof,
    #[msg("A device in the current ledger needs its current leaf with a proof")]
    CurrentLeafMissing,
    #[msg("The account is not the owner record of this device")]
    WrongRecord,
    #[msg("The leaf shows nothing wrong with the pending epoch")]
    NoFault,
    #[msg(
        "An earlier transfer of this device is not in the current ledger yet: wait for its epoch"
    )]
    TransferOutstanding,
    #[msg("The device is retired")]
    DeviceRetired,
    #[msg("No new owner is given")]
    BadOwner,
    #[msg("The account is not an initialized mint of this token program")]
    BadMint,
    #[msg(
        "The reward token has an extension that could stop or change payments; the log names it"
    )]
    UnsupportedExtension,
    #[msg("The token program is not that of the network's reward token")]
    WrongTokenProgram,
    #[msg("The mint is not the network's reward token")]
    WrongMint,
    #[msg("The vault does not hold everything earned and unpaid: fund it first")]
    NotFunded,
    #[msg("This settlement exceeds what the payout limit leaves in the current window: settle fewer devices, or wait for the next window")]
    PayoutLimitReached,
    #[msg("The bond is too small, or its depositor has begun to unlock it")]
    BondTooSmall,
    #[msg("The account is not the bond of this oracle in this network")]
    WrongBond,
    #[msg("The bond is still locked")]
    BondLocked,
    #[msg("The oracle is on the committee, so its bond stays locked")]
    OracleInCommittee,
    #[msg("The bond belongs to another depositor")]
    NotDepositor,
    #[msg("The signatures before this instruction are not by one oracle over two messages for the same epoch and attempt of this network")]
    NotEquivocation,
    #[msg("The oracle is not on the committee and no bond for it was supplied")]
    NothingToSlash,
    #[msg("The rent must go back to the account that paid it")]
    WrongPayer,
    #[msg("This network mints its rewards, so tokens put into its vault would be stuck there")]
    RewardsAreMinted,
    #[msg("There are no fees to withdraw")]
    NoFees,
    #[msg("What the root is opened to does not lead to the root and the total earned")]
    RootSumMismatch,
    #[msg("The genesis hash names no cluster")]
    BadGenesisHash,
    #[msg("The floors are out of bounds: each must be at least a second, and the delay of changes at most seven days")]
    BadFloors,
    #[msg("The policy goes below a floor that was fixed when the network was created")]
    BelowFloor,
    #[msg("No such change was announced")]
    NothingAnnounced,
    #[msg("The announced change may not take effect yet")]
    ChangeDelayed,
    #[msg("Another epoch is pending than the one whose root was named")]
    WrongRoot,
    #[msg("The registration costs more than the given maximum")]
    FeeAboveMaximum,
    #[msg("Leaves can be demanded only in the first half of the challenge period")]
    DemandTooLate,
    #[msg("The demand is not about the epoch that is pending, or of another network")]
    WrongDemand,
    #[msg("The time to show the demanded leaf is not over")]
    AnswerTimeOpen,
    #[msg("Leaves of the pending epoch were demanded and not shown yet")]
    DemandsOpen,
    #[msg("The approval is of another network")]
    WrongApproval,
    #[msg("The approval may still be needed as evidence")]
    ApprovalNeeded,
    #[msg("A network that mints its rewards needs somebody to leave its mint authority to")]
    NoHeir,
    #[msg("The network is not closing")]
    NotClosing,
    #[msg("Owners still have time to be paid before the network closes")]
    StillClosing,
    #[msg("The deposit was made by somebody else")]
    NotFunder,
    #[msg("The record of deposits is of another network")]
    WrongFunding,
    #[msg("A corrective epoch is pending: nothing is paid until it is promoted or void")]
    CorrectivePending,
    #[msg("The epoch named before has been cut, so oracles may have signed it: it stays corrective until it is promoted")]
    CorrectiveEpochCut,
    #[msg("The guardian's pause can't be ended before a change of rules could take effect")]
    PauseHeld,
    #[msg("The guardian has withdrawn its own replacement as often as it may")]
    GuardianRefusalsSpent,
}

/// As `require!`, where the error is this program's own type.
pub fn ensure(holds: bool, error: NetworkError) -> core::result::Result<(), NetworkError> {
    match holds {
        true => Ok(()),
        false => Err(error),
    }
}

impl From<ed25519::Error> for NetworkError {
    fn from(error: ed25519::Error) -> Self {
        match error {
            ed25519::Error::Malformed => Self::MalformedSignatureInstruction,
            ed25519::Error::ForeignOffset => Self::ForeignSignatureOffset,
        }
    }
}

impl From<mint::Error> for NetworkError {
    fn from(error: mint::Error) -> Self {
        match error {
            mint::Error::NotAMint => Self::BadMint,
            mint::Error::HarmfulExtension => Self::UnsupportedExtension,
        }
    }
}

/// The vault is the only token account that the program checks by these.
impl From<tokens::Error> for NetworkError {
    fn from(_: tokens::Error) -> Self {
        Self::WrongVault
    }
}
