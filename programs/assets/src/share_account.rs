//! Share accounts of assets with permits are frozen but where a sync has thawed them.

use {
    crate::{
        errors::AssetsError,
        state::{Asset, SignerSeeds},
    },
    anchor_lang::prelude::*,
    commonwire_onchain::token_accounts::{freeze, thaw, TokenAccount},
    pinocchio::cpi::Signer as PdaSigner,
};

/// A wallet's share account in an instruction that moves shares in or out.
pub struct Shares<'a> {
    asset: &'a Account<Asset>,
    mint: &'a AccountView,
    account: &'a AccountView,
    /// What was read of it; none where shares are plain, and whose account it is is the token program's business.
    read: Option<TokenAccount>,
}

impl<'a> Shares<'a> {
    /// Requires that a frozen kind of account is the wallet's: thawed for a moment, it must not take in what another wallet
    /// may not hold.
    pub fn of(
        asset: &'a Account<Asset>,
        mint: &'a UncheckedAccount,
        account: &'a UncheckedAccount,
        wallet: &Address,
    ) -> Result<Self> {
        let (mint, account) = (mint.account(), account.account());
        let read = match asset.is_permissioned() {
            true => Some(read_shares(asset, account)?),
            false => None,
        };
        let owned = read.is_none_or(|read| read.owner == *wallet);
        require!(owned, AssetsError::WrongShares);
        Ok(Self {
            asset,
            mint,
            account,
            read,
        })
    }

    /// Thaws the account, acts, and leaves it frozen: whether it may trade is for `sync_permit` to say, and nothing that belongs
    /// to the wallet waits for that.
    pub fn while_thawed(&self, seeds: &SignerSeeds, act: impl FnOnce()) {
        let Some(read) = self.read else {
            return act();
        };
        let program = self.asset.share_program();
        let accounts = [self.account, self.mint, self.asset.account()];
        if read.frozen {
            thaw(&program, accounts, PdaSigner::from(&seeds.each()));
        }
        act();
        freeze(&program, accounts, PdaSigner::from(&seeds.each()));
    }
}

/// Reads an account of the asset's shares.
pub fn read_shares(asset: &Asset, account: &AccountView) -> Result<TokenAccount> {
    let read = TokenAccount::read(account, &asset.share_program());
    let shares = read.filter(|read| read.mint == asset.share_mint);
    Ok(shares.ok_or(AssetsError::WrongShares)?)
}
