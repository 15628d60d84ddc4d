use {
    super::{Committee, Network},
    crate::settlement::LedgerRoot,
    anchor_lang::{
        bytemuck::{Pod, Zeroable},
        prelude::*,
    },
};

/// The end of an epoch's collection, and the registry at that moment.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable, IdlType)]
pub struct Cut {
    /// Epoch that this cut ends; 0: none.
    pub epoch: u64,
    /// Chain time of the cut, unix seconds.
    pub time: i64,
    /// Most that one device may earn in the epoch: the policy's cap at the cut, so that a later change of policy can't
    /// make an honest epoch look wrong.
    pub device_epoch_cap: u64,
    pub registry_hash: [u8; 32],
    pub device_count: u32,
    pub _pad: [u8; 4],
}

/// The part of an epoch that `post_epoch` claims; the cut has fixed the rest.
#[derive(Clone, Copy, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct EpochClaim {
    pub attempt: u32,
    /// Sum over all devices of what they earned since the start, in base units.
    pub earned_total: u64,
    pub ledger_root: [u8; 32],
    pub usage_root: [u8; 32],
    pub dataset_hash: [u8; 32],
}

/// An epoch in its challenge period, with the rules it was posted under.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable, IdlType)]
pub struct PendingEpoch {
    /// 0: none is pending.
    pub epoch: u64,
    /// Chain time of its cut, unix seconds: what happened later belongs to later epochs.
    pub cut_time: i64,
    pub posted_at: i64,
    pub earned_total: u64,
    /// The cap for one device and epoch, from the cut.
    pub device_epoch_cap: u64,
    /// Total seconds that the network had been paused when the epoch was posted.
    pub paused_before: i64,
    pub posted_slot: u64,
    /// Seconds that it was open when a demanded leaf was last shown, and the slot of that: what is shown late can still be
    /// challenged.
    pub shown_after: i64,
    pub shown_slot: u64,
    pub challenge_seconds: u32,
    pub challenge_slots: u32,
    pub answer_seconds: u32,
    pub attempt: u32,
    pub device_count: u32,
    /// Demands for a leaf that nobody has shown yet.
    pub open_demands: u32,
    pub ledger_root: [u8; 32],
    pub registry_hash: [u8; 32],
    pub usage_root: [u8; 32],
    pub dataset_hash: [u8; 32],
    /// The committee that posted it, as it was then.
    pub committee: Committee,
    /// Members of that committee who signed: bit i for key i.
    pub signers: u32,
    /// 1: the authority lets this epoch take back what devices earned wrongly.
    pub corrective: u8,
    pub _pad: [u8; 3],
}

impl PendingEpoch {
    /// Seconds since it was posted during which the network wasn't paused; `paused`: seconds of all pauses until now.
    pub fn open_seconds(&self, now: i64, paused: i64) -> i64 {
        now.saturating_sub(self.posted_at)
            .saturating_sub(paused.saturating_sub(self.paused_before))
    }

    /// Whether leaves can still be demanded: in the first half of the challenge period, by time or by slots, so that neither
    /// a halt of the cluster nor late demands decide.
    pub fn takes_demands(&self, open: i64, slot: u64) -> bool {
        let slots = slot.saturating_sub(self.posted_slot);
        open.saturating_mul(2) < i64::from(self.challenge_seconds)
            || slots.saturating_mul(2) < u64::from(self.challenge_slots)
    }

    /// Whether the challenge period is over, and half as long since a leaf was last shown.
    pub fn is_settled(&self, open: i64, slot: u64) -> bool {
        let (seconds, slots) = (
            i64::from(self.challenge_seconds),
            u64::from(self.challenge_slots),
        );
        let since_shown = open.saturating_sub(self.shown_after);
        open >= seconds
            && slot.saturating_sub(self.posted_slot) >= slots
            && (self.shown_slot == 0
                || (since_shown.saturating_mul(2) >= seconds
                    && slot.saturating_sub(self.shown_slot).saturating_mul(2) >= slots))
    }

    /// Keys and bonds of the members who signed.
    pub fn signers(&self) -> impl Iterator<Item = (&[u8; 32], &[u8; 32])> {
        let members = self.committee.keys.iter().zip(&self.committee.bonds);
        members
            .enumerate()
            .filter(|(at, _)| self.signers >> at & 1 == 1)
            .map(|(_, member)| member)
    }

    pub fn ledger(&self) -> LedgerRoot<'_> {
        LedgerRoot {
            hash: &self.ledger_root,
            device_count: self.device_count,
            earned_total: self.earned_total,
        }
    }
}

/// The last promoted epoch, from which devices are paid.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable, IdlType)]
pub struct CurrentEpoch {
    /// 0: none was promoted yet.
    pub epoch: u64,
    /// Chain time of its cut, unix seconds.
    pub cut_time: i64,
    pub promoted_at: i64,
    pub earned_total: u64,
    pub device_count: u32,
    pub _pad: [u8; 4],
    pub ledger_root: [u8; 32],
    pub registry_hash: [u8; 32],
    pub usage_root: [u8; 32],
    pub dataset_hash: [u8; 32],
}

impl CurrentEpoch {
    pub fn ledger(&self) -> LedgerRoot<'_> {
        LedgerRoot {
            hash: &self.ledger_root,
            device_count: self.device_count,
            earned_total: self.earned_total,
        }
    }
}

/// Domain of an epoch message, so that a signature over it can't be one over anything else.
const DOMAIN: &[u8; 19] = b"commonwire:epoch:v2";

/// Length of an encoded [`EpochMessage`].
pub const EPOCH_MESSAGE_BYTES: usize = 279;

/// Leading bytes of a message that name its network: domain, program, genesis hash, network, birth.
pub const EPOCH_MESSAGE_NETWORK_BYTES: usize = 123;

/// Leading bytes of a message that name its network, committee, epoch and attempt. An honest oracle signs only one message
/// for each.
pub const EPOCH_MESSAGE_IDENTITY_BYTES: usize = 139;

/// The message that an oracle signs: the whole outcome of one epoch of one network.
pub struct EpochMessage<'a> {
    pub network: &'a Network,
    pub address: &'a Address,
    pub cut: &'a Cut,
    pub claim: &'a EpochClaim,
}

impl EpochMessage<'_> {
    pub fn encode(&self) -> [u8; EPOCH_MESSAGE_BYTES] {
        let prefix = self.network.message_prefix(self.address);
        let parts: [&[u8]; 10] = [
            &prefix,
            &self.network.committee.version.to_le_bytes(),
            &self.cut.epoch.to_le_bytes(),
            &self.claim.attempt.to_le_bytes(),
            &self.claim.ledger_root,
            &self.claim.earned_total.to_le_bytes(),
            &self.cut.device_count.to_le_bytes(),
            &self.cut.registry_hash,
            &self.claim.usage_root,
            &self.claim.dataset_hash,
        ];
        join(&parts)
    }
}

impl Network {
    /// The first bytes of every epoch message of this network at `address`.
    pub fn message_prefix(&self, address: &Address) -> [u8; EPOCH_MESSAGE_NETWORK_BYTES] {
        join(&[
            DOMAIN,
            crate::ID.as_ref(),
            &self.genesis_hash,
            address.as_ref(),
            &self.birth.to_le_bytes(),
        ])
    }
}

/// Concatenates parts whose lengths add up to `N`.
fn join<const N: usize>(parts: &[&[u8]]) -> [u8; N] {
    let mut out = [0; N];
    let mut at = 0;
    for part in parts {
        out[at..at + part.len()].copy_from_slice(part);
        at += part.len();
    }
    out
}
