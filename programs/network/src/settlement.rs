//! Reads a `settle` run and checks it against ledger and page. Nothing here knows of accounts or programs.

use {
    crate::{errors::NetworkError, state::PAGE_SLOTS},
    anchor_lang::prelude::*,
    commonwire_merkle::{
        ledger::{hash_of, leaf, node_of, parent, sum_of, Node, Run, RunError, HOLE, NODE_BYTES},
        Hash,
    },
    core::cmp::Ordering,
};

/// Most leaves of one run: as many as the program's heap holds along with the payments.
const MAX_LEAVES: usize = 512;

/// How the leaves of a segment are given; the two high bits of its head, the low six being the leaves less one.
const EACH: u8 = 0;
const FLEET: u8 = 1;
const SKIP: u8 = 2;

/// The recipients of a settlement.
pub trait Payees<'a> {
    /// A token account that was given.
    type Account: Copy;

    /// The next account, in the order given.
    fn next(&mut self) -> Option<Self::Account>;

    /// The owner of an account, if it is the owner's associated token account made with `bump`; otherwise none.
    fn owner(&mut self, account: Self::Account, bump: u8) -> Option<&'a [u8; 32]>;

    /// Records a payment: at most one for each account that `next` returned.
    fn pay(&mut self, account: Self::Account, amount: u64);
}

/// The ledger that a run must prove, and its bounds.
pub struct Claims<'a> {
    pub root: &'a Hash,
    pub device_count: u32,
    /// Sum of the whole ledger, which every proof must end in.
    pub earned_total: u64,
    /// Most that any device may have earned since the start.
    pub device_earned_max: u64,
    /// Most that may be paid now.
    pub allowance: u64,
}

/// Raises the slots of a run's devices to what they have earned and returns the total paid by that.
///
/// `run`: `first u32 | width u8 | segments u8 | segments | proof nodes`. A segment is a head byte and then
/// - each: per leaf `bump u8 | earned`, one payee per leaf;
/// - fleet: `bump u8`, then per leaf `earned`: one owner's devices, one payee, one payment;
/// - skip: per leaf its node, nothing paid.
///
/// `earned` takes `width` bytes. A run of one leaf is paid in part if the allowance is less than what is due.
#[inline(always)]
pub fn settle<'a>(
    run: &[u8],
    claims: &Claims,
    paid: &mut [u64; PAGE_SLOTS as usize],
    payees: &mut impl Payees<'a>,
) -> core::result::Result<u64, NetworkError> {
    let [f0, f1, f2, f3, width, segments, body @ ..] = run else {
        return Err(NetworkError::MalformedSettlement);
    };
    let first = u32::from_le_bytes([*f0, *f1, *f2, *f3]);
    let (width, segments) = (usize::from(*width), *segments);
    if !(1..=8).contains(&width) {
        return Err(NetworkError::MalformedSettlement);
    }
    // A leaf takes at least `width` bytes.
    let mut settled = Settled {
        leaves: Run::with_capacity(first, MAX_LEAVES.min(body.len() / width)),
        earned_max: claims.device_earned_max,
        ceiling: u64::MAX,
    };
    let mut rest = Cursor(body);
    let mut slot = (first % PAGE_SLOTS) as usize;
    let mut total = 0u64;
    for _ in 0..segments {
        let head = rest.byte()?;
        let (kind, count) = (head >> 6, usize::from(head & 63) + 1);
        // A run may not cross its page's end.
        let slots = paid
            .get_mut(slot..slot + count)
            .ok_or(NetworkError::RunOutOfRange)?;
        slot += count;
        if segments == 1 && count == 1 {
            settled.ceiling = slots[0].saturating_add(claims.allowance);
        }
        match kind {
            EACH => {
                let mut leaves = Leaves::take(&mut rest, count, 1 + width)?;
                for slot in slots {
                    let (bump, earned) = leaves.next();
                    let (account, owner) = payee(payees, bump)?;
                    let due = settled.leaf(slot, owner, earned)?;
                    if due > 0 {
                        payees.pay(account, due);
                        total = sum(total, due)?;
                    }
                }
            }
            FLEET => {
                let (account, owner) = payee(payees, rest.byte()?)?;
                let mut leaves = Leaves::take(&mut rest, count, width)?;
                let mut due = 0u64;
                for slot in slots {
                    let owed = settled.leaf(slot, owner, leaves.next_amount())?;
                    due = sum(due, owed)?;
                }
                if due > 0 {
                    payees.pay(account, due);
                    total = sum(total, due)?;
                }
            }
            SKIP => {
                for _ in 0..count {
                    let leaf = rest.node()?;
                    settled.leaves.push_node(leaf).map_err(ledger_error)?;
                }
            }
            _ => return Err(NetworkError::MalformedSettlement),
        }
    }
    if payees.next().is_some() {
        return Err(NetworkError::WrongDestinationCount);
    }
    if total > claims.allowance {
        return Err(NetworkError::PayoutLimitReached);
    }
    let (proof, tail) = rest.0.as_chunks::<NODE_BYTES>();
    if !tail.is_empty() {
        return Err(NetworkError::MalformedSettlement);
    }
    let root = settled
        .leaves
        .root(claims.device_count, proof)
        .map_err(ledger_error)?;
    if hash_of(root) != claims.root || sum_of(root) != claims.earned_total {
        return Err(NetworkError::BadProof);
    }
    Ok(total)
}

