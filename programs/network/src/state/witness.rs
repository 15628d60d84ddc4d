use {super::Network, crate::errors::NetworkError, anchor_lang::prelude::*};

/// A device's leaf, proven under the current root and kept for a challenge: two proofs for a ledger of a million devices
/// don't fit one transaction. Address: `["witness", payer, network, index u32]`.
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
    /// Requires that this is the leaf of device `index` under the current root of `network`.
    pub fn require(&self, address: &Address, network: &Network, index: u32) -> Result<()> {
        let same =
            self.network == *address && self.index == index && self.epoch == network.current.epoch;
        require!(same, NetworkError::WrongWitness);
        Ok(())
    }
}
