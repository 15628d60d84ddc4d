use {
    anchor_lang::prelude::*,
    commonwire_onchain::{ed25519, mint, tokens},
    commonwire_uses::{parking, voucher},
};

/// Append only: a code, once released, keeps its number.
#[error_code]
pub enum MarketError {
    #[msg("The fee can be 50 % at most, the part of it that is burnt 100 %, and only a market in its network's reward token burns")]
    BadFees,
    #[msg("The late window must last from two hours to seven days")]
    BadLateWindow,
    #[msg("Neither the authority nor an operator may be zero")]
    BadRole,
    #[msg("The account is not an initialized mint of this token program")]
    BadMint,
    #[msg("The token has an extension that could stop or change payments; the log names it")]
    UnsupportedExtension,
    #[msg("The token program is not that of the market's token")]
    WrongTokenProgram,
    #[msg("The vault is not the market's associated token account")]
    WrongVault,
    #[msg("The account is not the market's mint")]
    WrongMint,
    #[msg("The account is not a network of the Commonwire network program, or not the market's")]
    WrongNetwork,
    #[msg("The account is not where its seeds lead, or exists already")]
    WrongAddress,
    #[msg("Only the market's authority may do this")]
    NotAuthority,
    #[msg("Only the account that was proposed as authority may accept")]
    NotProposed,
    #[msg("Only the area's operator may do this")]
    NotOperator,
    #[msg("Only the owner of the offer or order may do this")]
    NotOwner,
    #[msg("The area is of another market, or the area or offer is not the account's")]
    WrongArea,
    #[msg("The meter is not of this area, or of another device")]
    WrongMeter,
    #[msg("The offer or order is of another market")]
    WrongAccount,
    #[msg("The area must be an H3 cell, its loss 100 % at most, and it must serve at least one known use")]
    BadArea,
    #[msg("The area does not serve this use")]
    NotServed,
    #[msg("The meter is not admitted: its area's operator has removed it")]
    NotAdmitted,
    #[msg("The meter has been removed already")]
    AlreadyRemoved,
    #[msg("A removed meter can be closed once its last interval can't be cleared any more")]
    MeterInUse,
    #[msg("The terms are out of bounds: a known use, prices, units and budgets above zero, from one to eight devices, and no sum beyond 2^64")]
    BadTerms,
    #[msg("No time lies between start and end (for an order that names an offer: also of that offer; otherwise: no whole quarter of an hour), or they are more than a year from now")]
    BadTime,
    #[msg("The offer or order has been cancelled already, or is over")]
    AlreadyOver,
    #[msg("The network is paused: nothing is settled until it goes on")]
    Paused,
    #[msg(
        "The proof does not lead from this leaf to the usage root of the network's current epoch"
    )]
    WrongProof,
    #[msg("The leaf is older than what has been settled")]
    LeafBehind,
    #[msg("The leaf takes more than the order's budget")]
    AboveBudget,
    #[msg("The leaf takes more for its units than the order's greatest price")]
    AbovePrice,
    #[msg("The leaf has more units than the offer's capacity")]
    AboveCapacity,
    #[msg("The leaf pays less for its units than the offer asks")]
    BelowAsk,
    #[msg("Nothing has changed since this was settled")]
    NothingToSettle,
    #[msg("The order or offer can't be closed yet: no promoted epoch was cut after its end and the late window, and 30 days have not passed since its end")]
    StillOpen,
    #[msg("The leaves do not show that the order has none: they must be neighbours around its address, or the first or last")]
    NotAbsent,
    #[msg(
        "The offer is still owed or due something: settle the orders of its area and collect first"
    )]
    StillOwed,
    #[msg("Nothing is due")]
    NothingDue,
    #[msg("The account that receives the fees is not the one that the market names; if it names none, its authority sets one")]
    WrongFeeRecipient,
    #[msg("The destination is not a token account of this owner in the market's token")]
    WrongDestination,
    #[msg("The rent must go back to the account that paid it")]
    WrongPayer,
    #[msg("A sum overflowed")]
    Overflow,
    #[msg("The offer is not the one that the order names, is of another use, or was closed and made anew")]
    WrongOffer,
    #[msg("The order's greatest price is below what the offer asks: nothing could be paid")]
    PriceTooLow,
    #[msg("The order is not settled by vouchers")]
    WrongUse,
    #[msg("No signature of the order's session key over this voucher: the key signs the transaction, or an Ed25519 instruction directly before this one")]
    VoucherNotSigned,
    #[msg("The Ed25519 instruction before this one is malformed, or points outside its own data")]
    BadSignatureInstruction,
    #[msg("The voucher has no more units than were settled already: it was sent before, or has no step")]
    VoucherNoStep,
    #[msg("The voucher has fewer units, or costs less, than what was settled already")]
    VoucherSmaller,
    #[msg("The voucher costs more than the order's budget")]
    VoucherOverBudget,
    #[msg("The voucher costs more for its units than the order's greatest price")]
    VoucherOverPrice,
    #[msg("The voucher costs less for its units than the offer asks")]
    VoucherUnderPrice,
    #[msg("Only the order's consumer or its session key may do this: others can end a reservation once the driver hasn't checked in for a quarter of an hour, or its time is over")]
    NotDriver,
    #[msg("The order has a reservation: end that first")]
    AlreadyReserved,
    #[msg("The order has no reservation, or this one has no quarter of an hour")]
    NothingReserved,
    #[msg("The reservation begins in a quarter of an hour that is over")]
    ReservationPast,
    #[msg("The reservation ends after the 30 days that the bay's calendar holds")]
    ReservationTooFar,
    #[msg("The bay is taken for a part of this time")]
    BayTaken,
    #[msg("The reservation is not within the time of the order and the offer")]
    ReservationOutside,
    #[msg("The reservation costs more than what is left of the order's budget")]
    ReservationOverBudget,
    #[msg("The reserved time hasn't begun")]
    CheckInTooEarly,
    #[msg(
        "It is too late to check in: the reservation lapsed a quarter of an hour after its start"
    )]
    CheckInTooLate,
    #[msg("The driver has checked in already")]
    AlreadyCheckedIn,
    #[msg("The order has a reservation that isn't settled: end it first")]
    StillReserved,
}

