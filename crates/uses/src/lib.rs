//! What the market sells directly, from one offer to one order: bandwidth, parking and rides. Pure rules, without accounts or
//! tokens. `app/sdk/src/market` has the same in TypeScript, and `tests/vectors.json` holds both to it.
#![no_std]

pub mod parking;
pub mod ride;
pub mod voucher;
