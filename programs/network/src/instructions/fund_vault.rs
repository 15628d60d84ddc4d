// The derive macro also binds seed arguments where it does not use them.
#![allow(unused_variables)]

use {
    crate::{
        errors::NetworkError,
        seeds,
        state::{Funding, Network, CLOSED},
    },
    anchor_lang::prelude::*,
    commonwire_onchain::tokens::{transfer, transfer_signed},
    pinocchio::cpi::Signer as PdaSigner,
};

/// Deposits reward tokens in the vault of a funded network. Anyone may. What is left when the network closes goes back in
/// proportion to the deposits; tokens that reach the vault in another way count for nobody.
#[derive(Accounts)]
pub struct FundVault {
    /// Pays the rent of the first deposit's record.
    #[account(mut)]
    pub funder: Signer,
    #[account(mut)]
    pub network: Box<Account<Network>>,
    #[account(
        init_if_needed,
        payer = funder,
        seeds = [seeds::FUNDING, network.address().as_ref(), funder.address().as_ref()],
        bump
    )]
    pub funding: Box<Account<Funding>>,
    /// CHECK: the token program checks that it is the funder's and of the vault's mint.
    #[account(mut)]
    pub source: UncheckedAccount,
    /// CHECK: its address.
    #[account(mut, address = network.vault @ NetworkError::WrongVault)]
    pub vault: UncheckedAccount,
    /// CHECK: its address.
    #[account(address = network.token_program @ NetworkError::WrongTokenProgram)]
    pub token_program: UncheckedAccount,
    pub system_program: Program<System>,
}

impl FundVault {
    pub fn fund(&mut self, amount: u64) -> Result<()> {
        // While a network closes, a pending epoch may still need what it earned.
        self.network.require_unfinished()?;
        require!(self.network.funded == 1, NetworkError::RewardsAreMinted);
        let (network, funder) = (*self.network.address(), *self.funder.address());
        self.funding
            .add(&mut self.network, &network, &funder, amount)?;
        transfer(
            self.token_program.address(),
            [
                self.source.account(),
                self.vault.account(),
                self.funder.account(),
            ],
            amount,
        );
        Ok(())
    }
}

/// Returns to a funder of a closed network its part of what is left in the vault, and the rent of its record.
#[derive(Accounts)]
pub struct WithdrawSurplus {
    #[account(mut, address = funding.funder @ NetworkError::NotFunder)]
    pub funder: Signer,
    #[account(constraint(network.closed == CLOSED @ NetworkError::NotClosed))]
    pub network: Box<Account<Network>>,
    #[account(
        mut,
        constraint(funding.network == *network.address() @ NetworkError::WrongFunding),
        close = funder
    )]
    pub funding: Box<Account<Funding>>,
    /// CHECK: its address.
    #[account(mut, address = network.vault @ NetworkError::WrongVault)]
    pub vault: UncheckedAccount,
    /// CHECK: chosen by the funder; the token program checks that it is of the vault's mint.
    #[account(mut)]
    pub destination: UncheckedAccount,
    /// CHECK: its address.
    #[account(address = network.token_program @ NetworkError::WrongTokenProgram)]
    pub token_program: UncheckedAccount,
}

impl WithdrawSurplus {
    pub fn withdraw(&mut self) -> Result<()> {
        let share = self.funding.share(&self.network)?;
        let seeds = self.network.signer_seeds();
        transfer_signed(
            self.token_program.address(),
            [
                self.vault.account(),
                self.destination.account(),
                self.network.account(),
            ],
            share,
            PdaSigner::from(&seeds.each()),
        );
        Ok(())
    }
}
