// The derive macro also binds seed arguments where it does not use them.
#![allow(unused_variables)]

use {
    crate::{
        errors::AssetsError,
        seeds,
        share_account::read_shares,
        state::{Asset, Permit, Stake},
    },
    anchor_lang::prelude::*,
    commonwire_onchain::token_accounts::{freeze, thaw},
    pinocchio::cpi::Signer as PdaSigner,
};

/// Gives a wallet a permit, or changes it. An expiry in the past revokes it.
#[derive(Accounts)]
#[instruction(holder: Address)]
pub struct SetPermit {
    /// The compliance authority.
    pub compliance: Signer,
    /// Pays the rent of a new permit.
    #[account(mut, unsafe(dup))]
    pub payer: Signer,
    #[account(
        init_if_needed,
        payer = payer,
        seeds = [seeds::PERMIT, compliance.address().as_ref(), holder.as_ref()],
        bump
    )]
    pub permit: Box<Account<Permit>>,
    pub system_program: Program<System>,
}

impl SetPermit {
    pub fn set(&mut self, holder: Address, jurisdiction: u16, expires_at: i64) -> Result<()> {
        let permit = &mut self.permit;
        // Only a new permit has no payer.
        if permit.payer == Address::default() {
            permit.authority = *self.compliance.address();
            permit.wallet = holder;
            permit.payer = *self.payer.address();
        }
        permit.jurisdiction = jurisdiction;
        permit.expires_at = expires_at;
        Ok(())
    }
}

/// Closes a permit that is no longer valid. The rent goes back to whoever paid it.
#[derive(Accounts)]
pub struct ClosePermit {
    #[account(constraint(*compliance.address() == permit.authority @ AssetsError::WrongPermit))]
    pub compliance: Signer,
    #[account(mut, close = payer)]
    pub permit: Box<Account<Permit>>,
    /// CHECK: only receives lamports.
    #[account(mut, address = permit.payer @ AssetsError::WrongPayer)]
    pub payer: UncheckedAccount,
}

impl ClosePermit {
    pub fn require_over(&self) -> Result<()> {
        let valid = self.permit.is_valid(Clock::get()?.unix_timestamp);
        require!(!valid, AssetsError::PermitValid);
        Ok(())
    }
}

/// Brings a wallet's share account and stake in line with its permit: the account is thawed where the permit is valid and frozen
/// where it is not, and the stake earns or doesn't from now on. Anyone may call it. What was earned before stays the owner's.
#[derive(Accounts)]
pub struct SyncPermit {
    #[account(mut)]
    pub asset: Box<Account<Asset>>,
    /// CHECK: the permit's address in either case, for a wallet that has none too: checked in `sync`.
    pub permit: UncheckedAccount,
    /// CHECK: its address.
    #[account(address = asset.share_mint @ AssetsError::WrongShareMint)]
    pub share_mint: UncheckedAccount,
    /// CHECK: an account of the wallet's shares: checked in `sync`.
    #[account(mut)]
    pub shares: Option<UncheckedAccount>,
    /// The wallet's stake.
    #[account(mut, constraint(stake.asset == *asset.address() @ AssetsError::WrongStake))]
    pub stake: Option<Account<Stake>>,
    /// CHECK: its address.
    #[account(constraint(*share_token_program.address() == asset.share_program() @ AssetsError::WrongTokenProgram))]
    pub share_token_program: UncheckedAccount,
}

impl SyncPermit {
    pub fn sync(&mut self) -> Result<()> {
        require!(self.asset.is_permissioned(), AssetsError::NoPermitsNeeded);
        let now = Clock::get()?.unix_timestamp;
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
        let permitted = self.is_permitted(&wallet, now)?;
        if let Some(stake) = &mut self.stake {
            self.asset.sync(now, stake, permitted)?;
        }
        if let (Some(shares), Some(account)) = (&self.shares, account) {
            // Whoever changed the owner of a thawed account would hand shares to a wallet without a permit. The vault of staked
            // shares has no fixed owner either, so nobody can freeze it.
            require!(account.owner_fixed, AssetsError::OwnerNotFixed);
            let seeds = self.asset.signer_seeds();
            let accounts = [
                shares.account(),
                self.share_mint.account(),
                self.asset.account(),
            ];
            let program = self.share_token_program.address();
            if permitted && account.frozen {
                thaw(program, accounts, PdaSigner::from(&seeds.each()));
            } else if !permitted && !account.frozen {
                freeze(program, accounts, PdaSigner::from(&seeds.each()));
            }
        }
        Ok(())
    }

    /// Whether the wallet has a valid permit. One that was never given or is closed is shown by its empty address, so that
    /// nobody is found without a permit by leaving it out.
    fn is_permitted(&self, wallet: &Address, now: i64) -> Result<bool> {
        let view = *self.permit.account();
        let compliance = &self.asset.compliance;
        if view.owned_by(&crate::ID) {
            let permit = Account::<Permit>::load(view)?;
            require!(permit.is_of(compliance, wallet), AssetsError::WrongPermit);
            return Ok(permit.is_valid(now));
        }
        let seeds = [seeds::PERMIT, compliance.as_ref(), wallet.as_ref()];
        let (address, _) = find_program_address(&seeds, &crate::ID);
        require!(address == *view.address(), AssetsError::WrongPermit);
        Ok(false)
    }
}
