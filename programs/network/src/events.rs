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

/// Emitted by self-CPI when a device is handed to another owner or retired.
#[event]
pub struct DeviceChanged {
    pub network: Address,
    pub index: u32,
    /// The owner from `effective_epoch` on; a retired device keeps its owner.
    pub owner: Address,
    pub effective_epoch: u64,
    pub retired: bool,
    /// The registry's running hash after the change.
    pub registry_hash: [u8; 32],
}
