//! What a `settle` claims, read and checked against ledger and page. Nothing here knows of accounts or programs.

use {
    crate::{errors::NetworkError, state::PAGE_SLOTS},
    anchor_lang::prelude::*,
    commonwire_merkle::{
        ledger::{Run, RunError},
        Hash,
    },
};

/// Most leaves of one run: as many as the program's heap holds beside the payments.
const MAX_LEAVES: usize = 512;

/// How the leaves of a segment are given; the two high bits of its head, the low six being the leaves less one.
const EACH: u8 = 0;
const FLEET: u8 = 1;
const SKIP: u8 = 2;

/// Whom a settlement pays, by the position of their token account.
pub trait Payees {
    /// The owner whose associated token account, made with `bump`, stands at `position`; anything else is refused.
    fn owner(&mut self, position: usize, bump: u8) -> Result<[u8; 32]>;

    /// Sets aside a payment to the account at `position`.
    fn pay(&mut self, position: usize, amount: u64);

    /// Accounts given.
    fn count(&self) -> usize;
}

/// The ledger that a run must prove, and its bounds.
pub struct Claims<'a> {
    pub root: &'a Hash,
    pub device_count: u32,
    /// Most that any device may have earned since the start.
    pub device_earned_max: u64,
    /// Most that may be paid now.
    pub allowance: u64,
}

/// Raises the slots of a run's devices to what they earned and returns what that pays in all.
///
/// `run`: `first u32 | width u8 | segments u8 | segments | proof hashes`. A segment is a head byte and then
/// - each: per leaf `bump u8 | earned`, one payee per leaf;
/// - fleet: `bump u8`, then per leaf `earned`: one owner's devices, one payee, one payment;
/// - skip: per leaf its hash, nothing paid.
///
/// `earned` takes `width` bytes. A run of one leaf is paid in part where the allowance is less than what is due.
pub fn settle(
    run: &[u8],
    claims: &Claims,
    paid: &mut [u64; PAGE_SLOTS as usize],
    payees: &mut impl Payees,
) -> Result<u64> {
    let [f0, f1, f2, f3, width, segments, body @ ..] = run else {
        return Err(NetworkError::MalformedSettlement.into());
    };
    let first = u32::from_le_bytes([*f0, *f1, *f2, *f3]);
    let (width, segments) = (usize::from(*width), *segments);
    require!((1..=8).contains(&width), NetworkError::MalformedSettlement);
    // A leaf takes `width` bytes at least.
    let mut leaves = Run::with_capacity(first, MAX_LEAVES.min(body.len() / width));
    let mut rest = Cursor(body);
    let mut slot = (first % PAGE_SLOTS) as usize;
    let (mut position, mut total) = (0, 0u64);
    for _ in 0..segments {
        let head = rest.byte()?;
        let (kind, count) = (head >> 6, usize::from(head & 63) + 1);
        // A run may not cross its page's end.
        let slots = paid
            .get_mut(slot..slot + count)
            .ok_or(NetworkError::RunOutOfRange)?;
        slot += count;
        if kind == SKIP {
            for _ in 0..count {
                take(leaves.push_hash(rest.hash()?))?;
            }
            continue;
        }
        require!(
            kind == EACH || kind == FLEET,
            NetworkError::MalformedSettlement
        );
        let lone = segments == 1 && count == 1;
        let mut owner = [0; 32];
        let mut due = 0u64;
        for (at, slot) in slots.iter_mut().enumerate() {
            if kind == EACH || at == 0 {
                owner = payees.owner(position, rest.byte()?)?;
            }
            let earned = rest.amount(width)?;
            require!(
                earned <= claims.device_earned_max,
                NetworkError::AboveDeviceCap
            );
            take(leaves.push(&owner, earned))?;
            let mut owed = earned
                .checked_sub(*slot)
                .ok_or(NetworkError::EarnedBelowPaid)?;
            if lone && owed > claims.allowance {
                require!(claims.allowance > 0, NetworkError::PayoutLimitReached);
                owed = claims.allowance;
            }
            *slot += owed;
            due = due.checked_add(owed).ok_or(NetworkError::Overflow)?;
            if kind == EACH || at + 1 == count {
                if due > 0 {
                    payees.pay(position, due);
                    total = total.checked_add(due).ok_or(NetworkError::Overflow)?;
                    due = 0;
                }
                position += 1;
            }
        }
    }
    require!(
        position == payees.count(),
        NetworkError::WrongDestinationCount
    );
    require!(total <= claims.allowance, NetworkError::PayoutLimitReached);
    let (proof, tail) = rest.0.as_chunks::<32>();
    require!(tail.is_empty(), NetworkError::MalformedSettlement);
    let root = take(leaves.root(claims.device_count, proof))?;
    require!(root == *claims.root, NetworkError::BadProof);
    Ok(total)
}

/// The ledger's errors as the program's.
fn take<T>(result: core::result::Result<T, RunError>) -> Result<T> {
    result.map_err(|error| match error {
        RunError::OutOfRange => NetworkError::RunOutOfRange.into(),
        RunError::TooFewHashes | RunError::TooManyHashes => NetworkError::BadProof.into(),
    })
}

/// Requires that the ledger of `device_count` devices under `root` has this leaf, by a proof of whole hashes.
pub fn require_leaf(
    root: &Hash,
    device_count: u32,
    leaf: (u32, &Address, u64),
    proof: &[u8],
) -> Result<()> {
    let (index, owner, earned) = leaf;
    let (proof, tail) = proof.as_chunks::<32>();
    require!(tail.is_empty(), NetworkError::BadProof);
    let mut run = Run::with_capacity(index, 1);
    take(run.push(owner.as_array(), earned))?;
    require!(
        take(run.root(device_count, proof))? == *root,
        NetworkError::BadProof
    );
    Ok(())
}

/// What is left to read of the settlement data.
struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    #[inline(always)]
    fn byte(&mut self) -> Result<u8> {
        let (byte, rest) = self
            .0
            .split_first()
            .ok_or(NetworkError::MalformedSettlement)?;
        self.0 = rest;
        Ok(*byte)
    }

    #[inline(always)]
    fn hash(&mut self) -> Result<&Hash> {
        let (hash, rest) = self
            .0
            .split_first_chunk()
            .ok_or(NetworkError::MalformedSettlement)?;
        self.0 = rest;
        Ok(hash)
    }

    /// `width` bytes as an integer. Almost always eight bytes are left, which are read at once and cut down.
    #[inline(always)]
    fn amount(&mut self, width: usize) -> Result<u64> {
        let (amount, rest) = self
            .0
            .split_at_checked(width)
            .ok_or(NetworkError::MalformedSettlement)?;
        let value = match self.0.first_chunk::<8>() {
            Some(bytes) => u64::from_le_bytes(*bytes) & (u64::MAX >> (64 - 8 * width)),
            None => amount
                .iter()
                .rev()
                .fold(0, |value, byte| value << 8 | u64::from(*byte)),
        };
        self.0 = rest;
        Ok(value)
    }
}
