//! Pays the owners of settled devices from the vault.

use {
    crate::settlement::Payees,
    anchor_lang::prelude::*,
    commonwire_onchain::tokens::{AssociatedAddress, Transfers},
    pinocchio::cpi::Signer,
};

/// Payments to destinations that a settlement names, in order.
pub struct Payout<'a> {
    destinations: core::slice::Iter<'a, AccountView>,
    associated: AssociatedAddress,
    payments: Transfers<'a>,
}

impl<'a> Payout<'a> {
    #[inline(always)]
    pub fn new(
        vault_and_authority: [&'a AccountView; 2],
        token_program: &'a Address,
        mint: &Address,
        destinations: &'a [AccountView],
    ) -> Self {
        Self {
            destinations: destinations.iter(),
            associated: AssociatedAddress::new(token_program, mint),
            payments: Transfers::with_capacity(
                vault_and_authority,
                token_program,
                destinations.len(),
            ),
        }
    }

    /// Makes the payments.
    #[inline(always)]
    pub fn send(&self, signer: Signer) {
        self.payments.send(signer);
    }
}

impl<'a> Payees<'a> for Payout<'a> {
    type Account = &'a AccountView;

    #[inline(always)]
    fn next(&mut self) -> Option<&'a AccountView> {
        self.destinations.next()
    }

    #[inline(always)]
    fn owner(&mut self, account: &'a AccountView, bump: u8) -> Option<&'a [u8; 32]> {
        // SAFETY: nothing writes the account's data while the owner is in use: it is none of the accounts that `settle`
        // writes itself, which the framework refuses among the destinations.
        unsafe {
            self.associated
                .owner(account, self.payments.token_program(), bump)
        }
    }

    #[inline(always)]
    fn pay(&mut self, account: &'a AccountView, amount: u64) {
        // SAFETY: there is room for a payment to each destination, and each is paid once at most.
        unsafe { self.payments.push(account, amount) }
    }
}
