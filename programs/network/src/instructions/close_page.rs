use {
    crate::{
        errors::NetworkError,
        state::{Network, Page},
    },
    anchor_lang::prelude::*,
};

/// Closes a page of a closed network; its rent goes back to who paid it. Anyone may call it.
#[derive(Accounts)]
pub struct ClosePage {
    #[account(constraint(network.closed == 1 @ NetworkError::NotClosed))]
    pub network: Box<Account<Network>>,
    /// CHECK: only gets lamports.
    #[account(mut, address = page.payer @ NetworkError::WrongPayer)]
    pub payer: UncheckedAccount,
    #[account(
        mut,
        constraint(page.is_of(network.address()) @ NetworkError::WrongPage),
        close = payer
    )]
    pub page: Box<Account<Page>>,
}
