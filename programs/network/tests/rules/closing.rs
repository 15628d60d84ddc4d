//! Closing in two steps, and what is left for those who funded.

use {
    super::{claim, network, post, promoted, ANSWER_SECONDS, CHALLENGE_SECONDS, EMISSION, LATE},
    anchor_lang::prelude::Address,
    bytemuck::Zeroable,
    network::state::{
        Funding, Network, Rule, CLOSED, CLOSING, CLOSING_SECONDS, GUARDIAN_PAUSE_SECONDS as WEEK,
    },
    proptest::prelude::*,
};

const HEIR: Address = Address::new_from_array([8; 32]);
const NOBODY: Address = Address::new_from_array([0; 32]);

/// A network that began to close at the returned time.
fn closing() -> (Network, i64) {
    let mut network = network(EMISSION);
    let mut now = 1_000;
    assert_eq!(promoted(&mut network, &mut now, 500), Some(500));
    assert!(network.begin_close(now, HEIR).is_ok());
    (network, now)
}

#[test]
fn only_a_network_that_mints_needs_an_heir() {
    let mut minting = network(EMISSION);
    assert!(minting.begin_close(5, NOBODY).is_err());
    assert!(minting.begin_close(5, HEIR).is_ok());
    let mut funded = network(EMISSION);
    funded.funded = 1;
    assert!(funded.begin_close(5, NOBODY).is_ok());
}

#[test]
fn a_closing_network_pays_and_does_nothing_new() {
    let (mut network, now) = closing();
    assert_eq!((network.closed, network.heir), (CLOSING, HEIR));
    assert!(network.begin_close(now, HEIR).is_err(), "only once");
    assert!(network.require_open().is_err() && network.require_running(now).is_err());
    assert!(network.require_paying(now).is_ok());
    // Pages are opened and the vault is funded under the same condition.
    assert!(network.require_unfinished().is_ok());
    assert!(network.cut(now + 1_000_000, 1, [7; 32]).is_err());
    assert!(network.pay(500).is_ok() && network.pay(1).is_err());
    assert!(network.finish_close(now + CLOSING_SECONDS).is_ok());
    assert!(network.require_paying(now + CLOSING_SECONDS).is_err());
    assert!(network.require_unfinished().is_err());
}

#[test]
fn owners_have_thirty_days_without_a_pause() {
    let (mut network, now) = closing();
    let authority = network.authority;
    // A pause that began before doesn't count, and one that lasts does not end.
    assert!({ network }.finish_close(now + CLOSING_SECONDS - 1).is_err());
    assert!({ network }.finish_close(now + CLOSING_SECONDS).is_ok());
    assert!(network.pause(&authority, now + 100).is_ok());
    assert!(
        { network }.finish_close(i64::MAX).is_err(),
        "paused for good"
    );
    assert!(network.unpause(&authority, now + 100 + WEEK).is_ok());
    let over = now + CLOSING_SECONDS + WEEK;
    assert!({ network }.finish_close(over - 1).is_err());
    assert!(network.finish_close(over).is_ok());
    assert_eq!(network.closed, CLOSED);
    assert!(network.finish_close(over).is_err(), "only once");
}

#[test]
fn closing_can_be_withdrawn_until_it_is_finished() {
    let (mut network, now) = closing();
    let authority = network.authority;
    let mut open = network;
    assert!(open.cancel_change(&authority, now, Rule::Closing).is_ok());
    assert!(open.require_open().is_ok());
    assert_eq!((open.heir, open.closing_since), (NOBODY, 0));
    assert!(open.cancel_change(&authority, now, Rule::Closing).is_err());
    assert!(
        open.begin_close(now + 9, HEIR).is_ok(),
        "its time starts anew"
    );
    assert!(open.finish_close(now + CLOSING_SECONDS).is_err());
    assert!(network.finish_close(now + CLOSING_SECONDS).is_ok());
    assert!(network
        .cancel_change(&authority, now, Rule::Closing)
        .is_err());
}

#[test]
fn a_pause_before_closing_takes_nothing_from_the_owners_time() {
    let mut network = network(EMISSION);
    let authority = network.authority;
    assert!(network.pause(&authority, 100).is_ok());
    assert!(network.begin_close(1_000, HEIR).is_ok(), "paused meanwhile");
    assert!(network.unpause(&authority, 1_500).is_ok());
    assert!({ network }
        .finish_close(1_500 + CLOSING_SECONDS - 1)
        .is_err());
    assert!(network.finish_close(1_500 + CLOSING_SECONDS).is_ok());
}

#[test]
fn an_open_network_is_not_finished() {
    let mut network = network(EMISSION);
    assert!(network.finish_close(i64::MAX).is_err());
}

