//! Moves lamports between accounts.

use {
    anchor_lang::{prelude::*, ToCpiHandleMut},
    pinocchio::sysvars::rent::Rent,
};

/// Pays from a wallet that signs.
pub fn pay(
    system_program: &Program<System>,
    from: &mut Signer,
    to: &mut impl ToCpiHandleMut,
    lamports: u64,
) -> Result<()> {
    if lamports == 0 {
        return Ok(());
    }
    let accounts = system_program::Transfer {
        from: from.try_to_cpi_handle_mut()?,
        to: to.try_to_cpi_handle_mut()?,
    };
    system_program::transfer(
        CpiContext::new(system_program.address(), accounts),
        lamports,
    )
}

/// Moves lamports out of an account that this program owns.
pub fn take(mut from: AccountView, mut to: AccountView, lamports: u64) -> Result<()> {
    let left = from
        .lamports()
        .checked_sub(lamports)
        .ok_or(ProgramError::InsufficientFunds)?;
    let sum = to
        .lamports()
        .checked_add(lamports)
        .ok_or(ProgramError::ArithmeticOverflow)?;
    from.set_lamports(left);
    to.set_lamports(sum);
    Ok(())
}

/// Lamports of an account above what keeps it rent-exempt.
pub fn above_rent(account: &AccountView) -> Result<u64> {
    let rent = Rent::get()?.try_minimum_balance(account.data_len())?;
    Ok(account.lamports().saturating_sub(rent))
}
