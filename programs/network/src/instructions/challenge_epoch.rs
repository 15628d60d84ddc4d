// The derive macro also binds seed arguments where it does not use them.
#![allow(unused_variables)]

use {
    crate::{
        errors::NetworkError,
        seeds,
        settlement::require_leaf,
        state::{Network, OwnerRecord, PendingLeaf, Witness},
    },
    anchor_lang::prelude::*,
};

/// Voids the pending epoch by proving one leaf that the rules forbid. Anyone may call it, even while paused.
#[derive(Accounts)]
#[instruction(index: u32)]
pub struct ChallengeEpoch {
    #[account(mut)]
    pub network: Box<Account<Network>>,
    /// The device's leaf under the current root; none for a device that isn't in the current ledger.
    pub witness: Option<Account<Witness>>,
    /// CHECK: records the last change of the device's owner, if there was one; its address is derived, so a challenger
    /// can't leave it out.
    #[account(
        seeds = [seeds::OWNER, network.address().as_ref(), &index.to_le_bytes()],
        bump
    )]
    pub record: UncheckedAccount,
}

impl ChallengeEpoch {
    /// `proof` leads from the leaf of device `index`, with this owner and this much earned, to the pending root.
    pub fn challenge(
        &mut self,
        index: u32,
        owner: Address,
        earned: u64,
        proof: &[u8],
    ) -> Result<()> {
        let network = &self.network;
        let pending = &network.pending;
        require!(pending.epoch != 0, NetworkError::NothingPending);
        let leaf = PendingLeaf {
            index,
            owner,
            earned,
        };
        require_leaf(
            &pending.ledger_root,
            pending.device_count,
            (index, &leaf.owner, earned),
            proof,
        )?;
        let before = match &self.witness {
            Some(witness) => {
                witness.require(network.address(), network, index)?;
                Some(&**witness)
            }
            None => {
                require!(
                    index >= network.current.device_count,
                    NetworkError::WitnessMissing
                );
                None
            }
        };
        let view = *self.record.account();
        let record = match view.owned_by(&crate::ID) {
            true => Some(Account::<OwnerRecord>::load(view)?),
            false => None,
        };
        let fault = network.is_fault(&leaf, before, record.as_deref());
        require!(fault, NetworkError::NoFault);
        self.network.void();
        Ok(())
    }
}
