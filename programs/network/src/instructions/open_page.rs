// The derive macro also binds seed arguments where it does not use them.
#![allow(unused_variables)]

use {
    crate::{
        errors::NetworkError,
        seeds,
        state::{Network, Page, PAGE_SLOTS},
    },
    anchor_lang::prelude::*,
    commonwire_merkle::registry::MAX_DEVICES,
};

/// Opens the page for devices `number * 1024 ..`. Anyone may pay for it.
#[derive(Accounts)]
#[instruction(number: u32)]
pub struct OpenPage {
    #[account(mut)]
    pub payer: Signer,
    pub network: Box<Account<Network>>,
    #[account(
        init,
        payer = payer,
        seeds = [seeds::PAGE, network.address().as_ref(), &number.to_le_bytes()],
        bump
    )]
    pub page: Box<Account<Page>>,
    pub system_program: Program<System>,
}

impl OpenPage {
    pub fn open(&mut self, number: u32) -> Result<()> {
        // While a network closes, devices must still be paid that never were.
        self.network.require_unfinished()?;
        require!(number <= MAX_DEVICES / PAGE_SLOTS, NetworkError::WrongPage);
        self.page
            .open(self.payer.address(), self.network.address(), number);
        Ok(())
    }
}
