use {
    crate::errors::AssetsError,
    anchor_lang::{
        bytemuck::{Pod, Zeroable},
        prelude::*,
    },
    commonwire_onchain::streams::MIN_WINDOW_SECONDS,
};

pub const MAX_TRANCHES: usize = 8;

const DAY: i64 = 86_400;
/// Longest that funding may take: until then funders can't get their money back.
const MAX_FUNDING_SECONDS: i64 = 366 * DAY;
/// Latest date of a tranche after the deadline: 90 days past it, anyone may claw back what is left.
const MAX_BUILDING_SECONDS: i64 = 5 * 366 * DAY;
const MAX_WINDOW_SECONDS: u64 = 366 * DAY as u64;

/// Parts of what was raised.
pub const BASIS_POINTS: u64 = 10_000;

/// What funders agree to. It never changes.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct Terms {
    /// Receives the tranches.
    pub builder: Address,
    /// Base units of the payment token for one share.
    pub price: u64,
    /// Fewest shares with which the asset is built; with fewer sold at the deadline, everybody is refunded.
    pub min_shares: u64,
    /// Most shares; funding ends once they are sold.
    pub max_shares: u64,
    /// Chain time at which funding ends.
    pub deadline: i64,
    /// Length of a window of the revenue streams.
    pub window_seconds: u64,
    /// By which chain time each tranche is to be announced.
    pub tranche_dates: [i64; MAX_TRANCHES],
    /// Parts of what was raised, in basis points; 0 after the last.
    pub tranche_parts: [u16; MAX_TRANCHES],
}

impl Terms {
    pub fn validate(&self, now: i64) -> Result<()> {
        let goal = self.price > 0
            && self.min_shares > 0
            && self.max_shares >= self.min_shares
            // So no sum of payments can overflow later.
            && self.max_shares.checked_mul(self.price).is_some();
        require!(goal, AssetsError::BadGoal);
        let funding = self.deadline.saturating_sub(now);
        require!(
            funding > 0 && funding <= MAX_FUNDING_SECONDS,
            AssetsError::BadDeadline
        );
        let window = (MIN_WINDOW_SECONDS..=MAX_WINDOW_SECONDS).contains(&self.window_seconds);
        require!(window, AssetsError::BadWindow);
        let zero = Address::default();
        require!(self.builder != zero, AssetsError::BadRole);
        self.validate_tranches()
    }

    fn validate_tranches(&self) -> Result<()> {
        let count = self.tranches();
        let sum: u64 = self.tranche_parts.iter().map(|part| u64::from(*part)).sum();
        let used: u64 = self.tranche_parts[..count]
            .iter()
            .map(|part| u64::from(*part))
            .sum();
        let dates = &self.tranche_dates[..count];
        let rising = dates.is_sorted()
            && dates.first().is_some_and(|first| *first >= self.deadline)
            && dates
                .last()
                .is_some_and(|last| last.saturating_sub(self.deadline) <= MAX_BUILDING_SECONDS);
        require!(
            sum == BASIS_POINTS && used == sum && rising,
            AssetsError::BadTranches
        );
        Ok(())
    }

    /// How many tranches there are.
    pub fn tranches(&self) -> usize {
        self.tranche_parts
            .iter()
            .position(|part| *part == 0)
            .unwrap_or(MAX_TRANCHES)
    }

    /// What so many shares cost. At most `max_shares` are sold, whose price fits.
    pub fn cost(&self, shares: u64) -> Result<u64> {
        Ok(shares
            .checked_mul(self.price)
            .ok_or(AssetsError::Overflow)?)
    }
}

/// Says what the asset is; nothing on chain depends on it.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct Metadata {
    /// UTF-8, zeros after it.
    pub name: [u8; 47],
    /// Kind of its devices; 0 if it has several.
    pub kind: u8,
    /// Link to the documents, UTF-8, zeros after it.
    pub documents: [u8; 128],
    /// SHA-256 of what the link leads to.
    pub documents_hash: [u8; 32],
    /// H3 cell of the place.
    pub h3_cell: u64,
    /// Planned capacity, in the kind's unit.
    pub capacity: u64,
}
