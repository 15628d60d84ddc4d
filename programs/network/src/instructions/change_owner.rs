// The derive macro also binds seed arguments where it does not use them.
#![allow(unused_variables)]

use {
    crate::{
        errors::NetworkError,
        events::DeviceChanged,
        seeds,
        settlement::require_leaf,
        state::{Network, OwnerChange, OwnerRecord, Registry},
    },
    anchor_lang::prelude::*,
};

/// Transfers or retires a device at the request of the owner named in the current ledger.
///
/// Whatever is due on the device goes to the new owner with it.
#[event_cpi]
#[derive(Accounts)]
#[instruction(index: u32)]
pub struct ChangeOwner {
    pub owner: Signer,
    /// Pays the record's rent if the device has no record yet.
    #[account(mut, unsafe(dup))]
    pub payer: Signer,
    pub network: Box<Account<Network>>,
    #[account(mut, constraint(registry.network == *network.address() @ NetworkError::WrongRegistry))]
    pub registry: Box<Account<Registry>>,
    #[account(
        init_if_needed,
        payer = payer,
        seeds = [seeds::OWNER, network.address().as_ref(), &index.to_le_bytes()],
        bump
    )]
    pub record: Box<Account<OwnerRecord>>,
    pub system_program: Program<System>,
}

impl ChangeOwner {
    /// Transfers the device to `new_owner`; `earned` and `proof` show that the signer owns it under the current root.
    pub fn transfer(
        &mut self,
        index: u32,
        earned: u64,
        new_owner: Address,
        proof: &[u8],
    ) -> Result<DeviceChanged> {
        require!(new_owner != Address::default(), NetworkError::BadOwner);
        self.change(index, earned, new_owner, false, proof)
    }

    /// Retires the device: it earns nothing more, and its key may be registered again.
    pub fn retire(&mut self, index: u32, earned: u64, proof: &[u8]) -> Result<DeviceChanged> {
        let owner = *self.owner.address();
        self.change(index, earned, owner, true, proof)
    }

    fn change(
        &mut self,
        index: u32,
        earned: u64,
        owner: Address,
        retired: bool,
        proof: &[u8],
    ) -> Result<DeviceChanged> {
        self.network.require_open()?;
        let current = &self.network.current;
        let leaf = (index, self.owner.address(), earned);
        require_leaf(&current.ledger_root, current.device_count, leaf, proof)?;
        let change = OwnerChange {
            network: *self.network.address(),
            index,
            owner,
            effective_epoch: self.network.effective_epoch()?,
            retired,
        };
        self.record.change(self.owner.address(), current, &change)?;
        self.registry.record(&change);
        Ok(DeviceChanged {
            network: change.network,
            index,
            owner,
            effective_epoch: change.effective_epoch,
            retired,
            registry_hash: self.registry.hash,
        })
    }
}
