use {
    crate::errors::NetworkError,
    anchor_lang::{
        bytemuck::{Pod, Zeroable},
        prelude::*,
    },
};

pub const MAX_MEMBERS: usize = 21;

/// The oracles whose signatures count.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable, IdlType)]
pub struct Committee {
    /// Raised by every change; 0: no committee has been set.
    pub version: u32,
    pub members: u8,
    pub threshold: u8,
    pub _pad: [u8; 2],
    /// Ed25519 keys; the first `members` are in force.
    pub keys: [[u8; 32]; MAX_MEMBERS],
    /// Address of the bond that admitted each member, to be taken if a fault is proven; zero where none was required.
    pub bonds: [[u8; 32]; MAX_MEMBERS],
}

impl Committee {
    pub fn keys(&self) -> &[[u8; 32]] {
        &self.keys[..MAX_MEMBERS.min(self.members as usize)]
    }

    /// Position of a member.
    pub fn position(&self, key: &[u8]) -> Option<usize> {
        self.keys().iter().position(|member| member == key)
    }

    pub fn has(&self, key: &[u8; 32]) -> bool {
        self.keys().contains(key)
    }

    /// Whether members `keys` with `threshold` are fewer of the same members, and no smaller a number decides.
    pub fn is_tightened_by(&self, threshold: u8, keys: &[[u8; 32]]) -> bool {
        threshold >= self.threshold && keys.iter().all(|key| self.has(key))
    }

    /// Replaces all members; `bonds[i]` admits `keys[i]`.
    #[inline(never)]
    pub fn replace(&mut self, threshold: u8, keys: &[[u8; 32]], bonds: &[[u8; 32]]) -> Result<()> {
        require_sound(threshold, keys)?;
        require!(bonds.len() == keys.len(), NetworkError::WrongBond);
        let version = self.version.checked_add(1).ok_or(NetworkError::Overflow)?;
        *self = Self::zeroed();
        self.keys[..keys.len()].copy_from_slice(keys);
        self.bonds[..keys.len()].copy_from_slice(bonds);
        self.members = keys.len() as u8;
        self.threshold = threshold;
        self.version = version;
        Ok(())
    }

    /// The bond that admitted `key`; zero where there is none.
    pub fn bond_of(&self, key: &[u8; 32]) -> [u8; 32] {
        self.position(key).map_or([0; 32], |at| self.bonds[at])
    }

    /// Removes the members that `goes` says. The threshold stays if the others can still reach it; without members nothing
    /// can be posted until a new committee is set. Returns whether anybody was removed.
    #[inline(never)]
    pub fn remove(&mut self, goes: &dyn Fn(&[u8; 32]) -> bool) -> Result<bool> {
        if !self.keys().iter().any(goes) {
            return Ok(false);
        }
        self.version = self.version.checked_add(1).ok_or(NetworkError::Overflow)?;
        let mut kept = 0;
        for at in 0..self.keys().len() {
            if !goes(&self.keys[at]) {
                (self.keys[kept], self.bonds[kept]) = (self.keys[at], self.bonds[at]);
                kept += 1;
            }
        }
        self.keys[kept..].fill([0; 32]);
        self.bonds[kept..].fill([0; 32]);
        self.members = kept as u8;
        self.threshold = self.threshold.min(self.members);
        Ok(true)
    }
}

/// Requires distinct keys, none of them zero, and a threshold above half of them.
pub fn require_sound(threshold: u8, keys: &[[u8; 32]]) -> Result<()> {
    let members = keys.len();
    let sound = (1..=MAX_MEMBERS).contains(&members)
        && usize::from(threshold) <= members
        && usize::from(threshold) * 2 > members;
    require!(sound, NetworkError::BadThreshold);
    for (position, key) in keys.iter().enumerate() {
        let fresh = *key != [0; 32] && !keys[..position].contains(key);
        require!(fresh, NetworkError::BadCommitteeKey);
    }
    Ok(())
}
