//! Share accounts of assets with permits are frozen but where a sync has thawed them.

use {
    crate::{
        checks::{bump_of, same},
        errors::AssetsError,
        seeds,
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

/// Whether `wallet` may receive shares and earn by them now. A permit that was never given or is closed is shown by its empty
/// address, so that nobody is found without a permit by leaving it out.
#[inline(never)]
pub fn is_permitted(
    asset: &Asset,
    permit: &AccountView,
    wallet: &Address,
    now: i64,
) -> Result<bool> {
    if !asset.is_permissioned() {
        return Ok(true);
    }
    let compliance = &asset.compliance;
    if permit.owned_by(&crate::ID) {
        let permit = Account::<Permit>::load(*permit)?;
        require!(permit.is_of(compliance, wallet), AssetsError::WrongPermit);
        return Ok(permit.is_valid(now));
    }
    let seeds = [seeds::PERMIT, compliance.as_ref(), wallet.as_ref()];
    bump_of(permit, &seeds)?;
    Ok(false)
}

/// Reads an account of the asset's shares.
#[inline(never)]
pub fn read_shares(asset: &Asset, account: &AccountView) -> Result<TokenAccount> {
    let read = TokenAccount::read(account, &asset.share_program);
    let shares = read.filter(|read| same(&read.mint, &asset.share_mint));
    Ok(shares.ok_or(AssetsError::WrongShares)?)
}
