use {
    crate::{errors::NetworkError, state::Network},
    anchor_lang::prelude::*,
    commonwire_onchain::tokens::transfer,
};

/// Deposits reward tokens in the vault of a funded network. Anyone may.
#[derive(Accounts)]
pub struct FundVault {
    pub funder: Signer,
    pub network: Box<Account<Network>>,
    /// CHECK: the token program checks that it is the funder's and of the vault's mint.
    #[account(mut)]
    pub source: UncheckedAccount,
    /// CHECK: its address.
    #[account(mut, address = network.vault @ NetworkError::WrongVault)]
    pub vault: UncheckedAccount,
    /// CHECK: its address.
    #[account(address = network.token_program @ NetworkError::WrongTokenProgram)]
    pub token_program: UncheckedAccount,
}

impl FundVault {
    pub fn fund(&mut self, amount: u64) -> Result<()> {
        self.network.require_open()?;
        require!(self.network.funded == 1, NetworkError::RewardsAreMinted);
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
