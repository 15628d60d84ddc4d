use {
    crate::{
        checks::{load, open, same},
        errors::MarketError,
        network::Network,
        seeds,
        state::{Fees, Market},
    },
    anchor_lang::prelude::*,
    commonwire_onchain::{
        mint::Mint,
        tokens::{is_token_program, require_associated},
    },
};

/// Two hours, within which devices report late at most, to seven days.
const LATE_WINDOW_SECONDS: core::ops::RangeInclusive<u32> = 7_200..=604_800;

/// Creates a market in one token, under the rules of one network.
///
/// The creator signs and is a seed of the address, so nobody else can take the address. Its vault is its associated token account
/// and exists already. The token may have a freeze authority, as stablecoins do: whoever trades here trusts its issuer anyway.
#[derive(Accounts)]
pub struct CreateMarket {
    /// Pays the rent.
    #[account(mut)]
    pub creator: Signer,
    /// CHECK: made in `create` at its address.
    #[account(mut)]
    pub market: UncheckedAccount,
    /// CHECK: read and checked in `create`.
    pub network: UncheckedAccount,
    /// CHECK: read and checked in `create`.
    pub mint: UncheckedAccount,
    /// CHECK: address and owner are checked in `create`.
    pub vault: UncheckedAccount,
    /// CHECK: SPL Token or Token-2022, whichever owns the mint: checked in `create`.
    pub token_program: UncheckedAccount,
    pub system_program: Program<System>,
}

impl CreateMarket {
    pub fn create(
        &mut self,
        id: u64,
        authority: Address,
        fees: Fees,
        late_window_seconds: u32,
    ) -> Result<()> {
        require!(authority != Address::default(), MarketError::BadRole);
        require!(
            LATE_WINDOW_SECONDS.contains(&late_window_seconds),
            MarketError::BadLateWindow
        );
        let network = Network::read(self.network.account())?;
        let mint = self.mint.address();
        let pays_reward = same(mint, &network.mint);
        fees.validate(pays_reward)?;
        self.require_token()?;
        let (mut view, creator) = (*self.market.account(), *self.creator.address());
        let bump = open(
            self.creator.account(),
            &mut view,
            [seeds::MARKET, creator.as_ref(), &id.to_le_bytes(), &[]],
            Market::DISCRIMINATOR.len() + size_of::<Market>(),
            Market::DISCRIMINATOR,
        )?;
        // SAFETY: loaded nowhere else in this instruction.
        let mut market = unsafe { load::<Market>(&self.market)? };
        market.creator = creator;
        market.id = id;
        market.network = *self.network.address();
        market.authority = authority;
        market.mint = *mint;
        market.token_program = *self.token_program.address();
        market.vault = *self.vault.address();
        market.fees = fees;
        market.late_window_seconds = late_window_seconds;
        market.pays_reward = u8::from(pays_reward);
        market.bump = bump;
        Ok(())
    }

    /// Requires a token that nobody can tax or take back, and the market's vault for it.
    #[inline(never)]
    fn require_token(&self) -> Result<()> {
        let program = self.token_program.address();
        let mint = self.mint.account();
        require!(
            is_token_program(program) && mint.owned_by(program),
            MarketError::WrongTokenProgram
        );
        Mint::read(&mint.try_borrow()?).map_err(MarketError::from)?;
        require_associated(
            self.vault.account(),
            self.market.address(),
            program,
            mint.address(),
        )
        .map_err(MarketError::from)?;
        Ok(())
    }
}
