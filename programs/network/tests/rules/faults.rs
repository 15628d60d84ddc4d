//! What makes a leaf of the pending epoch a fault: wrong growth, and the wrong owner.

use {
    super::{claim, network, post, DEVICE_CAP, EMISSION, EPOCH_SECONDS},
    anchor_lang::prelude::Address,
    bytemuck::Zeroable,
    network::state::{CurrentEpoch, Network, OwnerChange, OwnerRecord},
    proptest::prelude::*,
};

const FIRST: Address = Address::new_from_array([11; 32]);
const SECOND: Address = Address::new_from_array([12; 32]);
const THIRD: Address = Address::new_from_array([13; 32]);

/// A network with epoch 1 pending, which is corrective if so named.
fn pending(corrective: bool) -> Network {
    let mut network = network(EMISSION);
    assert!(network.name_corrective(0, u64::from(corrective)).is_ok());
    assert!(network.cut(i64::from(EPOCH_SECONDS), 1, [7; 32]).is_ok());
    assert!(post(&mut network, i64::from(EPOCH_SECONDS), &claim(1, 0)).is_ok());
    network
}

fn record(owner: Address, effective_epoch: u64, retired: bool) -> OwnerRecord {
    let mut record = OwnerRecord::zeroed();
    (record.previous_owner, record.owner) = (FIRST, owner);
    record.effective_epoch = effective_epoch;
    record.retired = u8::from(retired);
    record
}

#[test]
fn growth_above_the_cap_is_wrong_in_every_epoch() {
    for network in [pending(false), pending(true)] {
        for before in [0, 1, u64::MAX - DEVICE_CAP - 1] {
            assert!(!network.is_wrong_growth(before, before, None));
            assert!(!network.is_wrong_growth(before + DEVICE_CAP, before, None));
            assert!(network.is_wrong_growth(before + DEVICE_CAP + 1, before, None));
        }
        assert!(network.is_wrong_growth(u64::MAX, 0, None));
    }
}

#[test]
fn a_later_cap_does_not_make_growth_wrong_or_right() {
    let mut network = pending(false);
    network.policy.device_epoch_cap = 1;
    assert!(!network.is_wrong_growth(DEVICE_CAP, 0, None));
    network.policy.device_epoch_cap = u64::MAX;
    assert!(network.is_wrong_growth(DEVICE_CAP + 1, 0, None));
}

#[test]
fn earning_less_is_wrong_unless_the_epoch_is_corrective() {
    assert!(pending(false).is_wrong_growth(4, 5, None));
    assert!(pending(false).is_wrong_growth(0, u64::MAX, None));
    assert!(!pending(true).is_wrong_growth(4, 5, None));
    assert!(!pending(true).is_wrong_growth(0, u64::MAX, None));
}

#[test]
fn a_retired_device_earns_nothing_from_the_epoch_it_was_retired_in() {
    for corrective in [false, true] {
        let network = pending(corrective);
        let retired = |effective| record(FIRST, effective, true);
        assert!(network.is_wrong_growth(6, 5, Some(&retired(1))));
        assert!(!network.is_wrong_growth(5, 5, Some(&retired(1))));
        assert!(!network.is_wrong_growth(6, 5, Some(&retired(2))), "not yet");
        assert_eq!(
            network.is_wrong_growth(4, 5, Some(&retired(1))),
            !corrective
        );
        let transferred = record(SECOND, 1, false);
        assert!(!network.is_wrong_growth(6, 5, Some(&transferred)));
    }
}

#[test]
fn the_previous_owner_owns_until_the_change_takes_effect() {
    let record = record(SECOND, 7, false);
    for (epoch, owner) in [(1, FIRST), (6, FIRST), (7, SECOND), (u64::MAX, SECOND)] {
        assert_eq!(*record.owner_in(epoch), owner, "epoch {epoch}");
        assert!(!record.is_retired_in(epoch));
    }
    let retired = self::record(FIRST, 7, true);
    assert_eq!(*retired.owner_in(6), FIRST);
    assert_eq!(*retired.owner_in(7), FIRST);
    assert!(!retired.is_retired_in(6) && retired.is_retired_in(7));
}

fn change(network: &Network, owner: Address, retired: bool) -> OwnerChange {
    OwnerChange {
        network: Address::new_from_array([4; 32]),
        index: 3,
        owner,
        effective_epoch: network.effective_epoch().unwrap_or(u64::MAX),
        retired,
    }
}

