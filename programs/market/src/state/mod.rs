mod area;
mod market;
mod offer;
mod order;
mod parking;
mod time;

pub use {area::*, market::*, offer::*, order::*, time::*};
