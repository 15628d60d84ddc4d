//! Demands for leaves of the pending epoch, and the time there is to make and to answer them.

use {
    super::{
        claim, network, post, ANSWER_SECONDS, CHALLENGE_SECONDS, EMISSION, EPOCH_SECONDS, LATE,
    },
    anchor_lang::prelude::Address,
    bytemuck::Zeroable,
    network::state::{Demand, Network, GUARDIAN_PAUSE_SECONDS},
    proptest::prelude::*,
};

const DEVICES: u32 = 8;
const POSTED: i64 = EPOCH_SECONDS as i64;
const HALF: i64 = CHALLENGE_SECONDS as i64 / 2;
const OVER: i64 = POSTED + CHALLENGE_SECONDS as i64;

/// A network with an epoch of [`DEVICES`] devices pending since [`POSTED`].
fn pending() -> Network {
    let mut network = network(EMISSION);
    network.guardian = Address::new_from_array([2; 32]);
    assert!(network.cut(POSTED, DEVICES, [7; 32]).is_ok());
    assert!(post(&mut network, POSTED, &claim(1, 0)).is_ok());
    network
}

/// The demand as `demand_leaf` writes it.
fn demand(network: &Network, now: i64, index: u32) -> Demand {
    let mut demand = Demand::zeroed();
    (demand.epoch, demand.attempt) = (network.pending.epoch, network.pending.attempt);
    demand.index = index;
    demand.opened_at = now;
    demand.paused_before = network.pause.seconds(now);
    demand
}

/// Whether the demand's time is over at `now`.
fn is_unanswered(network: &Network, demand: &Demand, now: i64) -> bool {
    let paused = network.pause.seconds(now);
    demand
        .require_unanswered(&network.pending, (now, LATE), paused)
        .is_ok()
}

#[test]
fn leaves_are_demanded_in_the_first_half_of_the_challenge_period() {
    let network = pending();
    let open = |now: i64, index| { network }.open_demand((now, LATE), index).is_ok();
    assert!(open(POSTED, 0) && open(POSTED, DEVICES - 1));
    assert!(open(POSTED + HALF - 1, 0));
    assert!(!open(POSTED + HALF, 0));
    assert!(!open(i64::MAX, 0));
    assert!(!open(POSTED, DEVICES), "there is no such leaf");
    let mut nothing = network;
    nothing.void();
    assert!(nothing.open_demand((POSTED, LATE), 0).is_err());
}

#[test]
fn an_odd_period_s_middle_second_belongs_to_the_first_half() {
    let mut network = pending();
    network.pending.challenge_seconds = 21;
    assert!({ network }.open_demand((POSTED + 10, LATE), 0).is_ok());
    assert!({ network }.open_demand((POSTED + 11, LATE), 0).is_err());
    network.pending.challenge_seconds = 1;
    assert!({ network }.open_demand((POSTED, LATE), 0).is_ok());
    assert!({ network }.open_demand((POSTED + 1, LATE), 0).is_err());
}

#[test]
fn paused_time_counts_neither_against_the_demander_nor_against_the_committee() {
    let mut network = pending();
    let guardian = network.guardian;
    assert!(network.pause(&guardian, POSTED + 5).is_ok());
    let back = POSTED + 5 + GUARDIAN_PAUSE_SECONDS;
    // Five seconds are used of the ten, however long the pause.
    for now in [POSTED + 6, back - 1, back, back + 4] {
        assert!({ network }.open_demand((now, LATE), 0).is_ok(), "{now}");
    }
    assert!({ network }.open_demand((back + 5, LATE), 0).is_err());
    // Demanded in the middle of the pause: all the answer's time comes after it.
    let demand = demand(&network, POSTED + 1_000, 0);
    let answer = i64::from(ANSWER_SECONDS);
    for (now, over) in [
        (back, false),
        (back + answer, false),
        (back + answer + 1, true),
    ] {
        assert_eq!(is_unanswered(&network, &demand, now), over);
    }
}

#[test]
fn an_answer_may_take_its_seconds_and_no_more() {
    let network = pending();
    let demand = demand(&network, POSTED + 3, 1);
    let last = POSTED + 3 + i64::from(ANSWER_SECONDS);
    assert!(!is_unanswered(&network, &demand, POSTED + 3));
    assert!(!is_unanswered(&network, &demand, last));
    assert!(is_unanswered(&network, &demand, last + 1));
    assert!(is_unanswered(&network, &demand, i64::MAX));
    // A later policy doesn't change it.
    let mut network = network;
    network.policy.answer_seconds = 0;
    assert!(!is_unanswered(&network, &demand, last));
}

