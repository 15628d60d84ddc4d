use {
    crate::{
        errors::NetworkError,
        state::{Network, Page, CLOSED},
    },
    anchor_lang::prelude::*,
};

/// Closes a page of a closed network and returns the rent to the account that paid it. Anyone may call it.
#[derive(Accounts)]
pub struct ClosePage {
    #[account(constraint(network.closed == CLOSED @ NetworkError::NotClosed))]
    pub network: Box<Account<Network>>,
    /// CHECK: only receives lamports.
    #[account(mut, address = page.payer @ NetworkError::WrongPayer)]
    pub payer: UncheckedAccount,
    #[account(
        mut,
        constraint(page.is_of(network.address()) @ NetworkError::WrongPage),
        close = payer
    )]
    pub page: Box<Account<Page>>,
}
