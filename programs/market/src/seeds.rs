//! Seeds of all addresses, mirrored by `app/sdk/src/market/addresses.ts`.

pub const MARKET: &[u8] = b"market";
pub const AREA: &[u8] = b"area";
pub const METER: &[u8] = b"meter";
pub const OFFER: &[u8] = b"offer";
pub const ORDER: &[u8] = b"order";
