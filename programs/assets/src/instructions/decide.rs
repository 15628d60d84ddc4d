use {
    crate::{
        checks::{now, same},
        errors::AssetsError,
        state::Asset,
    },
    anchor_lang::prelude::*,
};

/// The decisions about an asset that only its authority may make, or the one that it proposed, or anyone once it is late.
#[derive(Accounts)]
pub struct Decide {
    pub caller: Signer,
    #[account(mut)]
    pub asset: Box<Account<Asset>>,
}

impl Decide {
    /// Announces the next tranche with evidence that it was earned.
    pub fn announce(&mut self, evidence_hash: [u8; 32], evidence: [u8; 128]) -> Result<()> {
        require!(self.is_authority(), AssetsError::NotAuthority);
        self.asset.announce(now()?, evidence_hash, evidence)
    }

    /// Lets holders redeem their shares for what is left: the authority may at any time, anyone else 90 days past a tranche's date.
    pub fn open_claw_back(&mut self) -> Result<()> {
        let by_authority = self.is_authority();
        self.asset.open_claw_back(now()?, by_authority)
    }

    /// First of two steps that hand over the authority; zero withdraws the proposal.
    pub fn propose_authority(&mut self, authority: Address) -> Result<()> {
        require!(self.is_authority(), AssetsError::NotAuthority);
        self.asset.proposed_authority = authority;
        Ok(())
    }

    /// Second step: the new authority proves that it can sign.
    pub fn accept_authority(&mut self) -> Result<()> {
        let proposed = same(self.caller.address(), &self.asset.proposed_authority);
        require!(proposed, AssetsError::NotProposed);
        self.asset.authority = self.asset.proposed_authority;
        self.asset.proposed_authority = Address::default();
        Ok(())
    }

    #[inline(never)]
    fn is_authority(&self) -> bool {
        same(self.caller.address(), &self.asset.authority)
    }
}
