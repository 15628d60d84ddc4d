use {
    crate::{
        checks::{bump_of, now, open, same},
        errors::AssetsError,
        seeds,
        signing::set_frozen,
        state::{Asset, Metadata, Revenue, Terms, PAYMENT, REWARD},
    },
    anchor_lang::{bytemuck::Zeroable, prelude::*},
    commonwire_onchain::{
        mint::Mint,
        streams::Stream,
        token_accounts::{create_mint, create_token_account, program_of},
        tokens::{is_token_program, require_associated},
    },
};

/// Creates an asset with its share mint, its escrow and the vault of staked shares, and opens it to funders.
///
/// The creator signs and is a seed of the address, so nobody else can take the address; lamports sent there before don't get in
/// the way. The revenue vaults are the asset's associated token accounts and exist already.
#[derive(Accounts)]
pub struct CreateAsset {
    /// Pays the rent.
    #[account(mut)]
    pub creator: Signer,
    /// CHECK: made in `create` at its address.
    #[account(mut)]
    pub asset: UncheckedAccount,
    /// CHECK: made in `create` at this address.
    #[account(mut)]
    pub share_mint: UncheckedAccount,
    /// CHECK: made in `create` at this address.
    #[account(mut)]
    pub escrow: UncheckedAccount,
    /// CHECK: made in `create` at this address.
    #[account(mut)]
    pub stake_vault: UncheckedAccount,
    /// CHECK: read and checked in `create`.
    pub payment_mint: UncheckedAccount,
    /// CHECK: address and owner are checked in `create`.
    pub payment_vault: UncheckedAccount,
    /// CHECK: SPL Token or Token-2022, whichever owns the mint: checked in `create`.
    pub payment_token_program: UncheckedAccount,
    /// CHECK: Token-2022 for an asset with permits, otherwise SPL Token: checked in `create`.
    pub share_token_program: UncheckedAccount,
    /// CHECK: the token in which the asset's devices earn, read and checked in `create`. This program: none.
    pub reward_mint: UncheckedAccount,
    /// CHECK: address and owner are checked in `create`.
    pub reward_vault: UncheckedAccount,
    /// CHECK: SPL Token or Token-2022, whichever owns the mint: checked in `create`.
    pub reward_token_program: UncheckedAccount,
    pub system_program: Program<System>,
}

impl CreateAsset {
    pub fn create(
        &mut self,
        id: u64,
        authority: Address,
        compliance: Address,
        terms: Terms,
        metadata: Metadata,
    ) -> Result<()> {
        let now = now()?;
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
        // Zeros mean that there is no second stream.
        let mut reward = Revenue::zeroed();
        if !same(self.reward_mint.address(), &crate::ID) {
            require!(
                !same(self.reward_mint.address(), &payment.mint),
                AssetsError::SameMint
            );
            reward = revenue(
                self.asset.address(),
                [
                    &self.reward_mint,
                    &self.reward_vault,
                    &self.reward_token_program,
                ],
                stream,
            )?;
        }
        let asset = &mut self.open(id)?;
        asset.creator = *self.creator.address();
        asset.id = id;
        asset.authority = authority;
        asset.compliance = compliance;
        asset.share_mint = *self.share_mint.address();
        asset.share_program = program_of(compliance != Address::default());
        asset.escrow = *self.escrow.address();
        asset.stake_vault = *self.stake_vault.address();
        asset.terms = terms;
        asset.metadata = metadata;
        asset.revenue[PAYMENT] = payment;
        asset.revenue[REWARD] = reward;
        self.make_accounts(asset)
    }

    /// The account of the asset, which must be new.
    #[inline(never)]
    fn open(&self, id: u64) -> Result<Account<Asset>> {
        let mut view = *self.asset.account();
        let creator = self.creator.address();
        let bump = open(
            self.creator.account(),
            &mut view,
            [seeds::ASSET, creator.as_ref(), &id.to_le_bytes()],
            Asset::DISCRIMINATOR.len() + size_of::<Asset>(),
            Asset::DISCRIMINATOR,
        )?;
        // SAFETY: loaded nowhere else in this instruction.
        let mut asset = unsafe { Account::<Asset>::load_mut(view)? };
        asset.bump = bump.ok_or(AssetsError::WrongAddress)?;
        Ok(asset)
    }

    #[inline(never)]
    fn make_accounts(&self, of: &Account<Asset>) -> Result<()> {
        let (asset, share_program) = (*of.address(), of.share_program);
        let given = self.share_token_program.address();
        require!(same(given, &share_program), AssetsError::WrongTokenProgram);
        let payer = self.creator.account();
        let mint = self.share_mint.account();
        let permissioned = of.is_permissioned();
        let bump = bump_of(mint, &[seeds::SHARES, asset.as_ref()])?;
        let seeds = [seeds::SHARES, asset.as_ref(), &[bump]];
        create_mint(payer, mint, &asset, permissioned, &seeds)?;
        let (escrow, payment_mint) = (self.escrow.account(), self.payment_mint.account());
        let bump = bump_of(escrow, &[seeds::ESCROW, asset.as_ref()])?;
        create_token_account(
            payer,
            [escrow, payment_mint],
            self.payment_token_program.address(),
            &asset,
            &[seeds::ESCROW, asset.as_ref(), &[bump]],
        )?;
        let vault = self.stake_vault.account();
        let bump = bump_of(vault, &[seeds::STAKED, asset.as_ref()])?;
        create_token_account(
            payer,
            [vault, mint],
            &share_program,
            &asset,
            &[seeds::STAKED, asset.as_ref(), &[bump]],
        )?;
        if permissioned {
            // The vault stays thawed: only the program moves what is in it.
            set_frozen(of, [vault, mint], false);
        }
        Ok(())
    }
}

/// A stream in a token that nobody can freeze, tax or take back, whose vault is the asset's.
#[inline(never)]
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
