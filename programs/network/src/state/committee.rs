use {
    crate::errors::NetworkError,
    alloc::vec::Vec,
    anchor_lang::{
        bytemuck::{Pod, Zeroable},
        prelude::*,
    },
};

pub const MAX_MEMBERS: usize = 9;

/// Most signatures that fit one transaction along with the epoch's message and `post_epoch`.
pub const MAX_THRESHOLD: u8 = 5;

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
}

impl Committee {
    pub fn keys(&self) -> &[[u8; 32]] {
        &self.keys[..MAX_MEMBERS.min(self.members as usize)]
    }

    pub fn replace(&mut self, threshold: u8, keys: &[[u8; 32]]) -> Result<()> {
        let members = keys.len();
        let sound = (1..=MAX_MEMBERS).contains(&members)
            && usize::from(threshold) <= members
            && usize::from(threshold) * 2 > members
            && threshold <= MAX_THRESHOLD;
        require!(sound, NetworkError::BadThreshold);
        for (position, key) in keys.iter().enumerate() {
            let fresh = *key != [0; 32] && !keys[..position].contains(key);
            require!(fresh, NetworkError::BadCommitteeKey);
        }
        self.keys = [[0; 32]; MAX_MEMBERS];
        self.keys[..members].copy_from_slice(keys);
        self.members = members as u8;
        self.threshold = threshold;
        self.version = self.version.checked_add(1).ok_or(NetworkError::Overflow)?;
        Ok(())
    }

    pub fn has(&self, key: &[u8; 32]) -> bool {
        self.keys().contains(key)
    }

    /// Removes a member. The threshold stays if the others can still reach it; without members nothing can be posted until a
    /// new committee is set.
    pub fn remove(&mut self, key: &[u8; 32]) -> Result<()> {
        let kept: Vec<[u8; 32]> = self
            .keys()
            .iter()
            .filter(|member| *member != key)
            .copied()
            .collect();
        if kept.is_empty() {
            self.version = self.version.checked_add(1).ok_or(NetworkError::Overflow)?;
            (self.members, self.threshold, self.keys) = (0, 0, [[0; 32]; MAX_MEMBERS]);
            return Ok(());
        }
        self.replace(self.threshold.min(kept.len() as u8), &kept)
    }
}
