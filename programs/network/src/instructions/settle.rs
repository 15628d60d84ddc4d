use {
    crate::{
        errors::NetworkError,
        payout::Payout,
        settlement,
        settlement::Claims,
        state::{Network, Page, PAGE_SLOTS},
    },
    anchor_lang::prelude::*,
    pinocchio::cpi::Signer as PdaSigner,
};

/// Pays the owners of a contiguous run of devices what is due to each. Anyone may call it.
///
/// The caller names amounts and destinations, and none of them is trusted. Each destination must be the associated
/// token account of the owner that the leaf hashes with, and all leaves together must prove the current root.
#[derive(Accounts)]
pub struct Settle {
    #[account(mut)]
    pub network: Account<Network>,
    #[account(mut)]
    pub page: Account<Page>,
    /// CHECK: the token program checks the vault; here its address.
    #[account(mut, address = network.vault @ NetworkError::WrongVault)]
    pub vault: UncheckedAccount,
    /// CHECK: its address.
    #[account(address = network.token_program @ NetworkError::WrongTokenProgram)]
    pub token_program: UncheckedAccount,
}

impl Settle {
    /// `run`: see [`settlement::settle`].
    pub fn settle(&mut self, run: &[u8], destinations: &[AccountView]) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        self.network.require_paying(now)?;
        self.network.require_uncorrected()?;
        let first = run.first_chunk().ok_or(NetworkError::MalformedSettlement)?;
        self.page.require(
            self.network.address(),
            u32::from_le_bytes(*first) / PAGE_SLOTS,
        )?;
        let allowance = self.network.open_window(now);
        let (network, vault, token_program) = (
            *self.network.account(),
            *self.vault.account(),
            *self.token_program.address(),
        );
        let mut payout = Payout::new(
            [&vault, &network],
            &token_program,
            &self.network.mint,
            destinations,
        );
        let claims = Claims {
            root: &self.network.current.ledger_root,
            device_count: self.network.current.device_count,
            earned_total: self.network.current.earned_total,
            device_earned_max: self.network.device_earned_max,
            allowance,
        };
        let total = settlement::settle(run, &claims, &mut self.page.paid, &mut payout)?;
        self.network.pay(total)?;
        let seeds = self.network.signer_seeds();
        payout.send(PdaSigner::from(&seeds.each()));
        Ok(())
    }
}
