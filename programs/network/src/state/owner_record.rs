use {super::CurrentEpoch, crate::errors::NetworkError, anchor_lang::prelude::*};

/// The last change of a device's owner. Address: `["owner", network, index u32]`.
#[account]
pub struct OwnerRecord {
    pub network: Address,
    /// The device's owner from `effective_epoch` on.
    pub owner: Address,
    /// The device's owner until then.
    pub previous_owner: Address,
    /// First epoch whose ledger shows the change; 0: nothing was recorded yet.
    pub effective_epoch: u64,
    pub index: u32,
    /// 1: the device is retired and earns nothing from `effective_epoch` on.
    pub retired: u8,
    pub _pad: [u8; 3],
}

impl OwnerRecord {
    /// The device's owner in the ledger of `epoch`, which hasn't been promoted yet.
    pub fn owner_in(&self, epoch: u64) -> &Address {
        match self.effective_epoch <= epoch {
            true => &self.owner,
            false => &self.previous_owner,
        }
    }

    /// Whether the device earns nothing any more in `epoch`.
    pub fn is_retired_in(&self, epoch: u64) -> bool {
        self.retired == 1 && self.effective_epoch <= epoch
    }

    /// Records a change made by `owner`, whom the current ledger names as the device's owner.
    ///
    /// An earlier change must be in that ledger already: the owners in pending epochs are compared with this record, so one
    /// that is still needed must not be overwritten.
    pub fn change(
        &mut self,
        owner: &Address,
        current: &CurrentEpoch,
        change: &OwnerChange,
    ) -> Result<()> {
        require!(self.retired == 0, NetworkError::DeviceRetired);
        let settled = self.effective_epoch == 0
            || (current.epoch >= self.effective_epoch && self.owner == *owner);
        require!(settled, NetworkError::TransferOutstanding);
        self.network = change.network;
        self.index = change.index;
        self.previous_owner = *owner;
        self.owner = change.owner;
        self.effective_epoch = change.effective_epoch;
        self.retired = u8::from(change.retired);
        Ok(())
    }
}

/// A transfer or retirement of a device.
pub struct OwnerChange {
    pub network: Address,
    pub index: u32,
    /// The owner from then on; a retired device keeps the one it has.
    pub owner: Address,
    pub effective_epoch: u64,
    pub retired: bool,
}
