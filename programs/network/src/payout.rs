//! Finds out whom token accounts belong to, and pays many from the vault in one call to the token program.

use {
    crate::{errors::NetworkError, settlement::Payees},
    alloc::vec::Vec,
    anchor_lang::{
        prelude::*,
        programs::{Token, Token2022},
        Id,
    },
    commonwire_merkle::hash_to,
    core::mem::MaybeUninit,
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

/// Bytes of one transfer, and with what stands before it in a batch: numbers of accounts and of bytes.
const TRANSFER_BYTES: usize = 9;
const BATCHED_BYTES: usize = 2 + TRANSFER_BYTES;

/// What the address of an associated token account hashes, laid out as it is hashed.
#[repr(C)]
struct Associated {
    owner: [u8; 32],
    token_program: [u8; 32],
    mint: [u8; 32],
    bump: [u8; 1],
    program: [u8; 32],
    marker: [u8; 21],
}

const ASSOCIATED_BYTES: usize = 150;
const _: () = assert!(size_of::<Associated>() == ASSOCIATED_BYTES);

impl Associated {
    #[inline(always)]
    fn new(token_program: &Address, mint: &Address) -> Self {
        Self {
            owner: [0; 32],
            token_program: *token_program.as_array(),
            mint: *mint.as_array(),
            bump: [0],
            program: *anchor_spl::associated_token::ID.as_array(),
            marker: *b"ProgramDerivedAddress",
        }
    }

    /// Whether `address` is that of the account made for `owner` with `bump`.
    #[inline(always)]
    fn is_address(&mut self, owner: &[u8; 32], bump: u8, address: &[u8; 32]) -> bool {
        self.owner = *owner;
        self.bump = [bump];
        // SAFETY: the struct is made of bytes without gaps between them.
        let preimage = unsafe { &*(&raw const *self).cast::<[u8; ASSOCIATED_BYTES]>() };
        let mut derived = MaybeUninit::uninit();
        hash_to(preimage, &mut derived);
        // SAFETY: written above.
        unsafe { derived.assume_init_ref() == address }
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
    destinations: core::slice::Iter<'a, AccountView>,
    associated: Associated,
    /// As much room as there are destinations.
    payments: Vec<(&'a AccountView, u64)>,
}

impl<'a> Payout<'a> {
    #[inline(always)]
    pub fn new(
        [vault, authority]: [&'a AccountView; 2],
        token_program: &'a Address,
        mint: &Address,
        destinations: &'a [AccountView],
    ) -> Self {
        Self {
            token_program,
            vault,
            authority,
            destinations: destinations.iter(),
            associated: Associated::new(token_program, mint),
            payments: Vec::with_capacity(destinations.len()),
        }
    }

    /// Makes the payments: in one call where the token program takes batches, else in one for each.
    #[inline(always)]
    pub fn send(&self, signer: Signer) {
        if self.payments.len() > 1 && *self.token_program == Token::id() {
            return self.send_batch(signer);
        }
        for (destination, amount) in &self.payments {
            call(
                self.token_program,
                TRANSFER,
                [self.vault, destination, self.authority],
                *amount,
                core::slice::from_ref(&signer),
            );
        }
    }

    #[inline(always)]
    fn send_batch(&self, signer: Signer) {
        let count = self.payments.len();
        let mut accounts = Vec::with_capacity(2 + count);
        accounts.push(CpiAccount::from(self.vault));
        accounts.push(CpiAccount::from(self.authority));
        let mut metas = Vec::with_capacity(count);
        let mut data = Vec::with_capacity(1 + count);
        data.push([0; BATCHED_BYTES]);
        // Extending by an iterator of known length checks the room once, not for each payment.
        accounts.extend(self.payments.iter().map(|(to, _)| CpiAccount::from(*to)));
        metas.extend(self.payments.iter().map(|(to, _)| {
            [
                InstructionAccount::writable(self.vault.address()),
                InstructionAccount::writable(to.address()),
                InstructionAccount::readonly_signer(self.authority.address()),
            ]
        }));
        data.extend(self.payments.iter().map(|(_, amount)| batched(*amount)));
        let data = data.as_flattened_mut();
        data[BATCHED_BYTES - 1] = BATCH;
        let instruction = InstructionView {
            program_id: self.token_program,
            accounts: metas.as_flattened(),
            data: &data[BATCHED_BYTES - 1..],
        };
        // SAFETY: no account's data is borrowed here: destinations' owners were read and are not used any more, and the
        // vault's and the network's data are neither read nor written across this call.
        unsafe { invoke_signed_unchecked(&instruction, &accounts, &[signer]) };
    }
}

/// One transfer of a batch.
#[inline(always)]
fn batched(amount: u64) -> [u8; BATCHED_BYTES] {
    let [a, b, c, d, e, f, g, h] = amount.to_le_bytes();
    [3, TRANSFER_BYTES as u8, TRANSFER, a, b, c, d, e, f, g, h]
}

impl<'a> Payees<'a> for Payout<'a> {
    type Account = &'a AccountView;

    #[inline(always)]
    fn next(&mut self) -> Option<&'a AccountView> {
        self.destinations.next()
    }

    #[inline(always)]
    fn owner(&mut self, account: &'a AccountView, bump: u8) -> Option<&'a [u8; 32]> {
        // The token program's accounts begin with the mint and the owner; Token-2022 puts extensions after them.
        if !account.owned_by(self.token_program) || account.data_len() < TOKEN_ACCOUNT_BYTES {
            return None;
        }
        // SAFETY: the account has as many bytes, and nothing writes them while the owner is in use: it is none of the
        // accounts that this instruction writes itself, which the framework refuses among the destinations.
        let owner = unsafe { &*account.data_ptr().add(OWNER_AT).cast::<[u8; 32]>() };
        // A wrong bump derives an address at which the associated token program never made an account.
        self.associated
            .is_address(owner, bump, account.address().as_array())
            .then_some(owner)
    }

    #[inline(always)]
    fn pay(&mut self, account: &'a AccountView, amount: u64) {
        let count = self.payments.len();
        debug_assert!(count < self.payments.capacity());
        // SAFETY: there is room for a payment to each account.
        unsafe {
            self.payments
                .as_mut_ptr()
                .add(count)
                .write((account, amount));
            self.payments.set_len(count + 1);
        }
    }
}

/// Whether a program is one of the two that keep tokens.
pub fn is_token_program(program: &Address) -> bool {
    *program == Token::id() || *program == Token2022::id()
}