/// The next account and its owner.
#[inline(always)]
fn payee<'a, P: Payees<'a>>(
    payees: &mut P,
    bump: u8,
) -> core::result::Result<(P::Account, &'a [u8; 32]), NetworkError> {
    let account = payees.next().ok_or(NetworkError::WrongDestinationCount)?;
    let owner = payees
        .owner(account, bump)
        .ok_or(NetworkError::WrongDestination)?;
    Ok((account, owner))
}

/// A checked sum, in the form that costs the fewest compute units.
#[inline(always)]
fn sum(a: u64, b: u64) -> core::result::Result<u64, NetworkError> {
    let sum = a.wrapping_add(b);
    if sum < b {
        return Err(NetworkError::Overflow);
    }
    Ok(sum)
}

/// The leaves of a run so far, and their bounds.
struct Settled {
    leaves: Run,
    earned_max: u64,
    /// Upper bound of the slot in a run of one device, whatever it has earned.
    ceiling: u64,
}

impl Settled {
    /// Adds the next device's leaf, raises its slot and returns the payment.
    #[inline(always)]
    fn leaf(
        &mut self,
        slot: &mut u64,
        owner: &[u8; 32],
        earned: u64,
    ) -> core::result::Result<u64, NetworkError> {
        if earned > self.earned_max {
            return Err(NetworkError::AboveDeviceCap);
        }
        self.leaves.push(owner, earned).map_err(ledger_error)?;
        let target = earned.min(self.ceiling);
        let paid = *slot;
        if target <= paid {
            return match earned.cmp(&paid) {
                Ordering::Less => Err(NetworkError::EarnedBelowPaid),
                Ordering::Equal => Ok(0),
                Ordering::Greater => Err(NetworkError::PayoutLimitReached),
            };
        }
        *slot = target;
        Ok(target - paid)
    }
}

/// Converts the ledger's errors into the program's.
fn ledger_error(error: RunError) -> NetworkError {
    match error {
        RunError::OutOfRange => NetworkError::RunOutOfRange,
        RunError::TooFewNodes | RunError::TooManyNodes | RunError::Overflow => {
            NetworkError::BadProof
        }
    }
}

/// A ledger's root, as an epoch keeps it.
pub struct LedgerRoot<'a> {
    pub hash: &'a Hash,
    pub device_count: u32,
    pub earned_total: u64,
}

