//! What all instructions ask. One copy of each, so that the program stays small.

use {crate::errors::AssetsError, anchor_lang::prelude::*, commonwire_onchain::token_accounts};

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

/// The bump of an account of this program, which must be at the address that the seeds lead to.
#[inline(never)]
pub fn bump_of(account: &AccountView, seeds: &[&[u8]]) -> Result<u8> {
    let (address, bump) = find_program_address(seeds, &crate::ID);
    require!(same(&address, account.address()), AssetsError::WrongAddress);
    Ok(bump)
}

/// Makes an account of this program at the address that two seeds and a third lead to, unless it is there. Returns its bump
/// if it is new; what is there was made here, and says itself whose it is.
#[inline(never)]
pub fn open(
    payer: &AccountView,
    account: &mut AccountView,
    seeds: [&[u8]; 3],
    bytes: usize,
    discriminator: &[u8],
) -> Result<Option<u8>> {
    if account.owned_by(&crate::ID) {
        return Ok(None);
    }
    let bump = bump_of(account, &seeds)?;
    let [kind, one, other] = seeds;
    let seeds: [&[u8]; 4] = [kind, one, other, &[bump]];
    token_accounts::create(payer, account, bytes, &crate::ID, &seeds)?;
    account.try_borrow_mut()?[..discriminator.len()].copy_from_slice(discriminator);
    Ok(Some(bump))
}
