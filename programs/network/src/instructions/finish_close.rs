use {
    crate::{errors::NetworkError, state::Network},
    anchor_lang::prelude::*,
    commonwire_onchain::tokens::{
        balance, require_associated, set_mint_authority, transfer_signed,
    },
    pinocchio::cpi::Signer as PdaSigner,
};

/// Closes a network for ever, once its owners had their time. Anyone may call it.
///
/// A network that mints hands the mint authority and what nobody collected to the heir that was named; in a funded network
/// what is left waits for its funders.
#[derive(Accounts)]
pub struct FinishClose {
    #[account(mut)]
    pub network: Box<Account<Network>>,
    /// CHECK: the token program checks the mint; here its address.
    #[account(mut, address = network.mint @ NetworkError::WrongMint)]
    pub mint: UncheckedAccount,
    /// CHECK: the token program checks the vault; here its address.
    #[account(mut, address = network.vault @ NetworkError::WrongVault)]
    pub vault: UncheckedAccount,
    /// CHECK: the heir's associated token account, where rewards were minted; another account otherwise.
    #[account(mut)]
    pub destination: UncheckedAccount,
    /// CHECK: its address.
    #[account(address = network.token_program @ NetworkError::WrongTokenProgram)]
    pub token_program: UncheckedAccount,
}

impl FinishClose {
    pub fn finish(&mut self) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        self.network.finish_close(now)?;
        let left = balance(self.vault.account()).map_err(NetworkError::from)?;
        if self.network.funded == 1 {
            self.network.surplus = left;
            return Ok(());
        }
        let (heir, token_program) = (self.network.heir, *self.token_program.address());
        require_associated(
            self.destination.account(),
            &heir,
            &token_program,
            self.mint.address(),
        )
        .map_err(|_| NetworkError::WrongDestination)?;
        let seeds = self.network.signer_seeds();
        transfer_signed(
            &token_program,
            [
                self.vault.account(),
                self.destination.account(),
                self.network.account(),
            ],
            left,
            PdaSigner::from(&seeds.each()),
        );
        set_mint_authority(
            &token_program,
            [self.mint.account(), self.network.account()],
            &heir,
            PdaSigner::from(&seeds.each()),
        );
        Ok(())
    }
}
