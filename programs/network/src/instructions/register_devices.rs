use {
    crate::{
        errors::NetworkError,
        events::DevicesRegistered,
        state::{Batch, Network, Registry},
    },
    anchor_lang::prelude::*,
};

/// Registers a batch of one owner's devices of one kind under consecutive indices.
///
/// Registering proves nothing about a device: it earns once it signs reports that name this owner and index.
#[event_cpi]
#[derive(Accounts)]
pub struct RegisterDevices {
    pub owner: Signer,
    pub network: Account<Network>,
    #[account(mut, constraint(registry.network == *network.address() @ NetworkError::WrongRegistry))]
    pub registry: Account<Registry>,
}

impl RegisterDevices {
    pub fn register(
        &mut self,
        kind: u8,
        key_type: u8,
        devices: &[u8],
    ) -> Result<DevicesRegistered> {
        let first = self.registry.device_count;
        let batch = Batch {
            kind,
            key_type,
            devices,
        };
        let count = self
            .registry
            .register(&self.network.policy, self.owner.address(), &batch)?;
        Ok(DevicesRegistered {
            network: *self.network.address(),
            first,
            count,
            registry_hash: self.registry.hash,
        })
    }
}
