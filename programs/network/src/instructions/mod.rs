mod accept_authority;
mod apply_change;
mod approve_epoch;
mod bond;
mod challenge_epoch;
mod change_owner;
mod close_page;
mod create_network;
mod cut_epoch;
mod demand;
mod finish_close;
mod fund_vault;
mod govern;
mod guard;
mod open_page;
mod post_epoch;
mod promote;
mod register_devices;
mod set_committee;
mod settle;
mod slash;
mod withdraw_fees;

pub use {
    accept_authority::*, apply_change::*, approve_epoch::*, bond::*, challenge_epoch::*,
    change_owner::*, close_page::*, create_network::*, cut_epoch::*, demand::*, finish_close::*,
    fund_vault::*, govern::*, guard::*, open_page::*, post_epoch::*, promote::*,
    register_devices::*, set_committee::*, settle::*, slash::*, withdraw_fees::*,
};
