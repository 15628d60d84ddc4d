//! Seeds of all addresses, mirrored by `app/sdk/src/assets/addresses.ts`.

pub const ASSET: &[u8] = b"asset";
pub const SHARES: &[u8] = b"shares";
pub const ESCROW: &[u8] = b"escrow";
pub const STAKED: &[u8] = b"staked";
pub const STAKE: &[u8] = b"stake";
pub const PERMIT: &[u8] = b"permit";
