use {
    crate::{
        checks::{now, same},
        errors::AssetsError,
        signing::pay,
        state::{Asset, Stake},
    },
    anchor_lang::prelude::*,
    commonwire_onchain::{token_accounts::supply, tokens::require_associated},
};

/// Announces the next tranche, or lets holders claw back what is left.
#[derive(Accounts)]
pub struct Decide {
    /// The authority; anyone may open a claw-back 90 days past a tranche's date.
    pub caller: Signer,
    #[account(mut)]
    pub asset: Account<Asset>,
    /// CHECK: its address.
    #[account(constraint(same(share_mint.address(), &asset.share_mint) @ AssetsError::WrongShareMint))]
    pub share_mint: UncheckedAccount,
}

impl Decide {
    /// Announces the next tranche with evidence that it was earned.
    pub fn announce(&mut self, evidence_hash: [u8; 32], evidence: [u8; 128]) -> Result<()> {
        require!(self.is_authority(), AssetsError::NotAuthority);
        let supply = supply(self.share_mint.account())?;
        self.asset.announce(now()?, supply, evidence_hash, evidence)
    }

    pub fn open_claw_back(&mut self) -> Result<()> {
        let by_authority = self.is_authority();
        let supply = supply(self.share_mint.account())?;
        self.asset.open_claw_back(now()?, supply, by_authority)
    }

    fn is_authority(&self) -> bool {
        same(self.caller.address(), &self.asset.authority)
    }
}

/// Objects to the announced tranche with all shares that were staked before it was announced. They stay staked until the
/// tranche is decided.
#[derive(Accounts)]
pub struct ObjectTranche {
    #[account(constraint(same(owner.address(), &stake.owner) @ AssetsError::WrongStake))]
    pub owner: Signer,
    #[account(mut)]
    pub asset: Account<Asset>,
    #[account(mut, constraint(same(&stake.asset, asset.address()) @ AssetsError::WrongStake))]
    pub stake: Account<Stake>,
    /// CHECK: its address.
    #[account(constraint(same(share_mint.address(), &asset.share_mint) @ AssetsError::WrongShareMint))]
    pub share_mint: UncheckedAccount,
}

impl ObjectTranche {
    pub fn object(&mut self) -> Result<()> {
        let supply = supply(self.share_mint.account())?;
        self.asset.object(now()?, supply, &mut self.stake)
    }
}

/// Pays the announced tranche to the builder. Anyone may, seven days after the announcement.
#[derive(Accounts)]
pub struct PayTranche {
    #[account(mut)]
    pub asset: Account<Asset>,
    /// CHECK: its address.
    #[account(constraint(same(share_mint.address(), &asset.share_mint) @ AssetsError::WrongShareMint))]
    pub share_mint: UncheckedAccount,
    /// CHECK: its address.
    #[account(mut, constraint(same(escrow.address(), &asset.escrow) @ AssetsError::WrongEscrow))]
    pub escrow: UncheckedAccount,
    /// CHECK: the builder's associated token account of the payment token, checked in `pay`: whoever calls must not choose where
    /// the money goes. Anyone may create it.
    #[account(mut)]
    pub destination: UncheckedAccount,
    /// CHECK: its address.
    #[account(constraint(same(payment_token_program.address(), &asset.revenue[0].token_program) @ AssetsError::WrongTokenProgram))]
    pub payment_token_program: UncheckedAccount,
}

impl PayTranche {
    pub fn pay(&mut self) -> Result<()> {
        let supply = supply(self.share_mint.account())?;
        let amount = self.asset.pay_tranche(now()?, supply)?;
        require_associated(
            self.destination.account(),
            &self.asset.terms.builder,
            self.payment_token_program.address(),
            &self.asset.revenue[0].mint,
        )
        .map_err(|_| AssetsError::WrongDestination)?;
        let accounts = [self.escrow.account(), self.destination.account()];
        pay(
            &self.asset,
            self.payment_token_program.address(),
            accounts,
            amount,
        );
        Ok(())
    }
}
