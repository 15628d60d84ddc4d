// The derive macro also binds seed arguments where it does not use them.
#![allow(unused_variables)]

use {
    crate::{
        errors::AssetsError,
        seeds,
        state::{Asset, Metadata, Revenue, Terms, PAYMENT, REWARD},
    },
    anchor_lang::prelude::*,
    commonwire_onchain::{
        mint::Mint,
        streams::Stream,
        token_accounts::{create_mint, create_token_account, thaw},
        tokens::{is_token_program, require_associated},
    },
    pinocchio::cpi::Signer as PdaSigner,
};

/// Creates an asset with its share mint, its escrow and the vault of staked shares, and opens it to funders.
///
/// The creator signs and is a seed of the address, so nobody else can take the address; lamports sent there before don't get in
/// the way. The revenue vaults are the asset's associated token accounts and exist already.
#[derive(Accounts)]
#[instruction(id: u64)]
pub struct CreateAsset {
    /// Pays the rent.
    #[account(mut)]
    pub creator: Signer,
    #[account(
        init,
        payer = creator,
        seeds = [seeds::ASSET, creator.address().as_ref(), &id.to_le_bytes()],
        bump
    )]
    pub asset: Box<Account<Asset>>,
    /// CHECK: made in `create` at this address.
    #[account(mut, seeds = [seeds::SHARES, asset.address().as_ref()], bump)]
    pub share_mint: UncheckedAccount,
    /// CHECK: made in `create` at this address.
    #[account(mut, seeds = [seeds::ESCROW, asset.address().as_ref()], bump)]
    pub escrow: UncheckedAccount,
    /// CHECK: made in `create` at this address.
    #[account(mut, seeds = [seeds::STAKED, asset.address().as_ref()], bump)]
    pub stake_vault: UncheckedAccount,
    /// CHECK: read and checked in `create`.
    pub payment_mint: UncheckedAccount,
    /// CHECK: address and owner are checked in `create`.
    pub payment_vault: UncheckedAccount,
    /// CHECK: SPL Token or Token-2022, whichever owns the mint: checked in `create`.
    pub payment_token_program: UncheckedAccount,
    /// CHECK: Token-2022 for an asset with permits, otherwise SPL Token: checked in `create`.
    pub share_token_program: UncheckedAccount,
    /// CHECK: the token in which the asset's devices earn, read and checked in `create`.
    pub reward_mint: Option<UncheckedAccount>,
    /// CHECK: address and owner are checked in `create`.
    pub reward_vault: Option<UncheckedAccount>,
    /// CHECK: SPL Token or Token-2022, whichever owns the mint: checked in `create`.
    pub reward_token_program: Option<UncheckedAccount>,
    pub system_program: Program<System>,
}

/// Bumps of the addresses that `create` makes: asset, share mint, escrow, stake vault.
pub type Bumps = [u8; 4];

impl CreateAsset {
    pub fn create(
        &mut self,
        id: u64,
        authority: Address,
        compliance: Address,
        terms: Terms,
        metadata: Metadata,
        bumps: Bumps,
    ) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        terms.validate(now)?;
        require!(authority != Address::default(), AssetsError::BadRole);
        let stream = Stream::open(terms.window_seconds, now).map_err(AssetsError::from)?;
        let payment = revenue(
            self.asset.address(),
            [
                &self.payment_mint,
                &self.payment_vault,
                &self.payment_token_program,
            ],
            stream,
        )?;
        let reward = match (
            &self.reward_mint,
            &self.reward_vault,
            &self.reward_token_program,
        ) {
            (Some(mint), Some(vault), Some(program)) => {
                require!(*mint.address() != payment.mint, AssetsError::SameMint);
                Some(revenue(
                    self.asset.address(),
                    [mint, vault, program],
                    stream,
                )?)
            }
            (None, None, None) => None,
            _ => return Err(AssetsError::IncompleteReward.into()),
        };

        let asset = &mut self.asset;
        asset.creator = *self.creator.address();
        asset.id = id;
        asset.authority = authority;
        asset.compliance = compliance;
        asset.share_mint = *self.share_mint.address();
        asset.escrow = *self.escrow.address();
        asset.stake_vault = *self.stake_vault.address();
        asset.terms = terms;
        asset.metadata = metadata;
        asset.revenue[PAYMENT] = payment;
        if let Some(reward) = reward {
            asset.revenue[REWARD] = reward;
        }
        asset.bump = bumps[0];
        self.make_accounts(bumps)
    }

    fn make_accounts(&self, [_, mint_bump, escrow_bump, vault_bump]: Bumps) -> Result<()> {
        let asset = *self.asset.address();
        let share_program = self.asset.share_program();
        require!(
            *self.share_token_program.address() == share_program,
            AssetsError::WrongTokenProgram
        );
        let payer = self.creator.account();
        let mint = self.share_mint.account();
        let permissioned = self.asset.is_permissioned();
        let seeds = [seeds::SHARES, asset.as_ref(), &[mint_bump]];
        create_mint(payer, mint, &asset, permissioned, &seeds)?;
        create_token_account(
            payer,
            [self.escrow.account(), self.payment_mint.account()],
            self.payment_token_program.address(),
            &asset,
            &[seeds::ESCROW, asset.as_ref(), &[escrow_bump]],
        )?;
        let vault = self.stake_vault.account();
        create_token_account(
            payer,
            [vault, mint],
            &share_program,
            &asset,
            &[seeds::STAKED, asset.as_ref(), &[vault_bump]],
        )?;
        if permissioned {
            // The vault stays thawed: only the program moves what is in it.
            let signer = self.asset.signer_seeds();
            thaw(
                &share_program,
                [vault, mint, self.asset.account()],
                PdaSigner::from(&signer.each()),
            );
        }
        Ok(())
    }
}

/// A stream in a token that nobody can freeze, tax or take back, whose vault is the asset's.
fn revenue(
    asset: &Address,
    [mint, vault, token_program]: [&UncheckedAccount; 3],
    stream: Stream,
) -> Result<Revenue> {
    let program = *token_program.address();
    require!(
        is_token_program(&program) && mint.account().owned_by(&program),
        AssetsError::WrongTokenProgram
    );
    let read = Mint::read(&mint.account().try_borrow()?).map_err(AssetsError::from)?;
    require!(!read.freezable, AssetsError::FreezableMint);
    require_associated(vault.account(), asset, &program, mint.address())
        .map_err(AssetsError::from)?;
    Ok(Revenue {
        mint: *mint.address(),
        token_program: program,
        vault: *vault.address(),
        held: 0,
        stream,
    })
}