#[test]
fn what_is_pending_is_decided_first() {
    let mut network = network(EMISSION);
    assert!(network.cut(60, 1, [7; 32]).is_ok());
    assert!(post(&mut network, 60, &claim(100, 0)).is_ok());
    assert!(network.begin_close(60, HEIR).is_ok());
    let late = 60 + CLOSING_SECONDS;
    assert!({ network }.finish_close(late).is_err());
    let mut voided = network;
    voided.void();
    assert!(voided.finish_close(late).is_ok());
    // It can still be demanded from, and become current.
    assert!(network.open_demand((60, LATE), 0).is_ok());
    assert!(network.answer_demand((60, 1)).is_ok());
    let over = 60 + i64::from(CHALLENGE_SECONDS.max(ANSWER_SECONDS));
    assert_eq!(network.promote(over, LATE).ok(), Some(100));
    assert!(network.finish_close(late).is_ok());
}

#[test]
fn the_payout_limit_ends_once_nothing_more_can_be_promoted() {
    let mut network = network(EMISSION);
    network.policy.payout_limit = 10;
    assert!(network.cut(60, 1, [7; 32]).is_ok());
    assert!(post(&mut network, 60, &claim(100, 0)).is_ok());
    assert_eq!(network.open_window(60), 10);
    assert!(network.begin_close(60, HEIR).is_ok());
    assert_eq!(network.open_window(61), 10, "an epoch is pending");
    network.void();
    assert_eq!(network.open_window(61), u64::MAX);
    network.floors.change_delay_seconds = 3_600;
    assert_eq!(network.open_window(3_659), 10, "sooner than a policy could");
    assert_eq!(network.open_window(3_660), u64::MAX);
    network.reopen();
    assert_eq!(network.open_window(3_660), 10);
}

fn deposit(network: &mut Network, by: u8, amount: u64) -> Funding {
    let mut funding = Funding::zeroed();
    let address = Address::new_from_array([9; 32]);
    let funder = Address::new_from_array([by; 32]);
    let added = funding.add(network, &address, &funder, amount);
    assert!(added.is_ok());
    assert_eq!((funding.network, funding.funder), (address, funder));
    funding
}

#[test]
fn deposits_of_one_funder_add_up() {
    let mut network = network(EMISSION);
    let mut funding = deposit(&mut network, 1, 30);
    let (of, funder) = (funding.network, funding.funder);
    assert!(funding.add(&mut network, &of, &funder, 12).is_ok());
    assert_eq!((funding.amount, network.funded_total), (42, 42));
    assert!(funding.add(&mut network, &of, &funder, u64::MAX).is_err());
}

#[test]
fn a_record_of_nothing_gets_nothing_and_can_be_closed() {
    let mut network = network(EMISSION);
    let nothing = deposit(&mut network, 1, 0);
    network.surplus = 77;
    assert_eq!(
        nothing.share(&network).ok(),
        Some(0),
        "tokens that nobody deposited"
    );
    let some = deposit(&mut network, 2, 5);
    assert_eq!(nothing.share(&network).ok(), Some(0));
    assert_eq!(some.share(&network).ok(), Some(77));
}

#[test]
fn shares_of_the_greatest_amounts_are_exact() {
    let mut network = network(EMISSION);
    let half = deposit(&mut network, 1, 1 << 63);
    let less = deposit(&mut network, 2, (1 << 63) - 1);
    assert_eq!(network.funded_total, u64::MAX);
    for surplus in [0, 1, 2, 3, 1 << 63, u64::MAX - 1, u64::MAX] {
        network.surplus = surplus;
        for funding in [&half, &less] {
            let exact = u128::from(surplus) * u128::from(funding.amount) / u128::from(u64::MAX);
            let share = funding.share(&network).ok();
            assert_eq!(share.map(u128::from), Some(exact), "of {surplus}");
        }
    }
}

proptest! {
    /// However much was deposited and paid: nobody's part keeps another from taking theirs, and no more than one base
    /// unit for each funder stays behind.
    #[test]
    fn shares_never_exceed_the_surplus(
        amounts in prop::collection::vec(prop_oneof![0u64..20, any::<u64>()], 1..30),
        surplus in prop_oneof![0u64..100, any::<u64>()],
    ) {
        let mut network = network(EMISSION);
        let room = u64::MAX / amounts.len() as u64;
        let fundings: Vec<Funding> = (1u8..)
            .zip(&amounts)
            .map(|(by, amount)| deposit(&mut network, by, amount % room))
            .collect();
        network.surplus = surplus;
        let shares: Vec<u64> = fundings.iter().filter_map(|funding| funding.share(&network).ok()).collect();
        prop_assert_eq!(shares.len(), fundings.len());
        for (funding, share) in fundings.iter().zip(&shares) {
            let exact = u128::from(surplus) * u128::from(funding.amount);
            let exact = exact.checked_div(u128::from(network.funded_total)).unwrap_or(0);
            prop_assert_eq!(u128::from(*share), exact);
        }
        let sum: u128 = shares.iter().copied().map(u128::from).sum();
        prop_assert!(sum <= u128::from(surplus));
        if network.funded_total > 0 {
            prop_assert!(u128::from(surplus) - sum < fundings.len() as u128);
        }
        for (one, share) in fundings.iter().zip(&shares) {
            for (other, less) in fundings.iter().zip(&shares) {
                prop_assert!(one.amount < other.amount || share >= less, "who deposited more gets no less");
            }
        }
    }
}
