mod committee;
mod epoch;
mod network;
mod page;
mod policy;
mod registry;

pub use {committee::*, epoch::*, network::*, page::*, policy::*, registry::*};
