use {
    super::{Network, EPOCH_MESSAGE_BYTES, EPOCH_MESSAGE_IDENTITY_BYTES},
    crate::errors::NetworkError,
    anchor_lang::prelude::*,
};

/// An oracle's approval of an epoch's message, given by signing a transaction instead of the message.
/// Address: `["approval", network, committee version u32, epoch u64, attempt u32, oracle key]`, so that an oracle has one
/// for each attempt.
#[account]
pub struct Approval {
    pub network: Address,
    /// The oracle's Ed25519 key.
    pub oracle: [u8; 32],
    /// SHA-256 of the message.
    pub message_hash: [u8; 32],
    /// The account that paid the rent and gets it back.
    pub payer: Address,
    pub epoch: u64,
    pub committee_version: u32,
    pub attempt: u32,
}

impl Approval {
    /// Requires that this approves `message` of the network at `address`.
    pub fn require_of(&self, address: &Address, message: &[u8]) -> Result<()> {
        let same = self.network == *address && self.message_hash == sha256(message);
        require!(same, NetworkError::WrongMessage);
        Ok(())
    }

    /// Whether an honest oracle that gave this approval can't have signed `message`: same identity, other content.
    pub fn contradicts(&self, network: &Network, message: &[u8; EPOCH_MESSAGE_BYTES]) -> bool {
        let prefix = network.message_prefix(&self.network);
        let (of, rest) = message.split_at(prefix.len());
        let identity = &rest[..EPOCH_MESSAGE_IDENTITY_BYTES - prefix.len()];
        let version = self.committee_version.to_le_bytes();
        let epoch = self.epoch.to_le_bytes();
        let attempt = self.attempt.to_le_bytes();
        of == prefix
            && identity[..4] == version
            && identity[4..12] == epoch
            && identity[12..] == attempt
            && self.message_hash != sha256(message)
    }
}

/// The hash that an approval keeps of a message.
pub fn sha256(message: &[u8]) -> [u8; 32] {
    commonwire_merkle::hash(&[message])
}
