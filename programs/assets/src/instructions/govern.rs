use {
    crate::{checks::same, errors::AssetsError, state::Asset},
    anchor_lang::prelude::*,
};

/// Hands over the authority in two steps: the new one proves that it can sign.
#[derive(Accounts)]
pub struct Govern {
    /// The authority, or the one that it proposed.
    pub authority: Signer,
    #[account(mut)]
    pub asset: Account<Asset>,
}

impl Govern {
    /// The first step; zero withdraws the proposal.
    pub fn propose(&mut self, authority: Address) -> Result<()> {
        let by_authority = same(self.authority.address(), &self.asset.authority);
        require!(by_authority, AssetsError::NotAuthority);
        self.asset.proposed_authority = authority;
        Ok(())
    }

    /// The second step.
    pub fn accept(&mut self) -> Result<()> {
        let proposed = same(self.authority.address(), &self.asset.proposed_authority);
        require!(proposed, AssetsError::NotProposed);
        self.asset.authority = self.asset.proposed_authority;
        self.asset.proposed_authority = Address::default();
        Ok(())
    }
}
