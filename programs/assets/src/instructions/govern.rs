use {
    crate::{errors::AssetsError, state::Asset},
    anchor_lang::prelude::*,
};

/// First of two steps that hand over the authority; zero withdraws the proposal.
#[derive(Accounts)]
pub struct ProposeAuthority {
    #[account(address = asset.authority @ AssetsError::NotAuthority)]
    pub authority: Signer,
    #[account(mut)]
    pub asset: Box<Account<Asset>>,
}

impl ProposeAuthority {
    pub fn propose(&mut self, authority: Address) -> Result<()> {
        self.asset.proposed_authority = authority;
        Ok(())
    }
}

/// Second of two steps that hand over the authority: the new one proves that it can sign.
#[derive(Accounts)]
pub struct AcceptAuthority {
    // Not with `address = ..`: the IDL would show the expression as a fixed address.
    #[account(constraint(*authority.address() == asset.proposed_authority @ AssetsError::NotProposed))]
    pub authority: Signer,
    #[account(mut)]
    pub asset: Box<Account<Asset>>,
}

impl AcceptAuthority {
    pub fn accept(&mut self) -> Result<()> {
        self.asset.authority = self.asset.proposed_authority;
        self.asset.proposed_authority = Address::default();
        Ok(())
    }
}
