use {
    crate::{errors::NetworkError, state::Network},
    anchor_lang::prelude::*,
    commonwire_onchain::tokens::{balance, mint_to},
    pinocchio::cpi::Signer as PdaSigner,
};

/// Makes a pending epoch current once its challenge period is over. Mints what was newly earned into the vault, or requires
/// the vault to hold it. Anyone may call it.
#[derive(Accounts)]
pub struct Promote {
    #[account(mut)]
    pub network: Box<Account<Network>>,
    /// CHECK: the token program checks the mint; here its address.
    #[account(mut, address = network.mint @ NetworkError::WrongMint)]
    pub mint: UncheckedAccount,
    /// CHECK: the token program checks the vault; here its address.
    #[account(mut, address = network.vault @ NetworkError::WrongVault)]
    pub vault: UncheckedAccount,
    /// CHECK: its address.
    #[account(address = network.token_program @ NetworkError::WrongTokenProgram)]
    pub token_program: UncheckedAccount,
}

impl Promote {
    pub fn promote(&mut self) -> Result<()> {
        let clock = Clock::get()?;
        self.network.require_paying(clock.unix_timestamp)?;
        let fresh = self.network.promote(clock.unix_timestamp, clock.slot)?;
        if self.network.funded == 1 {
            let unpaid = self
                .network
                .current
                .earned_total
                .checked_sub(self.network.total_paid)
                .ok_or(NetworkError::Overflow)?;
            require!(
                balance(self.vault.account()).map_err(NetworkError::from)? >= unpaid,
                NetworkError::NotFunded
            );
            return Ok(());
        }
        if fresh == 0 {
            return Ok(());
        }
        let seeds = self.network.signer_seeds();
        mint_to(
            self.token_program.address(),
            [
                self.mint.account(),
                self.vault.account(),
                self.network.account(),
            ],
            fresh,
            PdaSigner::from(&seeds.each()),
        );
        Ok(())
    }
}
