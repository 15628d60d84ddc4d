//! Share accounts of assets with permits are frozen but where a sync has thawed them.

use {
    crate::{
        checks::same,
        errors::AssetsError,
        signing::set_frozen,
        state::{Asset, Permit},
    },
    anchor_lang::prelude::*,
    commonwire_onchain::token_accounts::TokenAccount,
};

/// Acts on a wallet's share account, and leaves it frozen where shares need permits: thawed for the act alone. Whether the account
/// may trade is for `sync_permit` to say, and nothing that belongs to the wallet waits for that.
///
/// Requires such an account to be the wallet's, so that it doesn't take in what another wallet may not hold. Where shares are
/// plain, whose account it is is the token program's business.
#[inline(always)]
pub fn while_thawed(
    asset: &Account<Asset>,
    [account, mint]: [&AccountView; 2],
    wallet: &Address,
    act: impl FnOnce(),
) -> Result<()> {
    let permissioned = asset.is_permissioned();
    if permissioned {
        let read = read_shares(asset, account)?;
        require!(same(&read.owner, wallet), AssetsError::WrongShares);
        if read.frozen {
            set_frozen(asset, [account, mint], false);
        }
    }
    act();
    if permissioned {
        set_frozen(asset, [account, mint], true);
    }
    Ok(())
}

/// Requires that `wallet` may receive or stake shares now.
#[inline(never)]
pub fn require_permitted(
    asset: &Asset,
    permit: &AccountView,
    wallet: &Address,
    now: i64,
) -> Result<()> {
    if !asset.is_permissioned() {
        return Ok(());
    }
    require!(permit.owned_by(&crate::ID), AssetsError::NotPermitted);
    let permit = Account::<Permit>::load(*permit)?;
    let own = permit.is_of(&asset.compliance, wallet);
    require!(own, AssetsError::WrongPermit);
    require!(permit.is_valid(now), AssetsError::NotPermitted);
    Ok(())
}

/// Reads an account of the asset's shares.
#[inline(never)]
pub fn read_shares(asset: &Asset, account: &AccountView) -> Result<TokenAccount> {
    let read = TokenAccount::read(account, &asset.share_program);
    let shares = read.filter(|read| same(&read.mint, &asset.share_mint));
    Ok(shares.ok_or(AssetsError::WrongShares)?)
}
