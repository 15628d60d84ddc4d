//! Calls the token programs and reads their accounts.
//!
//! Calls bypass the framework: a program that pays dozens of owners in one transaction spends most of its compute units
//! here.

use {
    alloc::vec::Vec,
    anchor_lang::{
        prelude::{find_program_address, AccountView, Address},
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

/// A reason to refuse a token account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// The account is not the owner's associated token account, or no longer belongs to the owner.
    NotAssociated,
    /// The account holds no token account.
    NotATokenAccount,
    /// The account's data are borrowed.
    Borrowed,
}

/// Bytes of a token account without extensions.
const TOKEN_ACCOUNT_BYTES: usize = 165;
const OWNER_AT: usize = 32;

const TRANSFER: u8 = 3;
const SET_AUTHORITY: u8 = 6;
const MINT_TO: u8 = 7;
const BATCH: u8 = 255;

/// The authority that `SET_AUTHORITY` replaces.
const MINT_TOKENS: u8 = 0;

/// Bytes of one transfer, alone and in a batch, where the numbers of accounts and bytes precede it.
const TRANSFER_BYTES: usize = 9;
const BATCHED_BYTES: usize = 2 + TRANSFER_BYTES;

/// Whether a program is SPL Token or Token-2022.
pub fn is_token_program(program: &Address) -> bool {
    *program == Token::id() || *program == Token2022::id()
}

/// The preimage of an associated token account's address, laid out as it is hashed.
#[repr(C)]
pub struct AssociatedAddress {
    owner: [u8; 32],
    token_program: [u8; 32],
    mint: [u8; 32],
    bump: [u8; 1],
    program: [u8; 32],
    marker: [u8; 21],
}

const ASSOCIATED_BYTES: usize = 150;
const _: () = assert!(size_of::<AssociatedAddress>() == ASSOCIATED_BYTES);

impl AssociatedAddress {
    #[inline(always)]
    pub fn new(token_program: &Address, mint: &Address) -> Self {
        Self {
            owner: [0; 32],
            token_program: *token_program.as_array(),
            mint: *mint.as_array(),
            bump: [0],
            program: *anchor_spl::associated_token::ID.as_array(),
            marker: *b"ProgramDerivedAddress",
        }
    }

    /// Whether `address` is derived from `owner` and `bump`.
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

    /// The owner of a token account, if it is the owner's associated token account made with `bump`.
    ///
    /// # Safety
    /// Nothing writes the account's data while the owner is in use.
    #[inline(always)]
    pub unsafe fn owner<'a>(
        &mut self,
        account: &'a AccountView,
        token_program: &Address,
        bump: u8,
    ) -> Option<&'a [u8; 32]> {
        // The token programs' accounts begin with the mint and the owner; Token-2022 puts extensions after them.
        if !account.owned_by(token_program) || account.data_len() < TOKEN_ACCOUNT_BYTES {
            return None;
        }
        // SAFETY: the account has as many bytes, and the caller keeps them as they are.
        let owner = unsafe { &*account.data_ptr().add(OWNER_AT).cast::<[u8; 32]>() };
        // A wrong bump derives an address at which the associated token program never made an account.
        self.is_address(owner, bump, account.address().as_array())
            .then_some(owner)
    }
}

/// Requires `account` to be the associated token account of `owner`, and still to belong to the owner.
pub fn require_associated(
    account: &AccountView,
    owner: &Address,
    token_program: &Address,
    mint: &Address,
) -> Result<(), Error> {
    let (address, _) = find_program_address(
        &[owner.as_ref(), token_program.as_ref(), mint.as_ref()],
        &anchor_spl::associated_token::ID,
    );
    let data = account.try_borrow().map_err(|_| Error::Borrowed)?;
    let whole = *account.address() == address
        && account.owned_by(token_program)
        && data.len() >= TOKEN_ACCOUNT_BYTES;
    if !whole || data[OWNER_AT..OWNER_AT + 32] != *owner.as_ref() {
        return Err(Error::NotAssociated);
    }
    Ok(())
}

