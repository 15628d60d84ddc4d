//! Every seed of a program-derived address, in one place; the SDK's `network/addresses.ts` mirrors this file.

pub const NETWORK: &[u8] = b"network";
pub const REGISTRY: &[u8] = b"registry";
pub const PAGE: &[u8] = b"page";
pub const OWNER: &[u8] = b"owner";
pub const BOND: &[u8] = b"bond";
pub const APPROVAL: &[u8] = b"approval";
pub const DEMAND: &[u8] = b"demand";
pub const FUNDING: &[u8] = b"funding";
