//! Every seed of a program-derived address, in one place; the SDK's `stake/addresses.ts` mirrors this file.

pub const POOL: &[u8] = b"pool";
pub const STAKES: &[u8] = b"stakes";
pub const POSITION: &[u8] = b"position";
pub const VOTER_WEIGHT: &[u8] = b"voter-weight";
pub const MAX_VOTER_WEIGHT: &[u8] = b"max-voter-weight";
