//! Finds out whom token accounts belong to, and pays many from the vault in one call to the token program.

use {
    crate::{errors::NetworkError, settlement::Payees},
    alloc::vec::Vec,
    anchor_lang::{
        prelude::*,
        programs::{Token, Token2022},
        Id,
    },
    commonwire_merkle::hash,
    pinocchio::{
        cpi::{invoke_signed_unchecked, CpiAccount, Signer},
        instruction::{InstructionAccount, InstructionView},
    },
};

/// Bytes of a token account without extensions.
const TOKEN_ACCOUNT_BYTES: usize = 165;
const OWNER_AT: usize = 32;

const TRANSFER: u8 = 3;
const MINT_TO: u8 = 7;
const BATCH: u8 = 255;

/// Bytes of one transfer, and of what stands before it in a batch: numbers of accounts and of bytes.
const TRANSFER_BYTES: usize = 9;
const BATCHED_BYTES: usize = 2 + TRANSFER_BYTES;

/// What the address of an associated token account hashes: `owner | token program | mint | bump | program | marker`.
struct Associated([u8; 150]);

impl Associated {
    const BUMP_AT: usize = 96;

    fn new(token_program: &Address, mint: &Address) -> Self {
        let mut preimage = [0; 150];
        preimage[32..64].copy_from_slice(token_program.as_ref());
        preimage[64..96].copy_from_slice(mint.as_ref());
        preimage[97..129].copy_from_slice(anchor_spl::associated_token::ID.as_ref());
        preimage[129..].copy_from_slice(b"ProgramDerivedAddress");
        Self(preimage)
    }

    #[inline(always)]
    fn address(&mut self, owner: &[u8; 32], bump: u8) -> [u8; 32] {
        self.0[..32].copy_from_slice(owner);
        self.0[Self::BUMP_AT] = bump;
        hash(&[&self.0])
    }
}

/// Requires `account` to be the associated token account of `owner`, and still the owner's.
pub fn require_associated(
    account: &AccountView,
    owner: &Address,
    token_program: &Address,
    mint: &Address,
) -> Result<()> {
    let (address, _) = find_program_address(
        &[owner.as_ref(), token_program.as_ref(), mint.as_ref()],
        &anchor_spl::associated_token::ID,
    );
    let data = account.try_borrow()?;
    let whole = *account.address() == address
        && account.owned_by(token_program)
        && data.len() >= TOKEN_ACCOUNT_BYTES;
    require!(
        whole && data[OWNER_AT..OWNER_AT + 32] == *owner.as_ref(),
        NetworkError::WrongVault
    );
    Ok(())
}

/// Base units in a token account.
pub fn balance(account: &AccountView) -> Result<u64> {
    let data = account.try_borrow()?;
    data.get(64..)
        .and_then(|rest| rest.first_chunk::<8>())
        .map(|amount| u64::from_le_bytes(*amount))
        .ok_or_else(|| NetworkError::WrongVault.into())
}

/// Mints into a token account; the mint's authority signs by its seeds.
pub fn mint_to(
    token_program: &Address,
    mint_to_and_authority: [&AccountView; 3],
    amount: u64,
    signer: Signer,
) {
    call(
        token_program,
        MINT_TO,
        mint_to_and_authority,
        amount,
        &[signer],
    );
}

/// Moves tokens from one account to another; the owner of the first has signed the transaction.
pub fn transfer(token_program: &Address, from_to_and_owner: [&AccountView; 3], amount: u64) {
    call(token_program, TRANSFER, from_to_and_owner, amount, &[]);
}

/// One instruction of the token program: `[writable, writable, signer]` and an amount.
fn call(
    token_program: &Address,
    tag: u8,
    accounts: [&AccountView; 3],
    amount: u64,
    signers: &[Signer],
) {
    let mut data = [tag; TRANSFER_BYTES];
    data[1..].copy_from_slice(&amount.to_le_bytes());
    let instruction = InstructionView {
        program_id: token_program,
        accounts: &[
            InstructionAccount::writable(accounts[0].address()),
            InstructionAccount::writable(accounts[1].address()),
            InstructionAccount::readonly_signer(accounts[2].address()),
        ],
        data: &data,
    };
    // SAFETY: no data that the token program writes is borrowed here, or read again after the call.
    unsafe { invoke_signed_unchecked(&instruction, &accounts.map(CpiAccount::from), signers) };
}

