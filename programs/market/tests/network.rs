//! What the market reads of a network's account is where the network program keeps it.

use {
    market::network::{CURRENT_AT, MINT_AT, PAUSE_AT, USAGE_ROOT_AT},
    network::state::{CurrentEpoch, Network, Pause},
    std::mem::offset_of,
};

const DISCRIMINATOR: usize = 8;

#[test]
fn fields_are_where_the_network_keeps_them() {
    let at = |offset: usize| DISCRIMINATOR + offset;
    assert_eq!(MINT_AT, at(offset_of!(Network, mint)));
    let current = at(offset_of!(Network, current));
    assert_eq!(CURRENT_AT, current + offset_of!(CurrentEpoch, epoch));
    assert_eq!(CURRENT_AT + 8, current + offset_of!(CurrentEpoch, cut_time));
    assert_eq!(
        USAGE_ROOT_AT,
        current + offset_of!(CurrentEpoch, usage_root)
    );
    let pause = at(offset_of!(Network, pause));
    assert_eq!(PAUSE_AT, pause + offset_of!(Pause, since));
    assert_eq!(PAUSE_AT + 8, pause + offset_of!(Pause, until));
}
