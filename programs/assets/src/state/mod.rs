mod asset;
mod permit;
mod stake;
mod streams;
mod terms;
mod tranches;

pub use {asset::*, permit::*, stake::*, streams::*, terms::*, tranches::*};
