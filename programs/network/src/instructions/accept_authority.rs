use {
    crate::{errors::NetworkError, state::Network},
    anchor_lang::prelude::*,
};

/// Second of two steps to another authority: it shows that it can sign.
#[derive(Accounts)]
pub struct AcceptAuthority {
    // Not by `address = ..`: for that the IDL would give the expression as a fixed address.
    #[account(constraint(*authority.address() == network.proposed_authority @ NetworkError::NotProposed))]
    pub authority: Signer,
    #[account(mut)]
    pub network: Box<Account<Network>>,
}

impl AcceptAuthority {
    pub fn accept(&mut self) -> Result<()> {
        self.network.authority = self.network.proposed_authority;
        self.network.proposed_authority = Address::default();
        Ok(())
    }
}
