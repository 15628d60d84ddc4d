use {
    super::{Asset, Stake, BASIS_POINTS, CLAWED_BACK, FUNDED},
    crate::errors::AssetsError,
    anchor_lang::{
        bytemuck::{Pod, Zeroable},
        prelude::*,
    },
    commonwire_onchain::wide::multiply_divide,
};

/// How long holders may object to a tranche.
pub const OBJECTION_SECONDS: i64 = 7 * 86_400;

/// How long past its date a tranche may still be announced; from then on anyone may claw back.
pub const LATE_SECONDS: i64 = 90 * 86_400;

/// How long a tranche that can be paid waits for somebody to pay it before it counts as late.
pub const PAYING_SECONDS: i64 = 30 * 86_400;

/// The last tranche that was announced.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable, IdlType)]
pub struct Announcement {
    /// Raised by every announcement; 0: none yet. Tells stakes which objection was to which.
    pub number: u32,
    /// 1: neither paid nor clawed back.
    pub open: u32,
    /// Before the first, when funding ended.
    pub announced_at: i64,
    /// Shares that object, each once.
    pub objections: u64,
    /// SHA-256 of the evidence that the tranche was earned.
    pub evidence_hash: [u8; 32],
    /// Link to the evidence, UTF-8, zeros after it.
    pub evidence: [u8; 128],
}

impl Announcement {
    fn is_over(&self, now: i64) -> bool {
        now >= self.announced_at.saturating_add(OBJECTION_SECONDS)
    }

    /// Whether more than `1 / part` of all shares sold object. Shares that holders burn by themselves are like those that don't
    /// object.
    fn is_objected(&self, part: u64, sold: u64) -> bool {
        u128::from(self.objections) * u128::from(part) > u128::from(sold)
    }

    /// Whether stakes may still object, and those that did can't leave: they could be sold and object again.
    pub fn takes_objections(&self, now: i64) -> bool {
        self.open == 1 && !self.is_over(now)
    }

    /// Whether it can be paid, now or once the time to object is over.
    fn is_payable(&self, sold: u64) -> bool {
        self.open == 1 && !self.is_objected(3, sold)
    }

    /// Whether whoever waits for a late tranche must wait longer: until it is decided, and then paid. A builder whose account
    /// can't be paid must not keep holders from their money, so not for ever.
    fn holds_back(&self, now: i64, sold: u64) -> bool {
        let waited = now.saturating_sub(self.announced_at) >= OBJECTION_SECONDS + PAYING_SECONDS;
        self.takes_objections(now) || (self.is_payable(sold) && !waited)
    }
}

impl Asset {
    /// Requires that a tranche is left to be paid.
    pub fn require_building(&self) -> Result<()> {
        let building =
            self.state == FUNDED && usize::from(self.next_tranche) < self.terms.tranches();
        require!(building, AssetsError::NotBuilding);
        Ok(())
    }

    /// Whether the next tranche may not be announced any more.
    fn is_late(&self, now: i64) -> bool {
        let date = self.terms.tranche_dates[usize::from(self.next_tranche)];
        now > date.saturating_add(LATE_SECONDS)
    }

    /// Announces the next tranche. One that is undecided must be decided first, or announcing again would wipe out objections.
    pub fn announce(
        &mut self,
        now: i64,
        evidence_hash: [u8; 32],
        evidence: [u8; 128],
    ) -> Result<()> {
        self.require_building()?;
        let announcement = &self.announcement;
        require!(
            !announcement.takes_objections(now) && !announcement.is_payable(self.sold),
            AssetsError::TrancheAnnounced
        );
        // Shares can be staked once funding has ended, and only those object: holders have as long to stake as to object.
        require!(announcement.is_over(now), AssetsError::TrancheEarly);
        // Announcing again and again must not keep holders from their money.
        require!(!self.is_late(now), AssetsError::TrancheLate);
        let number = announcement.number.checked_add(1);
        self.announcement = Announcement {
            number: number.ok_or(AssetsError::Overflow)?,
            open: 1,
            announced_at: now,
            objections: 0,
            evidence_hash,
            evidence,
        };
        Ok(())
    }

    /// Counts a stake's shares from before the announcement against it. Above half of all shares, the money is clawed back at
    /// once.
    pub fn object(&mut self, now: i64, stake: &mut Stake) -> Result<()> {
        self.require_building()?;
        let announcement = &mut self.announcement;
        require!(announcement.open == 1, AssetsError::NoTranche);
        require!(!announcement.is_over(now), AssetsError::ObjectionsOver);
        require!(
            stake.objected != announcement.number,
            AssetsError::ObjectedAlready
        );
        stake.see(announcement.number);
        require!(stake.eligible > 0, AssetsError::NothingToObject);
        stake.objected = announcement.number;
        announcement.objections = announcement
            .objections
            .checked_add(stake.eligible)
            .ok_or(AssetsError::Overflow)?;
        if announcement.is_objected(2, self.sold) {
            self.claw_back();
        }
        Ok(())
    }

    /// Pays the announced tranche out of what is left. Returns its amount.
    pub fn pay_tranche(&mut self, now: i64) -> Result<u64> {
        self.require_building()?;
        let announcement = &mut self.announcement;
        require!(announcement.open == 1, AssetsError::NoTranche);
        require!(announcement.is_over(now), AssetsError::ObjectionsOpen);
        require!(
            !announcement.is_objected(3, self.sold),
            AssetsError::Objected
        );
        announcement.open = 0;
        let at = usize::from(self.next_tranche);
        self.next_tranche += 1;
        // The last tranche is the rest, so rounding leaves nothing behind.
        let amount = match usize::from(self.next_tranche) == self.terms.tranches() {
            true => self.left,
            false => self.tranche(at)?,
        };
        self.left = self.left.checked_sub(amount).ok_or(AssetsError::Overflow)?;
        Ok(amount)
    }

    /// A part of what was raised, rounded down.
    fn tranche(&self, at: usize) -> Result<u64> {
        let raised = self.terms.cost(self.sold)?;
        // At most what was raised.
        let part = u64::from(self.terms.tranche_parts[at]);
        Ok(multiply_divide(raised, part, BASIS_POINTS))
    }

    /// Opens the claw-back: the authority at any time, anyone else 90 days past the date of a tranche.
    pub fn open_claw_back(&mut self, now: i64, by_authority: bool) -> Result<()> {
        self.require_building()?;
        let late = self.is_late(now) && !self.announcement.holds_back(now, self.sold);
        require!(by_authority || late, AssetsError::ClawBackClosed);
        self.claw_back();
        Ok(())
    }

    fn claw_back(&mut self) {
        self.state = CLAWED_BACK;
        self.announcement.open = 0;
    }

    /// Takes the part of `shares` out of what is left, rounded down. `supply`: all shares before these are burnt.
    pub fn redeem(&mut self, shares: u64, supply: u64) -> Result<u64> {
        require!(self.state == CLAWED_BACK, AssetsError::NotClawedBack);
        require!(shares > 0, AssetsError::ZeroAmount);
        require!(shares <= supply, AssetsError::WrongShares);
        // At most what is left.
        let amount = multiply_divide(self.left, shares, supply);
        self.left -= amount;
        Ok(amount)
    }
}
