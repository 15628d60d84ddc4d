//! The rules of a network's state, without a chain: plain functions over plain values.

#[path = "rules/approvals.rs"]
mod approvals;
#[path = "rules/attempts.rs"]
mod attempts;
#[path = "rules/changes.rs"]
mod changes;
#[path = "rules/closing.rs"]
mod closing;
#[path = "rules/corrections.rs"]
mod corrections;
#[path = "rules/demands.rs"]
mod demands;
#[path = "rules/faults.rs"]
mod faults;
#[path = "rules/ledgers.rs"]
mod ledgers;
#[path = "rules/pauses.rs"]
mod pauses;
#[path = "rules/payouts.rs"]
mod payouts;
#[path = "rules/policies.rs"]
mod policies;

use {
    anchor_lang::prelude::Address,
    bytemuck::Zeroable,
    network::state::{Committee, Emission, EpochClaim, Network, Policy},
    proptest::prelude::*,
};

const EPOCH_SECONDS: u32 = 60;
const CHALLENGE_SECONDS: u32 = 20;
const CHALLENGE_SLOTS: u32 = 10;
const ANSWER_SECONDS: u32 = 15;
const DEVICE_CAP: u64 = 1_000;

/// An emission whose limits are never reached.
const EMISSION: Emission = Emission {
    max_supply: u64::MAX,
    epoch_cap: u64::MAX,
    halving_epochs: 0,
};

fn network(emission: Emission) -> Network {
    let mut network = Network::zeroed();
    network.authority = Address::new_from_array([1; 32]);
    network.emission = emission;
    network.policy = Policy {
        device_epoch_cap: DEVICE_CAP,
        epoch_seconds: EPOCH_SECONDS,
        challenge_seconds: CHALLENGE_SECONDS,
        challenge_slots: CHALLENGE_SLOTS,
        answer_seconds: ANSWER_SECONDS,
        max_capacity: [0, 1, 0, 0, 0, 0, 0, 0],
        payout_limit: u64::MAX,
        payout_window_seconds: 60,
        ..Policy::zeroed()
    };
    network
}

/// A slot so late that every challenge period has lasted its slots.
const LATE: u64 = u64::MAX;

/// Signatures of the first two members.
const SIGNERS: u32 = 0b11;

/// Posts the claim on the next epoch, which has been cut, if it is admitted.
fn post(network: &mut Network, now: i64, claim: &EpochClaim) -> Result<(), anchor_lang::Error> {
    let cut = network.next_cut()?;
    network.admit(now, &cut, claim)?;
    network.post((now, 0), &cut, claim, SIGNERS);
    Ok(())
}

/// Cuts, posts and promotes an epoch, each an epoch's time after the last. Returns what was to be minted.
fn promoted(network: &mut Network, now: &mut i64, earned_total: u64) -> Option<u64> {
    *now += i64::from(EPOCH_SECONDS);
    network.cut(*now, 1, [7; 32]).ok()?;
    post(network, *now, &claim(earned_total, network.attempt)).ok()?;
    *now += i64::from(CHALLENGE_SECONDS);
    network.promote(*now, LATE).ok()
}

fn claim(earned_total: u64, attempt: u32) -> EpochClaim {
    EpochClaim {
        attempt,
        earned_total,
        ledger_root: [2; 32],
        usage_root: [0; 32],
        dataset_hash: [3; 32],
    }
}

#[test]
fn the_cap_halves_on_schedule_down_to_nothing() {
    let emission = |halving_epochs| Emission {
        max_supply: u64::MAX,
        epoch_cap: 1_000,
        halving_epochs,
    };
    let caps = |halving, epochs: &[u64]| -> Vec<u64> {
        epochs
            .iter()
            .map(|epoch| emission(halving).cap_of(*epoch))
            .collect()
    };
    assert_eq!(caps(0, &[1, 2, u64::MAX]), [1_000, 1_000, 1_000]);
    assert_eq!(
        caps(10, &[1, 10, 11, 20, 21, 101]),
        [1_000, 1_000, 500, 500, 250, 0]
    );
    assert_eq!(caps(1, &[1, 2, 64, 65, u64::MAX]), [1_000, 500, 0, 0, 0]);
}

