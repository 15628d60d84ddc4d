use {
    crate::{
        errors::NetworkError,
        events::DevicesRegistered,
        state::{Batch, Network, Registry},
    },
    anchor_lang::prelude::*,
    commonwire_onchain::lamports,
};

/// Registers a batch of one owner's devices of one kind under consecutive indices.
///
/// Registering proves nothing about a device: it earns once it signs reports that name this owner and index. The
/// fee set by the policy, `max_fee` lamports at most, stays in the registry account until the authority withdraws it.
#[event_cpi]
#[derive(Accounts)]
pub struct RegisterDevices {
    pub owner: Signer,
    /// Pays the fee.
    #[account(mut, unsafe(dup))]
    pub payer: Signer,
    pub network: Box<Account<Network>>,
    #[account(mut, constraint(registry.network == *network.address() @ NetworkError::WrongRegistry))]
    pub registry: Box<Account<Registry>>,
    pub system_program: Program<System>,
}

impl RegisterDevices {
    pub fn register(
        &mut self,
        kind: u8,
        key_type: u8,
        max_fee: u64,
        devices: &[u8],
    ) -> Result<DevicesRegistered> {
        self.network.require_open()?;
        let first = self.registry.device_count;
        let batch = Batch {
            kind,
            key_type,
            devices,
        };
        let (count, fee) =
            self.registry
                .register(&self.network.policy, self.owner.address(), &batch)?;
        require!(fee <= max_fee, NetworkError::FeeAboveMaximum);
        lamports::pay(self.payer.account(), self.registry.account(), fee);
        Ok(DevicesRegistered {
            network: *self.network.address(),
            first,
            count,
            registry_hash: self.registry.hash,
        })
    }
}
