use {
    super::{
        Committee, CurrentEpoch, Cut, Emission, Floors, Pause, PendingEpoch, Policy, RuleChanges,
    },
    crate::{errors::NetworkError, seeds},
    anchor_lang::prelude::*,
    pinocchio::cpi::Seed,
};

/// How many epochs may be cut but not yet promoted. Each keeps its cut until it is promoted.
pub const OPEN_CUTS: u64 = 2;

/// Values of [`Network::closed`].
pub const CLOSING: u8 = 1;
pub const CLOSED: u8 = 2;

/// Seconds without a pause during which a closing network still pays.
pub const CLOSING_SECONDS: i64 = 30 * 24 * 60 * 60;

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
    /// Genesis hash of the cluster, given by the creator since programs can't read it: part of every epoch message, so
    /// that no signature made on one cluster counts on another.
    pub genesis_hash: [u8; 32],
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
    /// Bounds of the policy, fixed at creation.
    pub floors: Floors,
    pub committee: Committee,
    /// Changes of rules that wait out their delay.
    pub changes: RuleChanges,
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
    /// Chain time from which that epoch, once posted, corrects.
    pub corrective_from: i64,
    /// Most that any device may have earned since the start: the caps of all promoted epochs.
    pub device_earned_max: u64,
    /// Paid to owners since the start.
    pub total_paid: u64,
    /// Most that was ever earned in all, which is what has been minted: a corrective epoch may lower the total earned, and
    /// what was minted beyond it is used first.
    pub minted_total: u64,
    /// Deposited by funders since the start; 0 where rewards are minted.
    pub funded_total: u64,
    /// What is left to funders of a closed network.
    pub surplus: u64,
    /// Who gets the mint authority, and what nobody collected, once a network that mints is closed.
    pub heir: Address,
    /// Chain time at which closing began; 0: it didn't.
    pub closing_since: i64,
    /// Total seconds that the network had been paused then.
    pub closing_paused_before: i64,
    /// Chain time at which the payout window began.
    pub window_start: i64,
    /// Paid in the payout window.
    pub window_paid: u64,
    /// Least attempt that the next post may carry.
    pub attempt: u32,
    /// How often the guardian has vetoed the next epoch.
    pub guardian_vetoes: u8,
    /// 0: open; 1: nothing more is posted, what was earned is still paid; 2: closed.
    pub closed: u8,
    /// 1: the vault must hold rewards before they are promoted; 0: they are minted into it.
    pub funded: u8,
    pub bump: u8,
    pub decimals: u8,
    /// How often the guardian has withdrawn its own replacement.
    pub guardian_refusals: u8,
    pub _pad: [u8; 6],
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

    /// Requires that the network is neither closed nor closing.
    pub fn require_open(&self) -> Result<()> {
        require!(self.closed == 0, NetworkError::Closed);
        Ok(())
    }

    /// Requires that the network is at most closing: what was earned is still paid.
    pub fn require_unfinished(&self) -> Result<()> {
        require!(self.closed < CLOSED, NetworkError::Closed);
        Ok(())
    }

    /// Requires that the network isn't paused, and that what was earned is still paid.
    pub fn require_paying(&self, now: i64) -> Result<()> {
        self.require_unfinished()?;
        require!(!self.pause.is_active(now), NetworkError::Paused);
        Ok(())
    }

    /// Requires that the network is neither closed, closing nor paused.
    pub fn require_running(&self, now: i64) -> Result<()> {
        self.require_open()?;
        self.require_paying(now)
    }

    /// Begins to close: nothing more is posted, and what was earned is paid for [`CLOSING_SECONDS`] more.
    pub fn begin_close(&mut self, now: i64, heir: Address) -> Result<()> {
        self.require_open()?;
        require!(
            self.funded == 1 || heir != Address::default(),
            NetworkError::NoHeir
        );
        self.closed = CLOSING;
        self.heir = heir;
        self.closing_since = now;
        self.closing_paused_before = self.pause.seconds(now);
        Ok(())
    }

    /// Closes for ever, once owners had their time without a pause and nothing is pending.
    pub fn finish_close(&mut self, now: i64) -> Result<()> {
        require!(self.closed == CLOSING, NetworkError::NotClosing);
        require!(self.pending.epoch == 0, NetworkError::EpochPending);
        let paused = self.pause.seconds(now) - self.closing_paused_before;
        let open = now
            .saturating_sub(self.closing_since)
            .saturating_sub(paused);
        require!(open >= CLOSING_SECONDS, NetworkError::StillClosing);
        self.closed = CLOSED;
        Ok(())
    }

    /// Allows one epoch that has not been promoted to take back what devices earned wrongly; 0: none. An epoch that is
    /// already pending stays as it was posted.
    ///
    /// What is taken back could be given to others, so it must be posted after the delay of rule changes.
    pub fn name_corrective(&mut self, now: i64, epoch: u64) -> Result<()> {
        require!(
            epoch == 0 || epoch > self.current.epoch,
            NetworkError::CorrectiveEpochOver
        );
        if epoch == self.corrective_epoch {
            return Ok(());
        }
        self.withdraw_corrective(now)?;
        if epoch != 0 {
            self.corrective_from = self.change_from(now)?;
        }
        self.corrective_epoch = epoch;
        Ok(())
    }

    /// Lets no epoch correct others. Once the named epoch has been cut and its delay is over, oracles may have signed a ledger
    /// in which earnings fall: to withdraw the name then would turn honest signatures into a fault.
    pub fn withdraw_corrective(&mut self, now: i64) -> Result<()> {
        require!(
            self.corrective_epoch == 0
                || self.corrective_epoch > self.last_cut_epoch
                || now < self.corrective_from,
            NetworkError::CorrectiveEpochCut
        );
        (self.corrective_epoch, self.corrective_from) = (0, 0);
        Ok(())
    }

    /// Whether `epoch`, if it is posted now, may take back what devices earned.
    pub fn is_corrective(&self, now: i64, epoch: u64) -> bool {
        self.corrective_epoch == epoch && now >= self.corrective_from
    }

    /// Opens a closing network again.
    pub fn reopen(&mut self) {
        (self.closed, self.heir) = (0, Address::default());
        (self.closing_since, self.closing_paused_before) = (0, 0);
    }

    /// The epoch that is to be posted next.
    pub fn next_epoch(&self) -> u64 {
        self.current.epoch.saturating_add(1)
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
        // Once nothing more can be posted, the limit would only keep owners from their pay. A closing can be withdrawn, so
        // without a delay it would lift the limit for a moment, as no change of the policy can.
        let lifted = self
            .closing_since
            .saturating_add(i64::from(self.floors.change_delay_seconds));
        if self.closed == CLOSING && self.pending.epoch == 0 && now >= lifted {
            return u64::MAX;
        }
        let over = self
            .window_start
            .saturating_add(i64::from(self.policy.payout_window_seconds));
        if now >= over {
            (self.window_start, self.window_paid) = (now, 0);
        }
        self.policy.payout_limit.saturating_sub(self.window_paid)
    }

    /// Requires that nothing is being taken back: what a corrective epoch takes from a device must not be paid to it first.
    pub fn require_uncorrected(&self) -> Result<()> {
        require!(
            self.pending.corrective == 0,
            NetworkError::CorrectivePending
        );
        Ok(())
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
        // Without a limit the window's sum may stand still.
        self.window_paid = self.window_paid.saturating_add(amount);
        Ok(())
    }
}
