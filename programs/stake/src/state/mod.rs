mod leaving;
mod pool;
mod position;
mod weight_record;

pub use {leaving::*, pool::*, position::*, weight_record::*};