#[test]
fn a_second_change_waits_for_the_first_and_is_made_by_its_owner() {
    let mut network = network(EMISSION);
    network.current.epoch = 5;
    network.last_cut_epoch = 6;
    let mut record = OwnerRecord::zeroed();
    let first = change(&network, SECOND, false);
    assert_eq!(first.effective_epoch, 7);
    assert!(record.change(&FIRST, &network.current, &first).is_ok());
    assert_eq!((record.index, record.network), (3, first.network));
    // Not in the ledger yet, not even for the owner to come.
    network.current.epoch = 6;
    for owner in [FIRST, SECOND] {
        let second = change(&network, THIRD, false);
        assert!(record.change(&owner, &network.current, &second).is_err());
    }
    network.current.epoch = 7;
    let second = change(&network, THIRD, false);
    assert!(
        record.change(&FIRST, &network.current, &second).is_err(),
        "whatever the ledger says"
    );
    assert!(record.change(&SECOND, &network.current, &second).is_ok());
    assert_eq!((*record.owner_in(8), *record.owner_in(9)), (SECOND, THIRD));
    network.current.epoch = 9;
    let last = change(&network, THIRD, true);
    assert!(record.change(&THIRD, &network.current, &last).is_ok());
    network.current.epoch = 20;
    let more = change(&network, FIRST, false);
    assert!(
        record.change(&THIRD, &network.current, &more).is_err(),
        "retired for good"
    );
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Cut,
    Post,
    Void,
    Promote,
    Transfer,
}

proptest! {
    /// An honest ledger names the owner that was known when its epoch was cut. Whatever happens between cut, post and
    /// challenge, the record agrees.
    #[test]
    fn no_change_of_owner_makes_an_honest_ledger_wrong(
        steps in prop::collection::vec(prop_oneof![
            Just(Step::Cut), Just(Step::Post), Just(Step::Void), Just(Step::Promote), Just(Step::Transfer),
        ], 1..200)
    ) {
        let mut network = network(EMISSION);
        let mut record = OwnerRecord::zeroed();
        let owner = |n: u8| Address::new_from_array([n; 32]);
        // Owners in order, each with the first epoch whose ledger shows it.
        let mut history = vec![(0, owner(1))];
        // Owner in the honest ledger of each epoch, decided at its cut.
        let mut ledgers = vec![owner(1)];
        let mut now = 0;
        for step in steps {
            match step {
                Step::Cut => {
                    now += i64::from(EPOCH_SECONDS);
                    if network.cut(now, 1, [7; 32]).is_ok() {
                        let shown = history.iter().rev().find(|(from, _)| *from <= network.last_cut_epoch);
                        ledgers.push(shown.map_or(owner(0), |(_, owner)| *owner));
                    }
                }
                Step::Post => {
                    let attempt = network.attempt;
                    let _ = post(&mut network, now, &claim(0, attempt));
                }
                Step::Void => if network.pending.epoch != 0 { network.void() },
                Step::Promote => {
                    now += 100;
                    let _ = network.promote(now, super::LATE);
                }
                Step::Transfer => {
                    // The owner in the current ledger signs.
                    let by = ledgers[network.current.epoch as usize];
                    let next = owner(history.len() as u8 + 1);
                    let change = change(&network, next, false);
                    if network.current.epoch > 0 && record.change(&by, &network.current, &change).is_ok() {
                        history.push((change.effective_epoch, next));
                    }
                }
            }
            // Whichever epochs are cut and not promoted may become pending.
            if record.effective_epoch != 0 {
                for epoch in network.current.epoch + 1..=network.last_cut_epoch {
                    prop_assert_eq!(*record.owner_in(epoch), ledgers[epoch as usize], "epoch {}", epoch);
                }
            }
        }
    }

    #[test]
    fn a_change_takes_effect_after_all_that_was_cut_or_posted(current in 0u64..100, cut in 0u64..3, posted: bool) {
        let mut network = network(EMISSION);
        network.current = CurrentEpoch { epoch: current, ..CurrentEpoch::zeroed() };
        network.last_cut_epoch = current + cut;
        let posted = posted && cut > 0;
        network.pending.epoch = if posted { current + 1 } else { 0 };
        let effective = network.effective_epoch().ok();
        let next_post = current + 1 + u64::from(posted);
        prop_assert_eq!(effective, Some((next_post + 1).max(current + cut + 1)));
    }
}
