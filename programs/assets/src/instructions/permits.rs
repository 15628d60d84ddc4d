use {
    crate::{
        checks::{now, open, same},
        errors::AssetsError,
        seeds,
        share_account::{is_permitted, read_shares},
        signing::set_frozen,
        state::{Asset, Permit, Stake},
    },
    anchor_lang::prelude::*,
};

/// Gives a wallet a permit, or changes it. An expiry in the past revokes it; zero closes it, and the rent goes back to whoever
/// paid it.
#[derive(Accounts)]
pub struct SetPermit {
    /// The compliance authority.
    pub compliance: Signer,
    /// CHECK: pays the rent of a new permit, for which the system program has it sign, or gets that of a closed one.
    #[account(mut, unsafe(dup))]
    pub payer: UncheckedAccount,
    /// CHECK: the wallet's permit by the compliance authority: made or checked in `set`.
    #[account(mut)]
    pub permit: UncheckedAccount,
    pub system_program: Program<System>,
}

impl SetPermit {
    pub fn set(&mut self, wallet: Address, jurisdiction: u16, expires_at: i64) -> Result<()> {
        let compliance = *self.compliance.address();
        let mut view = *self.permit.account();
        let bump = open(
            self.payer.account(),
            &mut view,
            [seeds::PERMIT, compliance.as_ref(), wallet.as_ref()],
            Permit::DISCRIMINATOR.len() + size_of::<Permit>(),
            Permit::DISCRIMINATOR,
        )?;
        // SAFETY: loaded nowhere else in this instruction.
        let mut permit = unsafe { Account::<Permit>::load_mut(view)? };
        if bump.is_some() {
            permit.authority = compliance;
            permit.wallet = wallet;
            permit.payer = *self.payer.address();
        }
        let own = permit.is_of(&compliance, &wallet);
        require!(own, AssetsError::WrongPermit);
        permit.jurisdiction = jurisdiction;
        permit.expires_at = expires_at;
        if expires_at == 0 {
            let own = same(self.payer.address(), &permit.payer);
            require!(own, AssetsError::WrongPayer);
            permit.close(*self.payer.account())?;
        }
        Ok(())
    }
}

/// Brings a wallet's share account and stake in line with its permit: the account is thawed where the permit is valid and frozen
/// where it is not, and the stake earns or doesn't from now on. Anyone may call it. What was earned before stays the owner's.
#[derive(Accounts)]
pub struct SyncPermit {
    #[account(mut)]
    pub asset: Box<Account<Asset>>,
    /// CHECK: the permit's address in either case, for a wallet that has none too: checked in `is_permitted`.
    pub permit: UncheckedAccount,
    /// CHECK: its address.
    #[account(constraint(same(share_mint.address(), &asset.share_mint) @ AssetsError::WrongShareMint))]
    pub share_mint: UncheckedAccount,
    /// CHECK: an account of the wallet's shares: checked in `sync`.
    #[account(mut)]
    pub shares: Option<UncheckedAccount>,
    /// The wallet's stake.
    #[account(mut, constraint(same(&stake.asset, asset.address()) @ AssetsError::WrongStake))]
    pub stake: Option<Account<Stake>>,
    /// CHECK: its address.
    #[account(constraint(same(share_token_program.address(), &asset.share_program) @ AssetsError::WrongTokenProgram))]
    pub share_token_program: UncheckedAccount,
}

impl SyncPermit {
    pub fn sync(&mut self) -> Result<()> {
        require!(self.asset.is_permissioned(), AssetsError::NoPermitsNeeded);
        let now = now()?;
        let account = match &self.shares {
            Some(shares) => Some(read_shares(&self.asset, shares.account())?),
            None => None,
        };
        let wallet = match (&account, &self.stake) {
            (Some(account), Some(stake)) => {
                require!(stake.owner == account.owner, AssetsError::WrongStake);
                account.owner
            }
            (Some(account), None) => account.owner,
            (None, Some(stake)) => stake.owner,
            (None, None) => return Err(AssetsError::NothingToSync.into()),
        };
        let permitted = is_permitted(&self.asset, self.permit.account(), &wallet, now)?;
        if let Some(stake) = &mut self.stake {
            self.asset.sync(now, stake, permitted)?;
        }
        if let (Some(shares), Some(account)) = (&self.shares, account) {
            // Whoever changed the owner of a thawed account would hand shares to a wallet without a permit. The vault of staked
            // shares has no fixed owner either, so nobody can freeze it.
            require!(account.owner_fixed, AssetsError::OwnerNotFixed);
            if permitted == account.frozen {
                let accounts = [shares.account(), self.share_mint.account()];
                set_frozen(&self.asset, accounts, !permitted);
            }
        }
        Ok(())
    }
}
