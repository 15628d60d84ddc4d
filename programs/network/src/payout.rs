//! Pays many token accounts from the vault in one call to the token program.

use {
    crate::errors::NetworkError,
    alloc::vec::Vec,
    anchor_lang::prelude::*,
    commonwire_merkle::hash,
    pinocchio::{
        cpi::{invoke_signed_unchecked, CpiAccount, Signer},
        instruction::{InstructionAccount, InstructionView},
    },
};

const TOKEN_ACCOUNT_BYTES: usize = 165;
const TRANSFER: u8 = 3;
const BATCH: u8 = 255;

/// Derives associated token accounts of one mint: `H(owner | token program | mint | bump | program | marker)`.
///
/// The bump is given by the caller. A wrong one derives an address at which the associated token program never made an
/// account, so that one hash tells what a search for the bump would.
pub struct Destinations<'a> {
    token_program: &'a Address,
    preimage: [u8; 150],
}

impl<'a> Destinations<'a> {
    pub fn new(token_program: &'a Address, mint: &Address) -> Self {
        let mut preimage = [0; 150];
        preimage[32..64].copy_from_slice(token_program.as_ref());
        preimage[64..96].copy_from_slice(mint.as_ref());
        preimage[97..129].copy_from_slice(anchor_spl::associated_token::ID.as_ref());
        preimage[129..].copy_from_slice(b"ProgramDerivedAddress");
        Self {
            token_program,
            preimage,
        }
    }

    /// The owner whose associated token account `destination` is; anything else is refused.
    pub fn owner(&mut self, destination: &AccountView, bump: u8) -> Result<[u8; 32]> {
        require!(
            destination.owned_by(self.token_program),
            NetworkError::WrongDestination
        );
        let data = destination.try_borrow()?;
        // The token program's accounts begin with the mint and the owner; a mint has another length.
        require!(
            data.len() == TOKEN_ACCOUNT_BYTES,
            NetworkError::WrongDestination
        );
        self.preimage[..32].copy_from_slice(&data[32..64]);
        self.preimage[96] = bump;
        require!(
            hash(&[&self.preimage]) == *destination.address().as_array(),
            NetworkError::WrongDestination
        );
        let mut owner = [0; 32];
        owner.copy_from_slice(&data[32..64]);
        Ok(owner)
    }
}

/// Transfers from one vault, sent together.
pub struct Payout<'a> {
    vault: &'a AccountView,
    authority: &'a AccountView,
    transfers: Vec<(&'a AccountView, u64)>,
}

impl<'a> Payout<'a> {
    pub fn new(vault: &'a AccountView, authority: &'a AccountView, most: usize) -> Self {
        Self {
            vault,
            authority,
            transfers: Vec::with_capacity(most),
        }
    }

    pub fn add(&mut self, destination: &'a AccountView, amount: u64) {
        if amount > 0 {
            self.transfers.push((destination, amount));
        }
    }

    pub fn total(&self) -> Result<u64> {
        self.transfers
            .iter()
            .try_fold(0u64, |sum, (_, amount)| sum.checked_add(*amount))
            .ok_or_else(|| NetworkError::Overflow.into())
    }

    /// Makes the transfers: one as itself, several as the token program's batch.
    pub fn send(&self, signer: Signer) -> Result<()> {
        if self.transfers.is_empty() {
            return Ok(());
        }
        let count = self.transfers.len();
        let mut accounts = Vec::with_capacity(count + 2);
        accounts.push(CpiAccount::from(self.vault));
        accounts.push(CpiAccount::from(self.authority));
        let mut metas = Vec::with_capacity(3 * count);
        let mut data = Vec::with_capacity(1 + 11 * count);
        if count > 1 {
            data.push(BATCH);
        }
        for (destination, amount) in &self.transfers {
            accounts.push(CpiAccount::from(*destination));
            metas.push(InstructionAccount::writable(self.vault.address()));
            metas.push(InstructionAccount::writable(destination.address()));
            metas.push(InstructionAccount::readonly_signer(
                self.authority.address(),
            ));
            if count > 1 {
                // Accounts of the inner instruction, then length of its data.
                data.extend_from_slice(&[3, 9]);
            }
            data.push(TRANSFER);
            data.extend_from_slice(&amount.to_le_bytes());
        }
        let instruction = InstructionView {
            program_id: &pinocchio_token::ID,
            accounts: &metas,
            data: &data,
        };
        // SAFETY: no account's data is borrowed here: what was read of destinations was copied, and the vault's and the
        // network's data are not read by the token program's caller across this call.
        unsafe { invoke_signed_unchecked(&instruction, &accounts, &[signer]) };
        Ok(())
    }
}
