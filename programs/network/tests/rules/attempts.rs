//! The attempts at an epoch that may be posted after any number of void ones.

use {
    super::{claim, network, post, EMISSION, LATE},
    anchor_lang::prelude::Address,
    network::state::{ATTEMPT_WINDOW, GUARDIAN_VETOES},
    proptest::prelude::*,
    std::collections::HashSet,
};

const AUTHORITY: Address = Address::new_from_array([1; 32]);
const GUARDIAN: Address = Address::new_from_array([2; 32]);

#[derive(Clone, Copy, Debug)]
enum Step {
    /// So many attempts from the network's.
    Post(i64),
    Challenge,
    GuardianVetoes,
    AuthorityVetoes,
    Promote,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => prop_oneof![Just(0i64), 0i64..=256, 250i64..260, -300i64..0].prop_map(Step::Post),
        1 => Just(Step::Challenge),
        3 => Just(Step::GuardianVetoes),
        1 => Just(Step::AuthorityVetoes),
        1 => Just(Step::Promote),
    ]
}

proptest! {
    #[test]
    fn no_attempt_at_an_epoch_is_posted_twice(steps in prop::collection::vec(step(), 1..150)) {
        let mut network = network(EMISSION);
        (network.authority, network.guardian) = (AUTHORITY, GUARDIAN);
        let mut now = 0;
        let mut posted = HashSet::new();
        // Attempt of the last void epoch, and vetoes by the guardian, of the epoch to come.
        let (mut last_void, mut vetoes) = (None::<u32>, 0u8);
        for step in steps {
            now += 60;
            let _ = network.cut(now, 1, [7; 32]);
            let pending = (network.pending.epoch != 0).then_some(network.pending.attempt);
            match step {
                Step::Post(ahead) => {
                    let attempt = u32::try_from(i64::from(network.attempt) + ahead).unwrap_or(u32::MAX);
                    let least = last_void.map_or(0, |attempt| attempt + 1);
                    let allowed = pending.is_none() && attempt >= least && attempt - least <= ATTEMPT_WINDOW;
                    let claim = claim(network.current.earned_total, attempt);
                    prop_assert_eq!(post(&mut network, now, &claim).is_ok(), allowed);
                    if allowed {
                        let fresh = posted.insert((network.pending.epoch, attempt));
                        prop_assert!(fresh, "posted for the second time");
                    }
                }
                Step::Challenge => {
                    if pending.is_some() {
                        network.void();
                        last_void = pending;
                    }
                }
                Step::GuardianVetoes | Step::AuthorityVetoes => {
                    let by_guardian = matches!(step, Step::GuardianVetoes);
                    let allowed = pending.is_some() && !(by_guardian && vetoes == GUARDIAN_VETOES);
                    let by = if by_guardian { GUARDIAN } else { AUTHORITY };
                    let root = network.pending.ledger_root;
                    prop_assert!({ network }.veto(&by, &[9; 32]).is_err(), "a veto hits only the root it names");
                    prop_assert_eq!(network.veto(&by, &root).is_ok(), allowed);
                    if allowed {
                        (last_void, vetoes) = (pending, vetoes + u8::from(by_guardian));
                    }
                }
                Step::Promote => {
                    let promoted = network.promote(now + 60, LATE).is_ok();
                    prop_assert_eq!(promoted, pending.is_some());
                    if promoted {
                        (last_void, vetoes) = (None, 0);
                    }
                }
            }
            prop_assert_eq!(network.guardian_vetoes, vetoes);
            prop_assert_eq!(network.attempt, last_void.map_or(0, |attempt| attempt + 1));
        }
    }
}
