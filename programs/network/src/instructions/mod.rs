mod create_network;
mod cut_epoch;
mod open_page;
mod post_epoch;
mod promote;
mod register_devices;
mod set_committee;
mod settle;

pub use {
    create_network::*, cut_epoch::*, open_page::*, post_epoch::*, promote::*, register_devices::*,
    set_committee::*, settle::*,
};
