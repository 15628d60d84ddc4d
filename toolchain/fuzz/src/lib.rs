//! One function for each target: it feeds bytes to a parser and panics where the parser broke a promise.

mod arguments;
mod devices;
mod ed25519;
mod mint;
mod payees;
mod reference;
mod settle;
mod settle_built;

pub use {
    arguments::arguments, devices::devices, ed25519::ed25519, mint::mint, settle::settle,
    settle_built::settle_built,
};