#[test]
fn an_epoch_with_open_demands_is_not_promoted() {
    let mut network = pending();
    for index in 0..3 {
        assert!(network.open_demand((POSTED, LATE), index).is_ok());
    }
    for open in (1..=3).rev() {
        assert_eq!(network.pending.open_demands, open);
        assert!({ network }.promote(OVER + 1_000, LATE).is_err());
        assert!(network.answer_demand((POSTED, 1)).is_ok());
    }
    assert!(
        network.answer_demand((POSTED, 1)).is_err(),
        "no more than were made"
    );
    assert!(network.promote(OVER, LATE).is_ok());
}

#[test]
fn a_demand_is_about_one_attempt_at_one_epoch() {
    let mut network = pending();
    assert!(network.open_demand((POSTED, LATE), 0).is_ok());
    let first = demand(&network, POSTED, 0);
    assert!(first.is_about(&network.pending));
    network.void();
    assert!(!first.is_about(&network.pending), "nothing is pending");
    assert!(post(&mut network, POSTED, &claim(1, 1)).is_ok());
    assert!(
        !first.is_about(&network.pending),
        "the next attempt owes nothing"
    );
    assert_eq!(network.pending.open_demands, 0);
    assert!(network.promote(OVER, LATE).is_ok());
    assert!(network.cut(OVER + POSTED, DEVICES, [7; 32]).is_ok());
    assert!(post(&mut network, OVER + POSTED, &claim(1, 0)).is_ok());
    assert!(!first.is_about(&network.pending), "nor does the next epoch");
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Demand(u32),
    Answer(prop::sample::Index),
    Lapse(prop::sample::Index),
    Veto,
    Post,
    Promote,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..DEVICES + 2).prop_map(Step::Demand),
        3 => any::<prop::sample::Index>().prop_map(Step::Answer),
        2 => any::<prop::sample::Index>().prop_map(Step::Lapse),
        1 => Just(Step::Veto),
        3 => Just(Step::Post),
        2 => Just(Step::Promote),
    ]
}

proptest! {
    /// The counter is the number of demand accounts about the pending attempt, whatever happens, and every account can
    /// be closed in the end.
    #[test]
    fn every_open_demand_is_an_account_that_can_be_closed(
        steps in prop::collection::vec((0i64..25, step()), 1..150)
    ) {
        let mut network = pending();
        let mut now = POSTED;
        let mut accounts: Vec<Demand> = Vec::new();
        for (wait, step) in steps {
            now += wait;
            let _ = network.cut(now, DEVICES, [7; 32]);
            match step {
                Step::Demand(index) => {
                    // The account of this index and attempt can be made only once.
                    let taken = accounts.iter().any(|made| made.is_about(&network.pending) && made.index == index);
                    if !taken && network.open_demand((now, LATE), index).is_ok() {
                        accounts.push(demand(&network, now, index));
                    }
                }
                Step::Answer(pick) if !accounts.is_empty() => {
                    let at = pick.index(accounts.len());
                    if accounts[at].is_about(&network.pending) {
                        prop_assert!(network.answer_demand((POSTED, 1)).is_ok());
                        accounts.swap_remove(at);
                    }
                }
                Step::Lapse(pick) if !accounts.is_empty() => {
                    let at = pick.index(accounts.len());
                    if accounts[at].is_about(&network.pending) {
                        if is_unanswered(&network, &accounts[at], now) {
                            network.void();
                            accounts.swap_remove(at);
                        }
                    } else {
                        accounts.swap_remove(at);
                    }
                }
                Step::Veto if network.pending.epoch != 0 => network.void(),
                Step::Post => {
                    let next = claim(network.current.earned_total, network.attempt);
                    let _ = post(&mut network, now, &next);
                }
                Step::Promote => {
                    let open = network.pending.open_demands;
                    prop_assert!(network.promote(now, LATE).is_err() || open == 0);
                }
                _ => (),
            }
            let about = accounts.iter().filter(|made| made.is_about(&network.pending)).count();
            prop_assert_eq!(network.pending.open_demands as usize, about);
        }
        for made in &accounts {
            let late = now + i64::from(ANSWER_SECONDS) + 1;
            prop_assert!(!made.is_about(&network.pending) || is_unanswered(&network, made, late));
        }
    }
}