#[test]
fn a_committee_needs_more_than_half_of_distinct_keys() {
    let key = |n: u8| [n; 32];
    let mut committee = Committee::zeroed();
    assert!(committee.keys().is_empty());
    let unbonded = |count: usize| vec![[0; 32]; count];
    let three = [key(1), key(2), key(3)];
    assert!(committee.replace(2, &three, &unbonded(3)).is_ok());
    assert_eq!((committee.version, committee.threshold), (1, 2));
    for (threshold, keys) in [
        (1, vec![key(1), key(2)]),
        (4, vec![key(1), key(2), key(3)]),
        (2, vec![key(1), key(2), key(1)]),
        (2, vec![key(1), key(2), key(0)]),
        (0, vec![]),
        (10, (1..=21).map(key).collect()),
        (12, (1..=22).map(key).collect()),
    ] {
        assert!(committee
            .replace(threshold, &keys, &unbonded(keys.len()))
            .is_err());
        assert_eq!(committee.version, 1, "a refused committee changes nothing");
        assert_eq!(committee.keys(), three);
    }
    assert!(committee.replace(1, &[key(9)], &unbonded(1)).is_ok());
    assert_eq!(
        committee.keys(),
        [key(9)],
        "nobody of the old committee is left"
    );
}

#[test]
fn no_more_than_two_epochs_are_cut_and_not_promoted() {
    let mut network = network(Emission {
        max_supply: 100,
        epoch_cap: 10,
        halving_epochs: 0,
    });
    assert!(network
        .cut(i64::from(EPOCH_SECONDS) - 1, 0, [0; 32])
        .is_err());
    assert!(network.cut(60, 1, [1; 32]).is_ok());
    assert!(network.cut(119, 1, [1; 32]).is_err());
    assert!(network.cut(120, 2, [2; 32]).is_ok());
    assert!(network.cut(180, 3, [3; 32]).is_err());
    let cut = network
        .next_cut()
        .map(|cut| (cut.epoch, cut.device_count))
        .ok();
    assert_eq!(cut, Some((1, 1)), "the first cut outlives the second");
}

/// An operation that anybody may try, with any values.
#[derive(Clone, Debug)]
enum Step {
    Cut { wait: i64, devices: u32 },
    Post { total: u64, attempt: u32 },
    Promote { wait: i64 },
    Pay { amount: u64 },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0i64..150, any::<u32>()).prop_map(|(wait, devices)| Step::Cut { wait, devices }),
        (
            prop_oneof![0u64..2_000, any::<u64>()],
            prop_oneof![0u32..300, any::<u32>()]
        )
            .prop_map(|(total, attempt)| Step::Post { total, attempt }),
        (0i64..60).prop_map(|wait| Step::Promote { wait }),
        prop_oneof![0u64..500, any::<u64>()].prop_map(|amount| Step::Pay { amount }),
    ]
}

proptest! {
    #[test]
    fn paid_stays_within_earned_and_earned_within_every_cap(
        steps in prop::collection::vec(step(), 1..120),
        initial_supply in 0u64..500,
        halving_epochs in 0u64..5,
    ) {
        let emission = Emission { max_supply: 2_000, epoch_cap: 700, halving_epochs };
        let mut network = network(emission);
        network.initial_supply = initial_supply;
        let (mut now, mut minted) = (0i64, 0u64);
        for step in steps {
            let before = bytemuck::bytes_of(&network).to_vec();
            let done = match step {
                Step::Cut { wait, devices } => {
                    now += wait;
                    network.cut(now, devices, [7; 32]).is_ok()
                }
                Step::Post { total, attempt } => {
                    let posted = post(&mut network, now, &claim(total, attempt)).is_ok();
                    prop_assert!(!posted || attempt <= 255);
                    posted
                }
                Step::Promote { wait } => {
                    now += wait;
                    match network.promote(now, LATE) {
                        Ok(growth) => {
                            prop_assert!(growth <= emission.cap_of(network.current.epoch));
                            minted += growth;
                            true
                        }
                        Err(_) => false,
                    }
                }
                Step::Pay { amount } => network.pay(amount).is_ok(),
            };
            if !done {
                prop_assert!(bytemuck::bytes_of(&network) == before, "an error changes nothing");
            }
            prop_assert_eq!(network.current.earned_total, minted);
            prop_assert!(network.total_paid <= minted);
            prop_assert!(initial_supply + minted <= emission.max_supply);
            let cap = |epoch| DEVICE_CAP.min(emission.cap_of(epoch));
            let caps: u64 = (1..=network.current.epoch).map(cap).sum();
            prop_assert_eq!(network.device_earned_max, caps);
            prop_assert!(network.last_cut_epoch <= network.current.epoch + 2);
            prop_assert!(network.pending.epoch == 0 || network.pending.epoch == network.current.epoch + 1);
        }
    }
}
