use {
    super::{OwnerChange, Policy, KINDS},
    crate::errors::NetworkError,
    anchor_lang::prelude::*,
    commonwire_merkle::registry::{self, Device, DEPTH},
};

const ED25519: u8 = 0;
const P256: u8 = 1;

/// The compressed registry of a network's devices. Address: `["registry", network]`.
#[account]
pub struct Registry {
    pub network: Address,
    /// Running hash over every change since the start: a replay that misses one arrives at another hash.
    pub hash: [u8; 32],
    /// Full left subtrees of the registry tree, by level.
    pub frontier: [[u8; 32]; DEPTH],
    /// Devices registered so far, including retired ones: the next index.
    pub device_count: u32,
    pub bump: u8,
    pub _pad: [u8; 3],
}

/// A batch of one owner's devices of one kind and key type, back to back.
pub struct Batch<'a> {
    pub kind: u8,
    pub key_type: u8,
    /// Per device: `key 32 (Ed25519) or 33 (P-256) | h3_cell u64 | capacity u32`.
    pub devices: &'a [u8],
}

impl Batch<'_> {
    fn key_bytes(&self) -> Result<usize> {
        match self.key_type {
            ED25519 => Ok(32),
            P256 => Ok(33),
            _ => Err(NetworkError::BadDeviceKey.into()),
        }
    }
}

impl Registry {
    /// Appends a batch for `owner` and returns the number of its devices and their registration fee in lamports.
    pub fn register(
        &mut self,
        policy: &Policy,
        owner: &Address,
        batch: &Batch,
    ) -> Result<(u32, u64)> {
        let admitted = match usize::from(batch.kind) {
            kind if kind < KINDS => policy.max_capacity[kind],
            _ => 0,
        };
        require!(admitted > 0, NetworkError::KindNotAdmitted);
        let key_bytes = batch.key_bytes()?;
        let records = batch.devices.chunks_exact(key_bytes + 12);
        let whole = !batch.devices.is_empty() && records.remainder().is_empty();
        require!(whole, NetworkError::BadBatch);
        let first = self.device_count;
        let mut fee = 0u64;
        for record in records {
            let (key, rest) = record.split_at(key_bytes);
            let (cell, capacity) = rest.split_at(8);
            let capacity =
                u32::from_le_bytes(capacity.try_into().map_err(|_| NetworkError::BadBatch)?);
            require!(
                capacity > 0 && capacity <= admitted,
                NetworkError::CapacityOutOfBounds
            );
            fee = fee
                .checked_add(policy.fee(batch.kind, capacity)?)
                .ok_or(NetworkError::Overflow)?;
            let encoded = Device {
                index: self.device_count,
                key_type: batch.key_type,
                key: &padded_key(batch.key_type, key)?,
                owner: owner.as_array(),
                kind: batch.kind,
                h3_cell: u64::from_le_bytes(cell.try_into().map_err(|_| NetworkError::BadBatch)?),
                capacity,
            }
            .encode();
            let appended = registry::append(
                &mut self.frontier,
                self.device_count,
                registry::leaf(&encoded),
            );
            require!(appended, NetworkError::RegistryFull);
            self.hash = registry::hash_registered(&self.hash, &encoded);
            self.device_count += 1;
        }
        Ok((self.device_count - first, fee))
    }

    /// Adds a transfer or retirement to the running hash.
    pub fn record(&mut self, change: &OwnerChange) {
        let (index, epoch) = (change.index, change.effective_epoch);
        self.hash = if change.retired {
            registry::hash_retired(&self.hash, index, epoch)
        } else {
            registry::hash_transferred(&self.hash, index, change.owner.as_array(), epoch)
        };
    }
}

/// Returns the key in its 33-byte field. Refuses a zero Ed25519 key and a P-256 key that isn't a compressed point: neither
/// can sign anything.
fn padded_key(key_type: u8, key: &[u8]) -> Result<[u8; 33]> {
    let mut field = [0; 33];
    field[..key.len()].copy_from_slice(key);
    let sound = match key_type {
        P256 => field[0] == 2 || field[0] == 3,
        _ => field != [0; 33],
    };
    require!(sound, NetworkError::BadDeviceKey);
    Ok(field)
}