/// Base units in a token account.
pub fn balance(account: &AccountView) -> Result<u64, Error> {
    let data = account.try_borrow().map_err(|_| Error::Borrowed)?;
    data.get(64..)
        .and_then(|rest| rest.first_chunk::<8>())
        .map(|amount| u64::from_le_bytes(*amount))
        .ok_or(Error::NotATokenAccount)
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

/// Moves tokens out of an account whose owner signs by its seeds.
pub fn transfer_signed(
    token_program: &Address,
    from_to_and_owner: [&AccountView; 3],
    amount: u64,
    signer: Signer,
) {
    call(
        token_program,
        TRANSFER,
        from_to_and_owner,
        amount,
        &[signer],
    );
}

/// Hands a mint to another authority; the present one signs by its seeds.
pub fn set_mint_authority(
    token_program: &Address,
    mint_and_authority: [&AccountView; 2],
    next: &Address,
    signer: Signer,
) {
    let mut data = [0; 35];
    (data[0], data[1], data[2]) = (SET_AUTHORITY, MINT_TOKENS, 1);
    data[3..].copy_from_slice(next.as_ref());
    let [mint, authority] = mint_and_authority;
    let instruction = InstructionView {
        program_id: token_program,
        accounts: &[
            InstructionAccount::writable(mint.address()),
            InstructionAccount::readonly_signer(authority.address()),
        ],
        data: &data,
    };
    // SAFETY: the mint's data, which the token program writes, is neither borrowed here nor read again after the call.
    unsafe {
        invoke_signed_unchecked(
            &instruction,
            &mint_and_authority.map(CpiAccount::from),
            &[signer],
        )
    };
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

/// Transfers from one token account, gathered and then made together.
pub struct Transfers<'a> {
    token_program: &'a Address,
    from: &'a AccountView,
    authority: &'a AccountView,
    transfers: Vec<(&'a AccountView, u64)>,
}

impl<'a> Transfers<'a> {
    /// No transfers yet, with room for so many. `authority` owns `from` and signs by its seeds.
    #[inline(always)]
    pub fn with_capacity(
        [from, authority]: [&'a AccountView; 2],
        token_program: &'a Address,
        capacity: usize,
    ) -> Self {
        Self {
            token_program,
            from,
            authority,
            transfers: Vec::with_capacity(capacity),
        }
    }

    /// The token program that keeps all these accounts.
    #[inline(always)]
    pub fn token_program(&self) -> &'a Address {
        self.token_program
    }

    /// Adds a transfer.
    ///
    /// # Safety
    /// No more are added than there is room for.
    #[inline(always)]
    pub unsafe fn push(&mut self, to: &'a AccountView, amount: u64) {
        let count = self.transfers.len();
        debug_assert!(count < self.transfers.capacity());
        // SAFETY: the caller sees to the room.
        unsafe {
            self.transfers.as_mut_ptr().add(count).write((to, amount));
            self.transfers.set_len(count + 1);
        }
    }

    /// Makes the transfers: in one call if the token program takes batches, otherwise in one call each.
    #[inline(always)]
    pub fn send(&self, signer: Signer) {
        if self.transfers.len() > 1 && *self.token_program == Token::id() {
            return self.send_batch(signer);
        }
        for (to, amount) in &self.transfers {
            call(
                self.token_program,
                TRANSFER,
                [self.from, to, self.authority],
                *amount,
                core::slice::from_ref(&signer),
            );
        }
    }

    #[inline(always)]
    fn send_batch(&self, signer: Signer) {
        let count = self.transfers.len();
        let mut accounts = Vec::with_capacity(2 + count);
        accounts.push(CpiAccount::from(self.from));
        accounts.push(CpiAccount::from(self.authority));
        let mut metas = Vec::with_capacity(count);
        let mut data = Vec::with_capacity(1 + count);
        data.push([0; BATCHED_BYTES]);
        // Extending by an iterator of known length checks the room once, not for each transfer.
        accounts.extend(self.transfers.iter().map(|(to, _)| CpiAccount::from(*to)));
        metas.extend(self.transfers.iter().map(|(to, _)| {
            [
                InstructionAccount::writable(self.from.address()),
                InstructionAccount::writable(to.address()),
                InstructionAccount::readonly_signer(self.authority.address()),
            ]
        }));
        data.extend(self.transfers.iter().map(|(_, amount)| batched(*amount)));
        let data = data.as_flattened_mut();
        data[BATCHED_BYTES - 1] = BATCH;
        let instruction = InstructionView {
            program_id: self.token_program,
            accounts: metas.as_flattened(),
            data: &data[BATCHED_BYTES - 1..],
        };
        // SAFETY: no account's data is borrowed here, and none is read or written across this call.
        unsafe { invoke_signed_unchecked(&instruction, &accounts, &[signer]) };
    }
}

/// One transfer of a batch.
#[inline(always)]
fn batched(amount: u64) -> [u8; BATCHED_BYTES] {
    let [a, b, c, d, e, f, g, h] = amount.to_le_bytes();
    [3, TRANSFER_BYTES as u8, TRANSFER, a, b, c, d, e, f, g, h]
}
