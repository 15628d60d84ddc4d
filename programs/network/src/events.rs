use anchor_lang::prelude::*;

/// Emitted by self-CPI with each batch, so that a replay can order batches within a slot and check each step.
#[event]
pub struct DevicesRegistered {
    pub network: Address,
    /// Index of the batch's first device; the others follow.
    pub first: u32,
    pub count: u32,
    /// The registry's running hash after the batch.
    pub registry_hash: [u8; 32],
}
