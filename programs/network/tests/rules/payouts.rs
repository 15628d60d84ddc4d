//! Payments under the payout limit, against a model that remembers every payment.

use {
    super::{network, EMISSION},
    commonwire_merkle::{hash, Hash},
    network::{
        settlement::{settle, Claims, Payees},
        state::PAGE_SLOTS,
    },
    proptest::prelude::*,
};

#[derive(Clone, Debug)]
enum Step {
    /// Somebody settles what would pay so much.
    Pay { wait: i64, amount: u64 },
    /// The authority changes the limit and the window's length.
    Limit { limit: u64, seconds: u32 },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (
            prop_oneof![Just(0i64), 0i64..20, 0i64..200],
            prop_oneof![0u64..50, 0u64..400, Just(u64::MAX)]
        )
            .prop_map(|(wait, amount)| Step::Pay { wait, amount }),
        1 => (prop_oneof![0u64..300, Just(u64::MAX)], 1u32..100)
            .prop_map(|(limit, seconds)| Step::Limit { limit, seconds }),
    ]
}

/// Takes the one owner there is, and all that is paid to it.
struct OneOwner {
    taken: bool,
    paid: u64,
}

impl Payees<'static> for OneOwner {
    type Account = ();

    fn next(&mut self) -> Option<()> {
        let taken = core::mem::replace(&mut self.taken, true);
        (!taken).then_some(())
    }

    fn owner(&mut self, (): (), _bump: u8) -> Option<&'static [u8; 32]> {
        Some(&[5; 32])
    }

    fn pay(&mut self, (): (), amount: u64) {
        self.paid += amount;
    }
}

/// The ledger of one device that earned so much: its leaf is the root.
fn root(earned: u64) -> Hash {
    hash(&[&[0], &0u32.to_le_bytes(), &[5; 32], &earned.to_le_bytes()])
}

/// `first | width 8 | one segment | each, one leaf | bump | earned`
fn run(earned: u64) -> Vec<u8> {
    let mut run = vec![0, 0, 0, 0, 8, 1, 0, 255];
    run.extend(earned.to_le_bytes());
    run
}

proptest! {
    #[test]
    fn no_window_pays_more_than_its_limit(steps in prop::collection::vec(step(), 1..200)) {
        let mut network = network(EMISSION);
        network.current.earned_total = u64::MAX;
        (network.policy.payout_limit, network.policy.payout_window_seconds) = (100, 10);
        let mut now = 1_000;
        // Begin of the window, and the payments since.
        let (mut begin, mut paid) = (0i64, Vec::new());
        let mut most = network.policy.payout_limit;
        for step in steps {
            match step {
                Step::Limit { limit, seconds } => {
                    (network.policy.payout_limit, network.policy.payout_window_seconds) = (limit, seconds);
                    most = most.max(limit);
                }
                Step::Pay { wait, amount } => {
                    now += wait;
                    let (limit, seconds) = (network.policy.payout_limit, network.policy.payout_window_seconds);
                    if now >= begin + i64::from(seconds) {
                        (begin, most) = (now, limit);
                        paid.clear();
                    }
                    let left = limit.saturating_sub(paid.iter().sum());
                    prop_assert_eq!(network.open_window(now), left);
                    prop_assert_eq!(network.window_start, begin);
                    // `settle` pays no more than it is allowed.
                    let amount = amount.min(left).min(u64::MAX - network.total_paid);
                    prop_assert!(network.pay(amount).is_ok());
                    paid.push(amount);
                    prop_assert!(paid.iter().sum::<u64>() <= most);
                    prop_assert_eq!(network.window_paid, paid.iter().sum::<u64>());
                }
            }
        }
    }

    /// Under one limit, any stretch as long as a window sees at most two windows' payments.
    #[test]
    fn any_stretch_of_a_window_s_length_pays_at_most_twice_its_limit(
        payments in prop::collection::vec((0i64..30, 0u64..150), 1..200)
    ) {
        let mut network = network(EMISSION);
        network.current.earned_total = u64::MAX;
        (network.policy.payout_limit, network.policy.payout_window_seconds) = (100, 10);
        let mut now = 1_000;
        let mut paid = Vec::new();
        for (wait, amount) in payments {
            now += wait;
            let amount = amount.min(network.open_window(now));
            prop_assert!(network.pay(amount).is_ok());
            paid.push((now, amount));
            let recent = paid.iter().filter(|(at, _)| *at > now - 10);
            prop_assert!(recent.map(|(_, amount)| amount).sum::<u64>() <= 200);
        }
    }

    /// One device alone gets all it earned, in as many windows as the limit makes of it.
    #[test]
    fn a_single_device_is_paid_in_part_until_all_is_paid(earned in 0u64..5_000, limit in 1u64..700) {
        let mut network = network(EMISSION);
        network.current.earned_total = earned;
        (network.policy.payout_limit, network.policy.payout_window_seconds) = (limit, 10);
        let (root, run) = (root(earned), run(earned));
        let mut slots = Box::new([0; PAGE_SLOTS as usize]);
        let mut owner = OneOwner { taken: false, paid: 0 };
        let mut windows = 0;
        for now in (1_000..).step_by(10) {
            let claims = |allowance| Claims {
                root: &root,
                device_count: 1,
                earned_total: earned,
                device_earned_max: earned,
                allowance,
            };
            let before = owner.paid;
            owner.taken = false;
            let paid = settle(&run, &claims(network.open_window(now)), &mut slots, &mut owner);
            prop_assert_eq!(paid.ok(), Some(limit.min(earned - before)));
            prop_assert!(network.pay(owner.paid - before).is_ok());
            prop_assert_eq!(slots[0], owner.paid);
            windows += 1;
            if owner.paid == earned {
                break;
            }
            let again = settle(&run, &claims(network.open_window(now)), &mut slots, &mut owner);
            prop_assert!(again.is_err(), "the window is used up");
        }
        prop_assert_eq!(windows, earned.div_ceil(limit).max(1));
    }
}
