//! Makes, freezes, empties and closes accounts of the token programs, for programs that have mints and vaults of their own.

use {
    anchor_lang::{
        prelude::{create_account_signed, AccountView, Address, ProgramError},
        programs::{Token, Token2022},
        Id,
    },
    core::mem::MaybeUninit,
    pinocchio::{
        cpi::{invoke_signed_unchecked, CpiAccount, Signer},
        instruction::{InstructionAccount, InstructionView},
    },
};

const SET_AUTHORITY: u8 = 6;
const BURN: u8 = 8;
const CLOSE_ACCOUNT: u8 = 9;
const FREEZE_ACCOUNT: u8 = 10;
const THAW_ACCOUNT: u8 = 11;
const INITIALIZE_ACCOUNT_3: u8 = 18;
const INITIALIZE_MINT_2: u8 = 20;
const DEFAULT_ACCOUNT_STATE: u8 = 28;

const MINT_BYTES: usize = 82;
/// A mint of Token-2022 with its default account state: padded to an account's length, its type, and the extension.
const FROZEN_MINT_BYTES: usize = 165 + 1 + 4 + 1;
const ACCOUNT_BYTES: usize = 165;
const SUPPLY_AT: usize = 36;
const OWNER_AT: usize = 32;
const STATE_AT: usize = 108;
/// Where an extended account says that it is one; `type u16 | length u16 | value` entries follow.
const ACCOUNT_TYPE_AT: usize = 165;
const ACCOUNT_TYPE: u8 = 2;
const IMMUTABLE_OWNER: u16 = 7;
/// Only a multisig has this length. Its bytes are keys, which anybody can choose.
const MULTISIG_BYTES: usize = 355;

/// The state of a frozen account, and the default one of a mint whose accounts begin frozen.
const FROZEN: u8 = 2;

/// The token program of a mint that [`create_mint`] makes.
pub fn program_of(frozen: bool) -> Address {
    match frozen {
        true => Token2022::id(),
        false => Token::id(),
    }
}

/// Creates a mint of whole tokens at an address that signs by `seeds`. `frozen`: its accounts begin frozen, and `authority` thaws
/// and freezes them; it is a mint of Token-2022 then, and one of SPL Token that nobody can freeze otherwise.
#[inline(never)]
pub fn create_mint(
    payer: &AccountView,
    mint: &AccountView,
    authority: &Address,
    frozen: bool,
    seeds: &[&[u8]],
) -> Result<(), ProgramError> {
    let program = program_of(frozen);
    let bytes = if frozen {
        FROZEN_MINT_BYTES
    } else {
        MINT_BYTES
    };
    create(payer, mint, bytes, &program, seeds)?;
    if frozen {
        let data = [DEFAULT_ACCOUNT_STATE, 0, FROZEN];
        call(&program, &data, &[(mint, Role::Written)], &[]);
    }
    let mut data = [0; 67];
    data[0] = INITIALIZE_MINT_2;
    data[2..34].copy_from_slice(authority.as_ref());
    data[34] = u8::from(frozen);
    data[35..].copy_from_slice(authority.as_ref());
    let data = if frozen { &data[..] } else { &data[..35] };
    call(&program, data, &[(mint, Role::Written)], &[]);
    Ok(())
}

/// Creates a token account of `owner` at an address that signs by `seeds`.
#[inline(never)]
pub fn create_token_account(
    payer: &AccountView,
    [account, mint]: [&AccountView; 2],
    token_program: &Address,
    owner: &Address,
    seeds: &[&[u8]],
) -> Result<(), ProgramError> {
    create(payer, account, ACCOUNT_BYTES, token_program, seeds)?;
    let mut data = [INITIALIZE_ACCOUNT_3; 33];
    data[1..].copy_from_slice(owner.as_ref());
    let accounts = [(account, Role::Written), (mint, Role::Read)];
    call(token_program, &data, &accounts, &[]);
    Ok(())
}

/// Creates an account of any program at an address that signs by `seeds`; lamports sent there before don't get in the way. One
/// copy of the framework's function, which is always inlined.
#[inline(never)]
pub fn create(
    payer: &AccountView,
    account: &AccountView,
    bytes: usize,
    owner: &Address,
    seeds: &[&[u8]],
) -> Result<(), ProgramError> {
    create_account_signed(payer, account, bytes, owner, seeds)
}

/// Burns tokens of an owner who has signed the transaction.
pub fn burn(token_program: &Address, [account, mint, owner]: [&AccountView; 3], amount: u64) {
    let mut data = [BURN; 9];
    data[1..].copy_from_slice(&amount.to_le_bytes());
    let accounts = [
        (account, Role::Written),
        (mint, Role::Written),
        (owner, Role::Signs),
    ];
    call(token_program, &data, &accounts, &[]);
}

/// Burns tokens of an owner who signs by its seeds.
pub fn burn_signed(
    token_program: &Address,
    [account, mint, owner]: [&AccountView; 3],
    amount: u64,
    signer: Signer,
) {
    let mut data = [BURN; 9];
    data[1..].copy_from_slice(&amount.to_le_bytes());
    let accounts = [
        (account, Role::Written),
        (mint, Role::Written),
        (owner, Role::Signs),
    ];
    call(token_program, &data, &accounts, &[signer]);
}

