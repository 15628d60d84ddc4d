//! The two instructions of the network program that an asset signs, and the one field of a network that it reads.

use {
    crate::state::SignerSeeds,
    alloc::vec::Vec,
    anchor_lang::prelude::*,
    pinocchio::{
        cpi::{invoke_signed_unchecked, CpiAccount, Signer as PdaSigner},
        instruction::{InstructionAccount, InstructionView},
    },
};

/// The network program. `npm run program-id` changes it here too.
pub const ID: Address = anchor_lang::address!("AyLa35eEihLZhD8PWtEigEUixae8pDLHkMk5m7KqFXZK");

const REGISTER_DEVICES: u8 = 3;
const RETIRE_DEVICE: u8 = 21;

/// The discriminator of a network account, the first bytes of SHA-256 of "account:Network", and where it names its reward token: after creator, id, birth, genesis hash,
/// authority, proposed authority and guardian.
const NETWORK: [u8; 8] = [51, 5, 209, 183, 60, 99, 156, 251];
const MINT_AT: usize = 8 + 32 + 8 + 8 + 32 + 3 * 32;

/// Arguments of `register_devices`.
pub struct Registration<'a> {
    pub kind: u8,
    pub key_type: u8,
    pub max_fee: u64,
    pub devices: &'a [u8],
}

/// The reward token of a network; none if the account is no network.
pub fn reward_mint(network: &AccountView) -> Option<Address> {
    if !network.owned_by(&ID) {
        return None;
    }
    let data = network.try_borrow().ok()?;
    if *data.first_chunk()? != NETWORK {
        return None;
    }
    data.get(MINT_AT..)?
        .first_chunk()
        .map(|mint| Address::new_from_array(*mint))
}

/// The accounts of both instructions, in the network's order. The owner is the asset.
pub struct Accounts<'a> {
    pub owner: &'a AccountView,
    pub payer: &'a AccountView,
    pub network: &'a AccountView,
    pub registry: &'a AccountView,
    /// The record of the device; `register_devices` has none.
    pub record: Option<&'a AccountView>,
    pub system_program: &'a AccountView,
    pub event_authority: &'a AccountView,
    pub program: &'a AccountView,
}

const MOST_ACCOUNTS: usize = 8;

/// Registers devices of the asset.
pub fn register_devices(accounts: &Accounts, registration: &Registration, seeds: &SignerSeeds) {
    let mut data = Vec::with_capacity(15 + registration.devices.len());
    data.extend_from_slice(&[REGISTER_DEVICES, registration.kind, registration.key_type]);
    data.extend_from_slice(&registration.max_fee.to_le_bytes());
    call(accounts, data, registration.devices, seeds);
}

/// Retires a device of the asset.
pub fn retire_device(
    accounts: &Accounts,
    (index, earned, proof): (u32, u64, &[u8]),
    seeds: &SignerSeeds,
) {
    let mut data = Vec::with_capacity(17 + proof.len());
    data.push(RETIRE_DEVICE);
    data.extend_from_slice(&index.to_le_bytes());
    data.extend_from_slice(&earned.to_le_bytes());
    call(accounts, data, proof, seeds);
}

/// Calls the network program: the owner signs by its seeds, and the payer has signed the transaction. `last` is the last argument.
#[inline(never)]
fn call(accounts: &Accounts, mut data: Vec<u8>, last: &[u8], seeds: &SignerSeeds) {
    // Borsh: length and bytes.
    data.extend_from_slice(&(last.len() as u32).to_le_bytes());
    data.extend_from_slice(last);
    let mut metas = Vec::with_capacity(MOST_ACCOUNTS);
    let mut views = Vec::with_capacity(MOST_ACCOUNTS);
    for (account, writes, signs) in [
        (Some(accounts.owner), false, true),
        (Some(accounts.payer), true, true),
        (Some(accounts.network), false, false),
        (Some(accounts.registry), true, false),
        (accounts.record, true, false),
        (Some(accounts.system_program), false, false),
        (Some(accounts.event_authority), false, false),
        (Some(accounts.program), false, false),
    ] {
        if let Some(account) = account {
            metas.push(InstructionAccount::new(account.address(), writes, signs));
            views.push(CpiAccount::from(account));
        }
    }
    let instruction = InstructionView {
        program_id: &ID,
        accounts: &metas,
        data: &data,
    };
    let seeds = seeds.each();
    // SAFETY: the network program writes registry, record and lamports, of which nothing is borrowed here.
    unsafe { invoke_signed_unchecked(&instruction, &views, &[PdaSigner::from(&seeds)]) };
}