impl From<parking::Error> for MarketError {
    fn from(error: parking::Error) -> Self {
        match error {
            parking::Error::Nothing => Self::NothingReserved,
            parking::Error::Past => Self::ReservationPast,
            parking::Error::TooFar => Self::ReservationTooFar,
            parking::Error::Taken => Self::BayTaken,
            parking::Error::TooEarly => Self::CheckInTooEarly,
            parking::Error::TooLate => Self::CheckInTooLate,
            parking::Error::Overflow => Self::Overflow,
        }
    }
}

impl From<voucher::Error> for MarketError {
    fn from(error: voucher::Error) -> Self {
        match error {
            voucher::Error::NoStep => Self::VoucherNoStep,
            voucher::Error::Smaller => Self::VoucherSmaller,
            voucher::Error::OverBudget => Self::VoucherOverBudget,
            voucher::Error::OverPrice => Self::VoucherOverPrice,
            voucher::Error::UnderPrice => Self::VoucherUnderPrice,
        }
    }
}

impl From<ed25519::Error> for MarketError {
    fn from(_: ed25519::Error) -> Self {
        Self::BadSignatureInstruction
    }
}

impl From<mint::Error> for MarketError {
    fn from(error: mint::Error) -> Self {
        match error {
            mint::Error::NotAMint => Self::BadMint,
            mint::Error::HarmfulExtension => Self::UnsupportedExtension,
        }
    }
}

/// Vaults are the token accounts that the program checks by these.
impl From<tokens::Error> for MarketError {
    fn from(_: tokens::Error) -> Self {
        Self::WrongVault
    }
}
