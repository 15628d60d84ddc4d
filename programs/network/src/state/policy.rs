use {
    crate::errors::NetworkError,
    anchor_lang::{
        bytemuck::{Pod, Zeroable},
        prelude::*,
    },
};

/// Number of device kinds an account has room for. Kind 0 is invalid.
pub const KINDS: usize = 8;

/// What the authority may change about a network.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct Policy {
    /// Most that one device may earn in one epoch, in base units of the reward token.
    pub device_epoch_cap: u64,
    /// Least seconds from one cut to the next.
    pub epoch_seconds: u32,
    /// Seconds that a posted epoch stays open to challenge.
    pub challenge_seconds: u32,
    /// Greatest capacity of a device by kind, in the kind's unit; 0 admits none.
    pub max_capacity: [u32; KINDS],
}

impl Policy {
    pub fn validate(&self) -> Result<()> {
        let sound = self.device_epoch_cap > 0
            && self.epoch_seconds > 0
            && self.challenge_seconds > 0
            && self.max_capacity[0] == 0;
        require!(sound, NetworkError::BadPolicy);
        Ok(())
    }
}

/// How reward tokens come into being: minted by the network, never beyond `max_supply`.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct Emission {
    /// Most base units that may ever exist, those from before the network included.
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

/// Who may do what beyond what anybody may.
#[derive(Clone, Copy, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct Roles {
    /// Sets policy and committee; normally a governance or multisig address.
    pub authority: Address,
    /// May stop things, never pay. Zero: nobody.
    pub guardian: Address,
}
