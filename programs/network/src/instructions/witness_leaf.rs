// The derive macro also binds seed arguments where it does not use them.
#![allow(unused_variables)]

use {
    crate::{
        errors::NetworkError,
        seeds,
        settlement::require_leaf,
        state::{Network, Witness},
    },
    anchor_lang::prelude::*,
};

/// Stores a device's leaf under the current root for a later challenge. Anyone may; the account belongs to the payer, so
/// nobody else can close or overwrite it.
#[derive(Accounts)]
#[instruction(index: u32)]
pub struct WitnessLeaf {
    #[account(mut)]
    pub payer: Signer,
    pub network: Box<Account<Network>>,
    #[account(
        init_if_needed,
        payer = payer,
        seeds = [
            seeds::WITNESS,
            payer.address().as_ref(),
            network.address().as_ref(),
            &index.to_le_bytes(),
        ],
        bump
    )]
    pub witness: Box<Account<Witness>>,
    pub system_program: Program<System>,
}

impl WitnessLeaf {
    pub fn witness(&mut self, index: u32, owner: Address, earned: u64, proof: &[u8]) -> Result<()> {
        let current = &self.network.current;
        require_leaf(
            &current.ledger_root,
            current.device_count,
            (index, &owner, earned),
            proof,
        )?;
        let (payer, network, epoch) = (
            *self.payer.address(),
            *self.network.address(),
            current.epoch,
        );
        let witness = &mut self.witness;
        witness.payer = payer;
        witness.network = network;
        witness.owner = owner;
        witness.epoch = epoch;
        witness.earned = earned;
        witness.index = index;
        Ok(())
    }
}

/// Closes a witness and returns its rent to the account that paid it.
#[derive(Accounts)]
pub struct CloseWitness {
    #[account(mut, address = witness.payer @ NetworkError::WrongPayer)]
    pub payer: Signer,
    #[account(mut, close = payer)]
    pub witness: Box<Account<Witness>>,
}
