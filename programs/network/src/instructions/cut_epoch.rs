use {
    crate::{
        errors::NetworkError,
        state::{Network, Registry},
    },
    anchor_lang::prelude::*,
};

/// Ends an epoch's collection once its time is over: everything reported until now belongs to it. Anyone may call it.
#[derive(Accounts)]
pub struct CutEpoch {
    #[account(mut)]
    pub network: Box<Account<Network>>,
    #[account(constraint(registry.network == *network.address() @ NetworkError::WrongRegistry))]
    pub registry: Box<Account<Registry>>,
}

impl CutEpoch {
    pub fn cut(&mut self) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        self.network
            .cut(now, self.registry.device_count, self.registry.hash)
    }
}
