use {
    crate::{
        errors::NetworkError,
        state::{Network, Registry},
    },
    anchor_lang::prelude::*,
    commonwire_onchain::lamports,
};

/// Withdraws the fees and slashed bonds that the registry account holds.
#[derive(Accounts)]
pub struct WithdrawFees {
    #[account(address = network.authority @ NetworkError::NotAuthority)]
    pub authority: Signer,
    pub network: Box<Account<Network>>,
    #[account(mut, constraint(registry.network == *network.address() @ NetworkError::WrongRegistry))]
    pub registry: Box<Account<Registry>>,
    /// CHECK: only receives lamports; chosen by the authority, which it may be itself.
    #[account(mut, unsafe(dup))]
    pub recipient: UncheckedAccount,
}

impl WithdrawFees {
    pub fn withdraw(&mut self) -> Result<()> {
        let registry = *self.registry.account();
        let fees = lamports::above_rent(&registry)?;
        require!(fees > 0, NetworkError::NoFees);
        lamports::take(registry, *self.recipient.account(), fees)
    }
}
