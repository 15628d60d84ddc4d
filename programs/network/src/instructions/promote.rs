use {
    crate::{errors::NetworkError, seeds, state::Network},
    anchor_lang::prelude::*,
    anchor_spl::{
        mint::Mint,
        token::{TokenAccount, TokenCpiExt},
    },
};

/// Makes a pending epoch current once its challenge period is over, and mints what it added into the vault. Anyone may
/// call it.
#[derive(Accounts)]
pub struct Promote {
    #[account(mut)]
    pub network: Account<Network>,
    #[account(mut, address = network.mint)]
    pub mint: Account<Mint>,
    #[account(mut, address = network.vault @ NetworkError::WrongVault)]
    pub vault: Account<TokenAccount>,
    pub token_program: Program<Token>,
}

impl Promote {
    pub fn promote(&mut self) -> Result<()> {
        let growth = self.network.promote(Clock::get()?.unix_timestamp)?;
        if growth == 0 {
            return Ok(());
        }
        let (creator, id, bump) = (
            self.network.creator,
            self.network.id.to_le_bytes(),
            [self.network.bump],
        );
        let signer: &[&[u8]] = &[seeds::NETWORK, creator.as_ref(), &id, &bump];
        self.token_program.mint_to(
            &mut self.mint,
            &mut self.vault,
            &self.network,
            &[signer],
            growth,
        )
    }
}
