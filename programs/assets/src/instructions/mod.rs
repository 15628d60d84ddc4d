mod close_asset;
mod create_asset;
mod decide;
mod devices;
mod finalize;
mod fund;
mod leave;
mod permits;
mod revenue;
mod stake;
mod tranches;

pub use {
    close_asset::*, create_asset::*, decide::*, devices::*, finalize::*, fund::*, leave::*,
    permits::*, revenue::*, stake::*, tranches::*,
};
