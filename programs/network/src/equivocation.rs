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
    let mut signed: Vec<([u8; 32], [u8; EPOCH_MESSAGE_BYTES])> = Vec::with_capacity(2);
    ed25519::for_each_signature(instructions, |key, text| {
        ensure(signed.len() < 2, NetworkError::NotEquivocation)?;
        match (key.try_into(), text.try_into()) {
            (Ok(key), Ok(message)) => signed.push((key, message)),
            _ => return Err(NetworkError::NotEquivocation),
        }
        Ok(())
    })?;
    let (oracle, equivocal) = match (&signed[..], approval) {
        ([(key, one), (other_key, other)], None) => {
            let equivocal = key == other_key
                && one[..EPOCH_MESSAGE_NETWORK_BYTES] == network.message_prefix(address)
                && one[..EPOCH_MESSAGE_IDENTITY_BYTES] == other[..EPOCH_MESSAGE_IDENTITY_BYTES]
                && one != other;
            (key, equivocal)
        }
        ([(key, message)], Some(approval)) => {
            let equivocal = approval.network == *address
                && approval.oracle == *key
                && approval.contradicts(network, message);
            (key, equivocal)
        }
        _ => return Err(NetworkError::NotEquivocation.into()),
    };
    require!(equivocal, NetworkError::NotEquivocation);
    Ok(*oracle)
}
