use {
    super::{Committee, CurrentEpoch, Cut, Emission, Pause, PendingEpoch, Policy},
    crate::{errors::NetworkError, seeds},
    anchor_lang::prelude::*,
    pinocchio::cpi::Seed,
};

/// How many epochs may be cut but not yet promoted. Each keeps its cut until it is promoted.
pub const OPEN_CUTS: u64 = 2;

/// One deployment: its rules, its committee, and what its devices have earned and been paid.
/// Address: `["network", creator, id]`.
#[account]
pub struct Network {
    /// Wallet that created the network and a seed of its address.
    pub creator: Address,
    /// Random, chosen by the creator; a seed of the address.
    pub id: u64,
    /// Slot of creation: part of every epoch message, so that no message outlives its network.
    pub birth: u64,
    /// Sets policy, committee and guardian.
    pub authority: Address,
    /// Becomes the authority once it accepts. Zero: nobody is proposed.
    pub proposed_authority: Address,
    /// May stop things, never pay. Zero: none.
    pub guardian: Address,
    /// The reward token. Where rewards are minted, this account is its mint authority.
    pub mint: Address,
    /// SPL Token or Token-2022, whichever the mint belongs to.
    pub token_program: Address,
    /// Associated token account of this account: promoted rewards wait here to be settled.
    pub vault: Address,
    /// Supply of the mint when the network was created; 0 where rewards are funded.
    pub initial_supply: u64,
    pub emission: Emission,
    pub policy: Policy,
    pub committee: Committee,
    /// The last two cuts; that of epoch n at `n % 2`.
    pub cuts: [Cut; OPEN_CUTS as usize],
    pub last_cut_epoch: u64,
    /// Chain time of the last cut, or of creation.
    pub last_cut_time: i64,
    pub pending: PendingEpoch,
    pub current: CurrentEpoch,
    pub pause: Pause,
    /// Epoch that may correct what devices earned; 0: none.
    pub corrective_epoch: u64,
    /// Most that any device may have earned since the start: the caps of all promoted epochs.
    pub device_earned_max: u64,
    /// Paid to owners since the start.
    pub total_paid: u64,
    /// Chain time at which the payout window began.
    pub window_start: i64,
    /// Paid in the payout window.
    pub window_paid: u64,
    /// Least attempt that the next post may carry.
    pub attempt: u32,
    /// How often the guardian has vetoed the next epoch.
    pub guardian_vetoes: u8,
    /// 1: permanently.
    pub closed: u8,
    /// 1: the vault must hold rewards before they are promoted; 0: they are minted into it.
    pub funded: u8,
    pub bump: u8,
    pub decimals: u8,
    pub _pad: [u8; 7],
    /// Reserved for later versions.
    pub _reserved: [[u8; 32]; 8],
}

/// Copies of the seeds by which a network signs for its vault and mint: its account stays free to be written meanwhile.
pub struct SignerSeeds {
    creator: Address,
    id: [u8; 8],
    bump: [u8; 1],
}

impl SignerSeeds {
    pub fn each(&self) -> [Seed<'_>; 4] {
        [
            Seed::from(seeds::NETWORK),
            Seed::from(self.creator.as_ref()),
            Seed::from(&self.id),
            Seed::from(&self.bump),
        ]
    }
}

impl Network {
    pub fn signer_seeds(&self) -> SignerSeeds {
        SignerSeeds {
            creator: self.creator,
            id: self.id.to_le_bytes(),
            bump: [self.bump],
        }
    }

    /// Requires that the network is not closed.
    pub fn require_open(&self) -> Result<()> {
        require!(self.closed == 0, NetworkError::Closed);
        Ok(())
    }

    /// Requires that the network is neither closed nor paused.
    pub fn require_running(&self, now: i64) -> Result<()> {
        self.require_open()?;
        require!(!self.pause.is_active(now), NetworkError::Paused);
        Ok(())
    }

    pub fn set_policy(&mut self, policy: Policy) -> Result<()> {
        let next = self
            .current
            .epoch
            .checked_add(1)
            .ok_or(NetworkError::Overflow)?;
        policy.validate(self.emission.cap_of(next))?;
        self.policy = policy;
        Ok(())
    }

    /// Allows one epoch that has not been promoted to take back what devices earned wrongly; 0: none. An epoch that is
    /// already pending stays as it was posted.
    pub fn name_corrective(&mut self, epoch: u64) -> Result<()> {
        require!(
            epoch == 0 || epoch > self.current.epoch,
            NetworkError::CorrectiveEpochOver
        );
        self.corrective_epoch = epoch;
        Ok(())
    }

    /// First epoch whose ledger shows a change of owner made now: its cut is still to come, and so is its post.
    pub fn effective_epoch(&self) -> Result<u64> {
        let posted = self.current.epoch.max(self.pending.epoch);
        let after_post = posted.checked_add(2).ok_or(NetworkError::Overflow)?;
        let after_cut = self
            .last_cut_epoch
            .checked_add(1)
            .ok_or(NetworkError::Overflow)?;
        Ok(after_post.max(after_cut))
    }

    /// Returns what the payout limit leaves in the window of `now`; a new window begins if the last one is over.
    pub fn open_window(&mut self, now: i64) -> u64 {
        let over = self
            .window_start
            .saturating_add(i64::from(self.policy.payout_window_seconds));
        if now >= over {
            (self.window_start, self.window_paid) = (now, 0);
        }
        self.policy.payout_limit.saturating_sub(self.window_paid)
    }

    /// Counts `amount` as paid, never beyond the total earned.
    pub fn pay(&mut self, amount: u64) -> Result<()> {
        let total = self
            .total_paid
            .checked_add(amount)
            .ok_or(NetworkError::Overflow)?;
        require!(
            total <= self.current.earned_total,
            NetworkError::AbovePromoted
        );
        self.total_paid = total;
        self.window_paid = self
            .window_paid
            .checked_add(amount)
            .ok_or(NetworkError::Overflow)?;
        Ok(())
    }
}
