//! Proves that an oracle signed two messages of which an honest one signs only one.

use {
    crate::{
        errors::{ensure, NetworkError},
        state::{
            Approval, Network, EPOCH_MESSAGE_BYTES, EPOCH_MESSAGE_IDENTITY_BYTES,
            EPOCH_MESSAGE_NETWORK_BYTES,
        },
    },
    alloc::vec::Vec,
    anchor_lang::prelude::*,
    commonwire_onchain::ed25519,
};

/// Returns the oracle that signed two messages for one epoch and attempt of this network, by the signatures in the Ed25519
/// instructions that directly precede the current one: two, or one beside the oracle's approval of another message.
pub fn prove(
    instructions: &SysvarInstructions,
    network: &Network,
    address: &Address,
    approval: Option<&Approval>,
) -> Result<[u8; 32]> {
    let mut signed: Vec<(Vec<u8>, Vec<u8>)> = Vec::with_capacity(2);
    ed25519::for_each_signature(instructions, |key, text| {
        ensure(signed.len() < 2, NetworkError::NotEquivocation)?;
        signed.push((key.to_vec(), text.to_vec()));
        Ok::<(), NetworkError>(())
    })?;
    let equivocal = match (&signed[..], approval) {
        ([(key, one), (other_key, other)], None) => {
            key == other_key
                && one.len() == EPOCH_MESSAGE_BYTES
                && other.len() == EPOCH_MESSAGE_BYTES
                && one[..EPOCH_MESSAGE_NETWORK_BYTES] == network.message_prefix(address)
                && one[..EPOCH_MESSAGE_IDENTITY_BYTES] == other[..EPOCH_MESSAGE_IDENTITY_BYTES]
                && one != other
        }
        ([(key, text)], Some(approval)) => {
            approval.network == *address
                && approval.oracle == key[..]
                && text
                    .first_chunk()
                    .is_some_and(|message| approval.contradicts(network, message))
                && text.len() == EPOCH_MESSAGE_BYTES
        }
        _ => false,
    };
    require!(equivocal, NetworkError::NotEquivocation);
    let mut oracle = [0; 32];
    oracle.copy_from_slice(&signed[0].0);
    Ok(oracle)
}
