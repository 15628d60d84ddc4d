use {
    crate::{
        errors::AssetsError,
        state::{Asset, Stake},
    },
    anchor_lang::prelude::*,
    commonwire_onchain::{
        token_accounts::supply,
        tokens::{require_associated, transfer_signed},
    },
    pinocchio::cpi::Signer as PdaSigner,
};

/// Announces the next tranche with evidence that it was earned.
#[derive(Accounts)]
pub struct AnnounceTranche {
    #[account(address = asset.authority @ AssetsError::NotAuthority)]
    pub authority: Signer,
    #[account(mut)]
    pub asset: Box<Account<Asset>>,
    /// CHECK: its address.
    #[account(address = asset.share_mint @ AssetsError::WrongShareMint)]
    pub share_mint: UncheckedAccount,
}

impl AnnounceTranche {
    pub fn announce(&mut self, evidence_hash: [u8; 32], evidence: [u8; 128]) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let supply = supply(self.share_mint.account())?;
        self.asset.announce(now, supply, evidence_hash, evidence)
    }
}

/// Objects to the announced tranche with all shares that were staked before it was announced. They stay staked until the
/// tranche is decided.
#[derive(Accounts)]
pub struct ObjectTranche {
    #[account(address = stake.owner @ AssetsError::WrongStake)]
    pub owner: Signer,
    #[account(mut)]
    pub asset: Box<Account<Asset>>,
    #[account(mut, constraint(stake.asset == *asset.address() @ AssetsError::WrongStake))]
    pub stake: Box<Account<Stake>>,
    /// CHECK: its address.
    #[account(address = asset.share_mint @ AssetsError::WrongShareMint)]
    pub share_mint: UncheckedAccount,
}

impl ObjectTranche {
    pub fn object(&mut self) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let supply = supply(self.share_mint.account())?;
        self.asset.object(now, supply, &mut self.stake)
    }
}

/// Pays the announced tranche to the builder. Anyone may, seven days after the announcement.
#[derive(Accounts)]
pub struct PayTranche {
    #[account(mut)]
    pub asset: Box<Account<Asset>>,
    /// CHECK: its address.
    #[account(address = asset.share_mint @ AssetsError::WrongShareMint)]
    pub share_mint: UncheckedAccount,
    /// CHECK: its address.
    #[account(mut, address = asset.escrow @ AssetsError::WrongEscrow)]
    pub escrow: UncheckedAccount,
    /// CHECK: the builder's associated token account of the payment token, checked in `pay`: whoever calls must not choose where
    /// the money goes. Anyone may create it.
    #[account(mut)]
    pub destination: UncheckedAccount,
    /// CHECK: its address.
    #[account(constraint(payment_token_program.address() == asset.payment_program() @ AssetsError::WrongTokenProgram))]
    pub payment_token_program: UncheckedAccount,
}

impl PayTranche {
    pub fn pay(&mut self) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let supply = supply(self.share_mint.account())?;
        let amount = self.asset.pay_tranche(now, supply)?;
        require_associated(
            self.destination.account(),
            &self.asset.terms.builder,
            self.payment_token_program.address(),
            &self.asset.revenue[0].mint,
        )
        .map_err(|_| AssetsError::WrongDestination)?;
        let seeds = self.asset.signer_seeds();
        transfer_signed(
            self.payment_token_program.address(),
            [
                self.escrow.account(),
                self.destination.account(),
                self.asset.account(),
            ],
            amount,
            PdaSigner::from(&seeds.each()),
        );
        Ok(())
    }
}

/// Lets holders redeem their shares for what is left: the authority may at any time, anyone else 90 days past a tranche's date.
#[derive(Accounts)]
pub struct OpenClawBack {
    pub caller: Signer,
    #[account(mut)]
    pub asset: Box<Account<Asset>>,
    /// CHECK: its address.
    #[account(address = asset.share_mint @ AssetsError::WrongShareMint)]
    pub share_mint: UncheckedAccount,
}

impl OpenClawBack {
    pub fn open(&mut self) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let by_authority = *self.caller.address() == self.asset.authority;
        let supply = supply(self.share_mint.account())?;
        self.asset.open_claw_back(now, supply, by_authority)
    }
}
