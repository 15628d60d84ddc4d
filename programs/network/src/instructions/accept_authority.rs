use {
    crate::{errors::NetworkError, state::Network},
    anchor_lang::prelude::*,
};

/// Second of two steps that hand over the authority: the new one proves that it can sign.
#[derive(Accounts)]
pub struct AcceptAuthority {
    // Not with `address = ..`: the IDL would show the expression as a fixed address.
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
