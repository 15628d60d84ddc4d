mod close_asset;
mod create_asset;
mod devices;
mod finalize;
mod fund;
mod govern;
mod leave;
mod permits;
mod revenue;
mod stake;
mod tranches;

pub use {
    close_asset::*, create_asset::*, devices::*, finalize::*, fund::*, govern::*, leave::*,
    permits::*, revenue::*, stake::*, tranches::*,
};
