//! Moves lamports between accounts.

use {
    anchor_lang::{
        prelude::{AccountView, ProgramError, System},
        Id,
    },
    pinocchio::{
        cpi::{invoke_unchecked, CpiAccount},
        instruction::{InstructionAccount, InstructionView},
        sysvars::{rent::Rent, Sysvar},
    },
};

/// The system program's instruction that moves lamports.
const TRANSFER: u32 = 2;

/// Transfers lamports from a wallet that signed the transaction. The system program checks signature and balance.
pub fn pay(from: &AccountView, to: &AccountView, lamports: u64) {
    if lamports == 0 {
        return;
    }
    let mut data = [0; 12];
    data[..4].copy_from_slice(&TRANSFER.to_le_bytes());
    data[4..].copy_from_slice(&lamports.to_le_bytes());
    let instruction = InstructionView {
        program_id: &System::id(),
        accounts: &[
            InstructionAccount::writable_signer(from.address()),
            InstructionAccount::writable(to.address()),
        ],
        data: &data,
    };
    // SAFETY: the call writes lamports alone, which nothing here borrows.
    unsafe { invoke_unchecked(&instruction, &[from, to].map(CpiAccount::from)) };
}

/// Moves lamports out of an account that this program owns.
pub fn take(mut from: AccountView, mut to: AccountView, lamports: u64) -> Result<(), ProgramError> {
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

/// Lamports of an account above its rent-exempt minimum.
pub fn above_rent(account: &AccountView) -> Result<u64, ProgramError> {
    let rent = Rent::get()?.try_minimum_balance(account.data_len())?;
    Ok(account.lamports().saturating_sub(rent))
}
