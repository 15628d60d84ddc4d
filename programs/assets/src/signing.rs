//! What an asset signs for, by its seeds.

use {
    crate::state::Asset,
    anchor_lang::prelude::*,
    commonwire_onchain::{
        token_accounts::{self, end_minting},
        tokens::{mint_to, transfer_signed},
    },
    pinocchio::cpi::Signer as PdaSigner,
};

/// Moves tokens out of one of the asset's accounts.
#[inline(never)]
pub fn pay(
    asset: &Account<Asset>,
    token_program: &Address,
    [from, to]: [&AccountView; 2],
    amount: u64,
) {
    let seeds = asset.signer_seeds();
    let accounts = [from, to, asset.account()];
    transfer_signed(
        token_program,
        accounts,
        amount,
        PdaSigner::from(&seeds.each()),
    );
}

/// Mints shares.
#[inline(never)]
pub fn mint(asset: &Account<Asset>, [mint, to]: [&AccountView; 2], shares: u64) {
    let seeds = asset.signer_seeds();
    let accounts = [mint, to, asset.account()];
    mint_to(
        &asset.share_program,
        accounts,
        shares,
        PdaSigner::from(&seeds.each()),
    );
}

/// Ends the minting of shares for ever.
pub fn close_minting(asset: &Account<Asset>, mint: &AccountView) {
    let seeds = asset.signer_seeds();
    let seeds = seeds.each();
    let signer = PdaSigner::from(&seeds);
    end_minting(&asset.share_program, [mint, asset.account()], signer);
}

/// Freezes a share account, or thaws it.
#[inline(never)]
pub fn set_frozen(asset: &Account<Asset>, [account, mint]: [&AccountView; 2], frozen: bool) {
    let seeds = asset.signer_seeds();
    let accounts = [account, mint, asset.account()];
    let seeds = seeds.each();
    let signer = PdaSigner::from(&seeds);
    match frozen {
        true => token_accounts::freeze(&asset.share_program, accounts, signer),
        false => token_accounts::thaw(&asset.share_program, accounts, signer),
    }
}

/// Closes one of the asset's token accounts, which is empty. The rent goes to `destination`.
#[inline(never)]
pub fn close(
    asset: &Account<Asset>,
    token_program: &Address,
    [account, destination]: [&AccountView; 2],
) {
    let seeds = asset.signer_seeds();
    let accounts = [account, destination, asset.account()];
    token_accounts::close_token_account(token_program, accounts, PdaSigner::from(&seeds.each()));
}
