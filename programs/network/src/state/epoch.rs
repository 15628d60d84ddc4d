use anchor_lang::{
    bytemuck::{Pod, Zeroable},
    prelude::*,
};

/// The end of an epoch's collection: what the registry held at that moment.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable, IdlType)]
pub struct Cut {
    /// Epoch that this cut closes; 0: none.
    pub epoch: u64,
    /// Chain time of the cut, unix seconds.
    pub time: i64,
    pub registry_hash: [u8; 32],
    pub device_count: u32,
    pub _pad: [u8; 4],
}

/// What `post_epoch` brings beside what the cut fixed.
#[derive(Clone, Copy, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct EpochClaim {
    pub attempt: u32,
    /// Sum over all devices of what they earned since the start, in base units.
    pub earned_total: u64,
    pub ledger_root: [u8; 32],
    pub usage_root: [u8; 32],
    pub dataset_hash: [u8; 32],
}

/// An epoch that was posted and waits out its challenge period, with the rules it was posted under.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable, IdlType)]
pub struct PendingEpoch {
    /// 0: none is pending.
    pub epoch: u64,
    pub posted_at: i64,
    pub earned_total: u64,
    /// The cap for one device and epoch at the time of posting.
    pub device_epoch_cap: u64,
    pub challenge_seconds: u32,
    pub committee_version: u32,
    pub attempt: u32,
    pub device_count: u32,
    pub ledger_root: [u8; 32],
    pub registry_hash: [u8; 32],
    pub usage_root: [u8; 32],
    pub dataset_hash: [u8; 32],
}

/// The last promoted epoch: what devices are paid from.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable, IdlType)]
pub struct CurrentEpoch {
    /// 0: none was promoted yet.
    pub epoch: u64,
    pub promoted_at: i64,
    pub earned_total: u64,
    pub device_count: u32,
    pub _pad: [u8; 4],
    pub ledger_root: [u8; 32],
    pub registry_hash: [u8; 32],
    pub usage_root: [u8; 32],
    pub dataset_hash: [u8; 32],
}

/// Domain of an epoch message, so that a signature over it can't be one over anything else.
const DOMAIN: &[u8; 19] = b"commonwire:epoch:v1";

/// Length of an encoded [`EpochMessage`].
pub const EPOCH_MESSAGE_BYTES: usize = 247;

/// What an oracle signs: one network's one epoch, whole.
pub struct EpochMessage<'a> {
    pub program: &'a Address,
    pub network: &'a Address,
    pub birth: u64,
    pub committee_version: u32,
    pub epoch: u64,
    pub claim: &'a EpochClaim,
    pub device_count: u32,
    pub registry_hash: &'a [u8; 32],
}

impl EpochMessage<'_> {
    pub fn encode(&self) -> [u8; EPOCH_MESSAGE_BYTES] {
        let parts: [&[u8]; 13] = [
            DOMAIN,
            self.program.as_ref(),
            self.network.as_ref(),
            &self.birth.to_le_bytes(),
            &self.committee_version.to_le_bytes(),
            &self.epoch.to_le_bytes(),
            &self.claim.attempt.to_le_bytes(),
            &self.claim.ledger_root,
            &self.claim.earned_total.to_le_bytes(),
            &self.device_count.to_le_bytes(),
            self.registry_hash,
            &self.claim.usage_root,
            &self.claim.dataset_hash,
        ];
        let mut out = [0; EPOCH_MESSAGE_BYTES];
        let mut at = 0;
        for part in parts {
            out[at..at + part.len()].copy_from_slice(part);
            at += part.len();
        }
        out
    }
}
