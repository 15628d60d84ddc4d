use {
    crate::{
        errors::StakeError,
        state::{Pool, Position},
    },
    anchor_lang::prelude::*,
    commonwire_onchain::tokens::{balance, transfer_signed},
    pinocchio::cpi::Signer as PdaSigner,
};

/// Counts the income that has arrived in the vault since the last time: the next window streams it. Anyone may call it.
#[derive(Accounts)]
pub struct CountIncome {
    #[account(mut)]
    pub pool: Box<Account<Pool>>,
    /// CHECK: its address.
    #[account(address = pool.vault @ StakeError::WrongVault)]
    pub vault: UncheckedAccount,
}

impl CountIncome {
    pub fn count(&mut self) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let balance = balance(self.vault.account()).map_err(StakeError::from)?;
        self.pool.count_income(now, balance)
    }
}

/// Pays what a position has earned.
#[derive(Accounts)]
pub struct Claim {
    pub owner: Signer,
    #[account(mut)]
    pub pool: Box<Account<Pool>>,
    #[account(mut)]
    pub position: Box<Account<Position>>,
    /// CHECK: its address.
    #[account(mut, address = pool.vault @ StakeError::WrongVault)]
    pub vault: UncheckedAccount,
    /// CHECK: chosen by the owner; the token program checks that it is of the vault's mint.
    #[account(mut)]
    pub destination: UncheckedAccount,
    /// CHECK: its address.
    #[account(address = pool.income_token_program @ StakeError::WrongTokenProgram)]
    pub income_token_program: UncheckedAccount,
}

impl Claim {
    pub fn claim(&mut self) -> Result<()> {
        self.position
            .require_of(self.pool.address(), self.owner.address())?;
        let now = Clock::get()?.unix_timestamp;
        let amount = self.pool.claim(now, &mut self.position)?;
        let seeds = self.pool.signer_seeds();
        transfer_signed(
            self.income_token_program.address(),
            [
                self.vault.account(),
                self.destination.account(),
                self.pool.account(),
            ],
            amount,
            PdaSigner::from(&seeds.each()),
        );
        Ok(())
    }
}
