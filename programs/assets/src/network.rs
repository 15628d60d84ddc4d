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

/// Registers devices of the first account, the asset. Accounts: owner, payer, network, registry, and three programs' own.
pub fn register_devices(
    accounts: [&AccountView; 7],
    registration: &Registration,
    seeds: &SignerSeeds,
) {
    let mut data = Vec::with_capacity(15 + registration.devices.len());
    data.extend_from_slice(&[REGISTER_DEVICES, registration.kind, registration.key_type]);
    data.extend_from_slice(&registration.max_fee.to_le_bytes());
    push_bytes(&mut data, registration.devices);
    call(accounts, 4, &data, seeds);
}

/// Retires a device of the first account, the asset. Accounts: owner, payer, network, registry, record, and three programs' own.
pub fn retire_device(
    accounts: [&AccountView; 8],
    (index, earned, proof): (u32, u64, &[u8]),
    seeds: &SignerSeeds,
) {
    let mut data = Vec::with_capacity(17 + proof.len());
    data.push(RETIRE_DEVICE);
    data.extend_from_slice(&index.to_le_bytes());
    data.extend_from_slice(&earned.to_le_bytes());
    push_bytes(&mut data, proof);
    call(accounts, 5, &data, seeds);
}

/// Borsh: length and bytes.
fn push_bytes(data: &mut Vec<u8>, bytes: &[u8]) {
    data.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
    data.extend_from_slice(bytes);
}

/// Calls the network program; the first account signs by its seeds, the second has signed the transaction, and those from the
/// fourth to `written` are written.
fn call<const N: usize>(
    accounts: [&AccountView; N],
    written: usize,
    data: &[u8],
    seeds: &SignerSeeds,
) {
    let metas: [InstructionAccount; N] = core::array::from_fn(|at| {
        let address = accounts[at].address();
        match at {
            0 => InstructionAccount::readonly_signer(address),
            1 => InstructionAccount::writable_signer(address),
            _ if at >= 3 && at < written => InstructionAccount::writable(address),
            _ => InstructionAccount::readonly(address),
        }
    });
    let instruction = InstructionView {
        program_id: &ID,
        accounts: &metas,
        data,
    };
    let seeds = seeds.each();
    let signer = [PdaSigner::from(&seeds)];
    // SAFETY: the network program writes registry, record and lamports, of which nothing is borrowed here.
    unsafe { invoke_signed_unchecked(&instruction, &accounts.map(CpiAccount::from), &signer) };
}
