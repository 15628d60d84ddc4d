use {super::Network, crate::errors::NetworkError, anchor_lang::prelude::*};

/// A device's leaf as the current root proves it, kept for a challenge: two proofs of a million devices' ledger don't fit
/// one transaction. Address: `["witness", payer, network, index u32]`.
#[account]
pub struct Witness {
    pub payer: Address,
    pub network: Address,
    pub owner: Address,
    /// Epoch whose ledger this is from.
    pub epoch: u64,
    pub earned: u64,
    pub index: u32,
    pub _pad: [u8; 4],
}

impl Witness {
    /// Whether this is what the current root of `network` says of device `index`.
    pub fn require(&self, address: &Address, network: &Network, index: u32) -> Result<()> {
        let same =
            self.network == *address && self.index == index && self.epoch == network.current.epoch;
        require!(same, NetworkError::WrongWitness);
        Ok(())
    }
}