/// Payments from one vault, gathered and then made together.
pub struct Payout<'a> {
    token_program: &'a Address,
    vault: &'a AccountView,
    authority: &'a AccountView,
    destinations: &'a [AccountView],
    associated: Associated,
    /// Vault and authority, then each destination.
    accounts: Vec<CpiAccount<'a>>,
    metas: Vec<InstructionAccount<'a>>,
    /// The token program's batch of transfers.
    data: Vec<u8>,
}

impl<'a> Payout<'a> {
    pub fn new(
        [vault, authority]: [&'a AccountView; 2],
        token_program: &'a Address,
        mint: &Address,
        destinations: &'a [AccountView],
    ) -> Self {
        let most = destinations.len();
        let mut accounts = Vec::with_capacity(2 + most);
        accounts.push(CpiAccount::from(vault));
        accounts.push(CpiAccount::from(authority));
        let mut data = Vec::with_capacity(1 + BATCHED_BYTES * most);
        data.push(BATCH);
        Self {
            token_program,
            vault,
            authority,
            destinations,
            associated: Associated::new(token_program, mint),
            accounts,
            metas: Vec::with_capacity(3 * most),
            data,
        }
    }

    /// Makes the payments: one call for all where the token program takes batches, else one for each.
    pub fn send(&self, signer: Signer) {
        let count = self.metas.len() / 3;
        if count == 0 {
            return;
        }
        if count > 1 && *self.token_program == Token::id() {
            self.invoke(&self.metas, &self.data, &self.accounts, signer);
            return;
        }
        let (transfers, _) = self.data[1..].as_chunks::<BATCHED_BYTES>();
        for (at, transfer) in transfers.iter().enumerate() {
            let accounts = [
                self.accounts[0].clone(),
                self.accounts[1].clone(),
                self.accounts[2 + at].clone(),
            ];
            self.invoke(
                &self.metas[3 * at..3 * at + 3],
                &transfer[2..],
                &accounts,
                signer.clone(),
            );
        }
    }

    #[inline(always)]
    fn invoke(
        &self,
        metas: &[InstructionAccount],
        data: &[u8],
        accounts: &[CpiAccount],
        signer: Signer,
    ) {
        let instruction = InstructionView {
            program_id: self.token_program,
            accounts: metas,
            data,
        };
        // SAFETY: no account's data is borrowed here: what was read of destinations was copied, and the vault's and the
        // network's data are neither read nor written across this call.
        unsafe { invoke_signed_unchecked(&instruction, accounts, &[signer]) };
    }
}

impl Payees for Payout<'_> {
    #[inline(always)]
    fn owner(&mut self, position: usize, bump: u8) -> Result<[u8; 32]> {
        let account = self
            .destinations
            .get(position)
            .ok_or(NetworkError::WrongDestinationCount)?;
        require!(
            account.owned_by(self.token_program),
            NetworkError::WrongDestination
        );
        // SAFETY: nothing holds this account's data mutably: it is none of the accounts this instruction writes itself,
        // which the framework refuses among the destinations.
        let data = unsafe { account.borrow_unchecked() };
        // The token program's accounts begin with the mint and the owner; Token-2022 puts extensions after them.
        require!(
            data.len() >= TOKEN_ACCOUNT_BYTES,
            NetworkError::WrongDestination
        );
        let mut owner = [0; 32];
        owner.copy_from_slice(&data[OWNER_AT..OWNER_AT + 32]);
        // A wrong bump derives an address at which the associated token program never made an account.
        require!(
            self.associated.address(&owner, bump) == *account.address().as_array(),
            NetworkError::WrongDestination
        );
        Ok(owner)
    }

    #[inline(always)]
    fn pay(&mut self, position: usize, amount: u64) {
        let destination = &self.destinations[position];
        self.accounts.push(CpiAccount::from(destination));
        self.metas.extend([
            InstructionAccount::writable(self.vault.address()),
            InstructionAccount::writable(destination.address()),
            InstructionAccount::readonly_signer(self.authority.address()),
        ]);
        let mut transfer = [0; BATCHED_BYTES];
        transfer[..3].copy_from_slice(&[3, TRANSFER_BYTES as u8, TRANSFER]);
        transfer[3..].copy_from_slice(&amount.to_le_bytes());
        self.data.extend_from_slice(&transfer);
    }

    fn count(&self) -> usize {
        self.destinations.len()
    }
}

/// Whether a program is one of the two that keep tokens.
pub fn is_token_program(program: &Address) -> bool {
    *program == Token::id() || *program == Token2022::id()
}
