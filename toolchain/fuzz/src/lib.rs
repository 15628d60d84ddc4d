//! One function per target, which passes bytes to a parser and panics if the parser violates a property.

mod arguments;
mod devices;
mod ed25519;
mod mint;
mod payees;
mod realm;
mod reference;
mod settle;
mod settle_built;
mod terms;

pub use {
    arguments::arguments, devices::devices, ed25519::ed25519, mint::mint, realm::realm,
    settle::settle, settle_built::settle_built, terms::terms,
};
