use anchor_lang::prelude::*;

/// Append only: a code, once released, keeps its number.
#[error_code]
pub enum NetworkError {
    #[msg("The policy is out of bounds: epochs and challenge periods last at least a second, and a device may earn something")]
    BadPolicy,
    #[msg("The emission is out of bounds: the cap per epoch is above zero and the maximum supply holds what exists already")]
    BadEmission,
    #[msg("The network must be the mint authority of its reward token, so that nobody else can mint it")]
    WrongMintAuthority,
    #[msg("The reward token has a freeze authority, who could stop payouts")]
    FreezableMint,
    #[msg("Only the network's authority may do this")]
    NotAuthority,
    #[msg("A committee has 1 to 9 members and a threshold above half of them, of at most 5")]
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
    #[msg("The epoch's time is not over yet")]
    EpochNotOver,
    #[msg("Two epochs are cut and not promoted yet: promote one first")]
    CutsOutstanding,
    #[msg("An epoch is pending already: promote it first")]
    EpochPending,
    #[msg("The epoch to post has not been cut yet")]
    EpochNotCut,
    #[msg("The attempt is below the network's or more than 255 above it")]
    AttemptOutOfRange,
    #[msg("The total earned may not fall")]
    EarnedFell,
    #[msg("The epoch's rewards exceed the emission cap of the epoch")]
    AboveEpochCap,
    #[msg("The rewards would exceed the maximum supply")]
    AboveMaxSupply,
    #[msg("Fewer committee signatures than the threshold precede this instruction")]
    TooFewSignatures,
    #[msg("A signature is by a key outside the committee")]
    UnknownSigner,
    #[msg("One committee member signed twice")]
    RepeatedSigner,
    #[msg("A signature covers another message than this epoch's")]
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
    #[msg("Payments would exceed what was earned in all")]
    AbovePromoted,
    #[msg("A sum overflowed")]
    Overflow,
}
