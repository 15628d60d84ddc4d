mod approval;
mod bond;
mod committee;
mod demand;
mod epoch;
mod funding;
mod lifecycle;
mod network;
mod owner_record;
mod page;
mod pause;
mod policy;
mod registry;
mod rule_changes;

pub use {
    approval::*, bond::*, committee::*, demand::*, epoch::*, funding::*, lifecycle::*, network::*,
    owner_record::*, page::*, pause::*, policy::*, registry::*, rule_changes::*,
};
