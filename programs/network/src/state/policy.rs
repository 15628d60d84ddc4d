use {
    crate::errors::NetworkError,
    anchor_lang::{
        bytemuck::{Pod, Zeroable},
        prelude::*,
    },
};

/// Number of device kinds that a policy has room for. Kind 0 is invalid.
pub const KINDS: usize = 8;

/// The settings of a network that the authority may change.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct Policy {
    /// Most that one device may earn in one epoch, in base units of the reward token; never more than the epoch's cap.
    pub device_epoch_cap: u64,
    /// Most base units that may be paid in one window; `u64::MAX`: no limit.
    pub payout_limit: u64,
    /// Lamports that each committee member must have bonded when the committee is set; 0: none.
    pub oracle_bond: u64,
    /// Lamports that registering a device costs, whatever its capacity.
    pub device_fee: u64,
    /// Lamports that whoever demands a leaf stakes; whoever shows it gets them.
    pub demand_bond: u64,
    /// Least seconds from one cut to the next.
    pub epoch_seconds: u32,
    /// Seconds that a posted epoch stays open to challenge.
    pub challenge_seconds: u32,
    /// Seconds of the window that `payout_limit` is for.
    pub payout_window_seconds: u32,
    /// Seconds from unlocking a bond to withdrawing it: time to prove that its oracle signed two messages.
    pub bond_lock_seconds: u32,
    /// Seconds that the committee has to show a leaf that was demanded.
    pub answer_seconds: u32,
    /// Least slots that a posted epoch stays open to challenge: a halt of the cluster can't use up the period.
    pub challenge_slots: u32,
    /// Greatest capacity of a device by kind, in the kind's unit; 0 admits none.
    pub max_capacity: [u32; KINDS],
    /// Lamports that registering costs for each unit of capacity, by kind.
    pub capacity_fee: [u32; KINDS],
}

impl Policy {
    /// Requires a workable policy for epochs that may earn `epoch_cap`.
    pub fn validate(&self, epoch_cap: u64) -> Result<()> {
        let sound = self.device_epoch_cap > 0
            && self.epoch_seconds > 0
            && self.challenge_seconds > 0
            // Demands are made in the first half of the challenge period, so an answer never has less time than that half.
            && u64::from(self.answer_seconds) * 2 >= u64::from(self.challenge_seconds)
            && self.challenge_slots > 0
            && self.payout_window_seconds > 0
            && self.max_capacity[0] == 0;
        require!(sound, NetworkError::BadPolicy);
        // Payments must be a quarter faster than earnings, or a backlog would never shrink.
        let paid = u128::from(self.payout_limit) * u128::from(self.epoch_seconds) * 4;
        let earned = u128::from(epoch_cap) * u128::from(self.payout_window_seconds) * 5;
        let unlimited = self.payout_limit == u64::MAX;
        // With a limit of zero, what was earned before the cap halved to nothing would never be paid.
        let sufficient = self.payout_limit > 0 && paid >= earned;
        require!(unlimited || sufficient, NetworkError::PayoutLimitTooLow);
        let evidence = 2 * u64::from(self.epoch_seconds)
            + u64::from(self.challenge_seconds)
            + u64::from(self.answer_seconds);
        require!(
            self.oracle_bond == 0 || u64::from(self.bond_lock_seconds) >= evidence,
            NetworkError::BondLockTooShort
        );
        Ok(())
    }

    /// Whether `next` gives anybody more power over rewards or bonds than this policy, or less time to object.
    pub fn is_loosened_by(&self, next: &Self) -> bool {
        let most = [
            (self.device_epoch_cap, next.device_epoch_cap),
            (self.payout_limit, next.payout_limit),
        ];
        let least = [
            (self.oracle_bond, next.oracle_bond),
            (self.device_fee, next.device_fee),
            (self.epoch_seconds.into(), next.epoch_seconds.into()),
            (self.challenge_seconds.into(), next.challenge_seconds.into()),
            (
                self.payout_window_seconds.into(),
                next.payout_window_seconds.into(),
            ),
            (self.challenge_slots.into(), next.challenge_slots.into()),
        ];
        most.iter().any(|(now, then)| then > now)
            || least.iter().any(|(now, then): &(u64, u64)| then < now)
            // More time to answer lets a hidden ledger wait longer, less lets an honest one be voided.
            || next.answer_seconds != self.answer_seconds
            // A higher bond keeps people from demanding, a lower one lets them demand what nobody is paid to show.
            || next.demand_bond != self.demand_bond
            // Less time to lock bonds lets them escape, more holds them: oracles that disagree must have time to unlock.
            || next.bond_lock_seconds != self.bond_lock_seconds
            || (0..KINDS).any(|kind| {
                next.max_capacity[kind] > self.max_capacity[kind]
                    || next.capacity_fee[kind] < self.capacity_fee[kind]
            })
    }

    /// Lamports that registering one device costs.
    pub fn fee(&self, kind: u8, capacity: u32) -> Result<u64> {
        let rate = self
            .capacity_fee
            .get(usize::from(kind))
            .ok_or(NetworkError::KindNotAdmitted)?;
        (u64::from(*rate) * u64::from(capacity))
            .checked_add(self.device_fee)
            .ok_or_else(|| NetworkError::Overflow.into())
    }
}

/// How much may be earned in all and in each epoch.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct Emission {
    /// Minted: most base units that may ever exist, those from before the network included. Funded: most that may ever
    /// be earned.
    pub max_supply: u64,
    /// Most base units that the first epochs may earn each.
    pub epoch_cap: u64,
    /// Epochs after which the cap halves, again and again; 0: never.
    pub halving_epochs: u64,
}

impl Emission {
    pub fn validate(&self, initial_supply: u64) -> Result<()> {
        let sound = self.epoch_cap > 0 && self.max_supply >= initial_supply;
        require!(sound, NetworkError::BadEmission);
        Ok(())
    }

    /// Most that `epoch` (from 1) may add to the total earned.
    pub fn cap_of(&self, epoch: u64) -> u64 {
        if self.halving_epochs == 0 {
            return self.epoch_cap;
        }
        let halvings = epoch.saturating_sub(1) / self.halving_epochs;
        u32::try_from(halvings)
            .ok()
            .and_then(|by| self.epoch_cap.checked_shr(by))
            .unwrap_or(0)
    }
}

/// The keys with special rights.
#[derive(Clone, Copy, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct Roles {
    /// Sets policy and committee; normally a governance or multisig address.
    pub authority: Address,
    /// May stop things, never pay. Zero: nobody.
    pub guardian: Address,
}