/// Ends all minting of a mint whose authority signs by its seeds.
pub fn end_minting(token_program: &Address, [mint, authority]: [&AccountView; 2], signer: Signer) {
    let accounts = [(mint, Role::Written), (authority, Role::Signs)];
    call(token_program, &[SET_AUTHORITY, 0, 0], &accounts, &[signer]);
}

/// Thaws a frozen account; the freeze authority signs by its seeds.
pub fn thaw(
    token_program: &Address,
    [account, mint, authority]: [&AccountView; 3],
    signer: Signer,
) {
    let accounts = [
        (account, Role::Written),
        (mint, Role::Read),
        (authority, Role::Signs),
    ];
    call(token_program, &[THAW_ACCOUNT], &accounts, &[signer]);
}

/// Freezes an account; the freeze authority signs by its seeds.
pub fn freeze(
    token_program: &Address,
    [account, mint, authority]: [&AccountView; 3],
    signer: Signer,
) {
    let accounts = [
        (account, Role::Written),
        (mint, Role::Read),
        (authority, Role::Signs),
    ];
    call(token_program, &[FREEZE_ACCOUNT], &accounts, &[signer]);
}

/// Closes an empty token account whose owner signs by its seeds; the rent goes to `destination`.
pub fn close_token_account(
    token_program: &Address,
    [account, destination, owner]: [&AccountView; 3],
    signer: Signer,
) {
    let accounts = [
        (account, Role::Written),
        (destination, Role::Written),
        (owner, Role::Signs),
    ];
    call(token_program, &[CLOSE_ACCOUNT], &accounts, &[signer]);
}

/// What decides whether a token account can receive, and whose it stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenAccount {
    pub mint: Address,
    pub owner: Address,
    pub frozen: bool,
    /// Whether the owner can never change, as in every associated account of Token-2022.
    pub owner_fixed: bool,
}

impl TokenAccount {
    /// Reads a token account. Returns none if it isn't one of `token_program`.
    pub fn read(account: &AccountView, token_program: &Address) -> Option<Self> {
        if !account.owned_by(token_program) {
            return None;
        }
        Self::parse(&account.try_borrow().ok()?)
    }

    /// Reads the bytes of a token account; none if they aren't those of an initialized one.
    pub fn parse(data: &[u8]) -> Option<Self> {
        let shaped = data.len() == ACCOUNT_BYTES
            || (data.len() > ACCOUNT_TYPE_AT
                && data.len() != MULTISIG_BYTES
                && data[ACCOUNT_TYPE_AT] == ACCOUNT_TYPE);
        if !shaped || data[STATE_AT] == 0 {
            return None;
        }
        Some(Self {
            mint: Address::new_from_array(*data.first_chunk()?),
            owner: Address::new_from_array(*data.get(OWNER_AT..)?.first_chunk()?),
            frozen: data[STATE_AT] == FROZEN,
            owner_fixed: has_extension(&data[ACCOUNT_BYTES..], IMMUTABLE_OWNER),
        })
    }
}

/// Whether an account's extensions, after the byte of its type, contain one.
fn has_extension(data: &[u8], wanted: u16) -> bool {
    let mut entries = data.get(1..).unwrap_or_default();
    while let [kind_low, kind_high, len_low, len_high, rest @ ..] = entries {
        let kind = u16::from_le_bytes([*kind_low, *kind_high]);
        if kind == wanted {
            return true;
        }
        let len = usize::from(u16::from_le_bytes([*len_low, *len_high]));
        match rest.get(len..) {
            Some(next) if kind != 0 => entries = next,
            _ => return false,
        }
    }
    false
}

/// How many tokens of a mint exist. The account is known to be a mint.
pub fn supply(mint: &AccountView) -> Result<u64, ProgramError> {
    let data = mint.try_borrow()?;
    data.get(SUPPLY_AT..)
        .and_then(|rest| rest.first_chunk::<8>())
        .map(|supply| u64::from_le_bytes(*supply))
        .ok_or(ProgramError::InvalidAccountData)
}

/// What a call does with an account.
#[derive(Clone, Copy)]
enum Role {
    Read,
    Written,
    Signs,
}

/// Most accounts of a call.
const MOST_ACCOUNTS: usize = 3;

/// One copy for all calls: they are many, and none is as hot as a transfer.
#[inline(never)]
fn call(
    token_program: &Address,
    data: &[u8],
    accounts: &[(&AccountView, Role)],
    signers: &[Signer],
) {
    let mut metas = [const { MaybeUninit::<InstructionAccount>::uninit() }; MOST_ACCOUNTS];
    let mut views = [const { MaybeUninit::<CpiAccount>::uninit() }; MOST_ACCOUNTS];
    for (at, (account, role)) in accounts.iter().enumerate() {
        metas[at].write(match role {
            Role::Read => InstructionAccount::readonly(account.address()),
            Role::Written => InstructionAccount::writable(account.address()),
            Role::Signs => InstructionAccount::readonly_signer(account.address()),
        });
        views[at].write(CpiAccount::from(*account));
    }
    // SAFETY: as many were written above, and indexing bounds their number.
    let (metas, views) = unsafe {
        (
            core::slice::from_raw_parts(metas.as_ptr().cast(), accounts.len()),
            core::slice::from_raw_parts(views.as_ptr().cast::<CpiAccount>(), accounts.len()),
        )
    };
    let instruction = InstructionView {
        program_id: token_program,
        accounts: metas,
        data,
    };
    // SAFETY: no data that the token program writes is borrowed here, or kept across the call.
    unsafe { invoke_signed_unchecked(&instruction, views, signers) };
}
