use {
    crate::{
        checks::{now, same},
        errors::AssetsError,
        signing::pay,
        state::{Asset, Stake},
    },
    anchor_lang::prelude::*,
    commonwire_onchain::tokens::require_associated,
};

/// Objects to the announced tranche with all shares that were staked before it was announced. They stay staked until the
/// tranche is decided.
#[derive(Accounts)]
pub struct ObjectTranche {
    #[account(constraint(same(owner.address(), &stake.owner) @ AssetsError::WrongStake))]
    pub owner: Signer,
    #[account(mut)]
    pub asset: Box<Account<Asset>>,
    #[account(mut, constraint(same(&stake.asset, asset.address()) @ AssetsError::WrongStake))]
    pub stake: Box<Account<Stake>>,
}

impl ObjectTranche {
    pub fn object(&mut self) -> Result<()> {
        self.asset.object(now()?, &mut self.stake)
    }
}

/// Pays the announced tranche to the builder. Anyone may, seven days after the announcement.
#[derive(Accounts)]
pub struct PayTranche {
    #[account(mut)]
    pub asset: Box<Account<Asset>>,
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
        let amount = self.asset.pay_tranche(now()?)?;
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
