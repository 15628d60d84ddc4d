//! What all instructions ask. One copy of each, so that the program stays small.

use {
    crate::{errors::MarketError, state::Market},
    anchor_lang::prelude::*,
    commonwire_onchain::{
        token_accounts::{self, TokenAccount},
        tokens::transfer_signed,
    },
    pinocchio::cpi::Signer as PdaSigner,
};

/// Chain time, unix seconds.
#[inline(never)]
pub fn now() -> Result<i64> {
    Ok(Clock::get()?.unix_timestamp)
}

/// Whether two addresses are the same.
#[inline(never)]
pub fn same(one: &Address, other: &Address) -> bool {
    one == other
}

/// Makes an account of this program at the address that the seeds lead to, which must be new, and returns its bump.
#[inline(never)]
pub fn open(
    payer: &AccountView,
    account: &mut AccountView,
    seeds: [&[u8]; 4],
    bytes: usize,
    discriminator: &[u8],
) -> Result<u8> {
    let (address, bump) = find_program_address(&seeds, &crate::ID);
    require!(
        same(&address, account.address()) && !account.owned_by(&crate::ID),
        MarketError::WrongAddress
    );
    let [kind, one, other, last] = seeds;
    let seeds: [&[u8]; 5] = [kind, one, other, last, &[bump]];
    token_accounts::create(payer, account, bytes, &crate::ID, &seeds)?;
    account.try_borrow_mut()?[..discriminator.len()].copy_from_slice(discriminator);
    Ok(bump)
}

/// Loads an account of this program that an instruction may write.
///
/// # Safety
/// It is loaded nowhere else in the instruction.
pub unsafe fn load<T>(account: &UncheckedAccount) -> Result<Account<T>>
where
    Account<T>: AnchorAccount,
    T: anchor_lang::bytemuck::Pod + anchor_lang::accounts::SlabSchema,
{
    // SAFETY: the caller's.
    Ok(unsafe { Account::<T>::load_mut(*account.account())? })
}

/// Requires a token account of `owner` in the market's token.
#[inline(never)]
pub fn require_destination(market: &Market, account: &AccountView, owner: &Address) -> Result<()> {
    let read = TokenAccount::read(account, &market.token_program);
    let good = read.is_some_and(|read| same(&read.mint, &market.mint) && same(&read.owner, owner));
    require!(good, MarketError::WrongDestination);
    Ok(())
}

/// Moves tokens out of the vault.
#[inline(never)]
pub fn pay(market: &Account<Market>, [vault, to]: [&AccountView; 2], amount: u64) {
    if amount == 0 {
        return;
    }
    let seeds = market.signer_seeds();
    transfer_signed(
        &market.token_program,
        [vault, to, market.account()],
        amount,
        PdaSigner::from(&seeds.each()),
    );
}
