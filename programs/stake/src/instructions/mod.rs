mod create_pool;
mod income;
mod position;
mod voter_weight;
mod weigh;

pub use {create_pool::*, income::*, position::*, voter_weight::*, weigh::*};