impl LedgerRoot<'_> {
    /// Requires that the root binds the sum. `opening` is what the root hashes: its two children; of a ledger of one
    /// device the owner, whose leaf is the root; of an empty ledger nothing.
    pub fn require_opening(&self, opening: &[u8]) -> Result<()> {
        let root = match self.device_count {
            0 if opening.is_empty() => HOLE,
            1 => {
                let owner = opening
                    .try_into()
                    .map_err(|_| NetworkError::RootSumMismatch)?;
                node_of(self.earned_total, &leaf(0, owner, self.earned_total))
            }
            _ => match opening.as_chunks::<NODE_BYTES>() {
                ([left, right], []) => {
                    parent(left, right).map_err(|_| NetworkError::RootSumMismatch)?
                }
                _ => return Err(NetworkError::RootSumMismatch.into()),
            },
        };
        require!(
            hash_of(&root) == self.hash && sum_of(&root) == self.earned_total,
            NetworkError::RootSumMismatch
        );
        Ok(())
    }

    /// Whether the proof of the last device's leaf shows that the tree holds anything beyond that device: earnings of nobody,
    /// which would use up what devices may earn.
    pub fn is_padded(&self, index: u32, proof: &[u8]) -> bool {
        if self.device_count.checked_sub(1) != Some(index) {
            return false;
        }
        let (siblings, _) = proof.as_chunks::<NODE_BYTES>();
        let mut hole = HOLE;
        for (level, sibling) in siblings.iter().enumerate() {
            if index >> level & 1 == 0 && *sibling != hole {
                return true;
            }
            // Sums of holes are zero and can't overflow.
            hole = parent(&hole, &hole).unwrap_or(HOLE);
        }
        false
    }

    /// Requires that the ledger has this leaf, by a proof of whole nodes that ends in the ledger's root and sum.
    pub fn require_leaf(&self, leaf: (u32, &Address, u64), proof: &[u8]) -> Result<()> {
        let (index, owner, earned) = leaf;
        let (proof, tail) = proof.as_chunks::<NODE_BYTES>();
        require!(tail.is_empty(), NetworkError::BadProof);
        let mut run = Run::with_capacity(index, 1);
        run.push(owner.as_array(), earned).map_err(ledger_error)?;
        let root = run.root(self.device_count, proof).map_err(ledger_error)?;
        require!(
            hash_of(root) == self.hash && sum_of(root) == self.earned_total,
            NetworkError::BadProof
        );
        Ok(())
    }
}

/// The rest of the settlement data.
struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    #[inline(always)]
    fn byte(&mut self) -> core::result::Result<u8, NetworkError> {
        let (byte, rest) = self
            .0
            .split_first()
            .ok_or(NetworkError::MalformedSettlement)?;
        self.0 = rest;
        Ok(*byte)
    }

    #[inline(always)]
    fn node(&mut self) -> core::result::Result<&'a Node, NetworkError> {
        let (node, rest) = self
            .0
            .split_first_chunk()
            .ok_or(NetworkError::MalformedSettlement)?;
        self.0 = rest;
        Ok(node)
    }

    #[inline(always)]
    fn take(&mut self, count: usize) -> core::result::Result<&'a [u8], NetworkError> {
        let (taken, rest) = self
            .0
            .split_at_checked(count)
            .ok_or(NetworkError::MalformedSettlement)?;
        self.0 = rest;
        Ok(taken)
    }
}

/// The leaves of one segment, each of `size` bytes, the amount last.
struct Leaves<'a> {
    bytes: &'a [u8],
    size: usize,
    /// Whether eight bytes can be read where the last leaf begins. Almost always true, since the proof follows.
    wide: bool,
}

impl<'a> Leaves<'a> {
    #[inline(always)]
    fn take(
        rest: &mut Cursor<'a>,
        count: usize,
        size: usize,
    ) -> core::result::Result<Self, NetworkError> {
        let bytes = rest.take(count * size)?;
        let wide = size <= 8 && rest.0.len() >= 8 - size;
        Ok(Self { bytes, size, wide })
    }

    /// Bump and amount of the next leaf; called at most once for each leaf taken.
    #[inline(always)]
    fn next(&mut self) -> (u8, u64) {
        if self.wide {
            let word = self.word();
            return (word as u8, word >> 8);
        }
        let leaf = self.step();
        (leaf[0], integer(&leaf[1..]))
    }

    /// The next leaf, for leaves that are just an amount.
    #[inline(always)]
    fn next_amount(&mut self) -> u64 {
        if self.wide {
            return self.word();
        }
        integer(self.step())
    }

    /// The next leaf as an integer: eight bytes are read and masked to its size.
    #[inline(always)]
    fn word(&mut self) -> u64 {
        let leaf = self.step();
        // SAFETY: by `wide`, eight bytes of the same data begin here.
        let word = unsafe { leaf.as_ptr().cast::<u64>().read_unaligned() };
        u64::from_le(word) & (u64::MAX >> (64 - 8 * self.size))
    }

    #[inline(always)]
    fn step(&mut self) -> &'a [u8] {
        debug_assert!(self.bytes.len() >= self.size);
        // SAFETY: `take` took as many bytes as all steps together advance.
        let (leaf, rest) = unsafe { self.bytes.split_at_unchecked(self.size) };
        self.bytes = rest;
        leaf
    }
}

/// Bytes as an integer.
#[cold]
fn integer(bytes: &[u8]) -> u64 {
    let most_first = bytes.iter().rev();
    most_first.fold(0, |value, byte| value << 8 | u64::from(*byte))
}
