mod bond;
mod committee;
mod epoch;
mod lifecycle;
mod network;
mod owner_record;
mod page;
mod pause;
mod policy;
mod registry;
mod witness;

pub use {
    bond::*, committee::*, epoch::*, lifecycle::*, network::*, owner_record::*, page::*, pause::*,
    policy::*, registry::*, witness::*,
};
