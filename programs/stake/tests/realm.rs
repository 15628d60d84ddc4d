//! What is read of SPL Governance's accounts. `tests/realm` of the repository reads those that the program itself wrote.

use {
    anchor_lang::prelude::Address,
    proptest::prelude::*,
    stake::realm::{Governance, Proposal, Realm},
};

const A: [u8; 32] = [7; 32];
const B: [u8; 32] = [9; 32];

fn realm(council: Option<[u8; 32]>, authority: Option<[u8; 32]>) -> Vec<u8> {
    let mut data = vec![16];
    data.extend(A);
    data.extend([0; 8 + 8]);
    data.push(1);
    data.extend(5u64.to_le_bytes());
    option(&mut data, council.as_ref().map(<[u8; 32]>::as_slice));
    data.extend([0; 8]);
    option(&mut data, authority.as_ref().map(<[u8; 32]>::as_slice));
    data.extend(4u32.to_le_bytes());
    data.extend(b"name");
    data.extend([0; 128]);
    data
}

fn option(data: &mut Vec<u8>, value: Option<&[u8]>) {
    data.push(u8::from(value.is_some()));
    data.extend(value.unwrap_or_default());
}

#[test]
fn realms() {
    for council in [None, Some(B)] {
        for authority in [None, Some(B)] {
            let expected = Realm {
                community_mint: Address::new_from_array(A),
                authority: authority.map(Address::new_from_array),
            };
            assert_eq!(Realm::read(&realm(council, authority)), Some(expected));
        }
    }
}

/// `thresholds`: community vote, council vote, council veto, community veto.
fn governance(
    kind: u8,
    thresholds: [Option<u8>; 4],
    [hold_up, voting, cool_off]: [u32; 3],
) -> Vec<u8> {
    let threshold = |data: &mut Vec<u8>, value: Option<u8>| match value {
        Some(percent) => data.extend([0, percent]),
        None => data.push(2),
    };
    let mut data = vec![kind];
    data.extend(A);
    data.extend(B);
    data.extend([0; 4]);
    threshold(&mut data, thresholds[0]);
    data.extend(1u64.to_le_bytes());
    data.extend(hold_up.to_le_bytes());
    data.extend(voting.to_le_bytes());
    data.push(2);
    threshold(&mut data, thresholds[1]);
    threshold(&mut data, thresholds[2]);
    data.extend(1u64.to_le_bytes());
    data.push(0);
    threshold(&mut data, thresholds[3]);
    data.extend(cool_off.to_le_bytes());
    data.extend([10; 1 + 119 + 1 + 8]);
    data
}

#[test]
fn governances() {
    let kinds = [Some(60), None];
    for at in 0..16 {
        let thresholds = [1, 2, 4, 8].map(|bit| kinds[usize::from(at & bit == 0)]);
        let read = Governance::read(&governance(18, thresholds, [100, 20, 3]));
        let expected = Governance {
            realm: Address::new_from_array(A),
            vote_seconds: 123,
        };
        assert_eq!(read, Some(expected));
    }
    let longest = Governance::read(&governance(21, [None; 4], [u32::MAX; 3]));
    assert_eq!(
        longest.map(|read| read.vote_seconds),
        Some(3 * u64::from(u32::MAX))
    );
}

struct Parts {
    state: u8,
    multi: bool,
    labels: Vec<&'static str>,
    options: [bool; 5],
    slot: Option<u64>,
}

fn proposal(parts: &Parts) -> Vec<u8> {
    let mut data = vec![14];
    data.extend(A);
    data.extend(B);
    data.push(parts.state);
    data.extend(B);
    data.extend([1, 1]);
    match parts.multi {
        true => data.extend([1, 0, 1, 2, 2]),
        false => data.push(0),
    }
    data.extend((parts.labels.len() as u32).to_le_bytes());
    for label in &parts.labels {
        data.extend((label.len() as u32).to_le_bytes());
        data.extend(label.as_bytes());
        data.extend([3; 8 + 1 + 6]);
    }
    let eight = |given: bool| given.then_some([5; 8]);
    let push = |data: &mut Vec<u8>, given: bool| {
        option(data, eight(given).as_ref().map(<[u8; 8]>::as_slice))
    };
    push(&mut data, parts.options[0]);
    data.push(0);
    push(&mut data, parts.options[1]);
    push(&mut data, parts.options[2]);
    data.extend([5; 8]);
    push(&mut data, parts.options[3]);
    push(&mut data, parts.options[4]);
    let slot = parts.slot.map(u64::to_le_bytes);
    option(&mut data, slot.as_ref().map(<[u8; 8]>::as_slice));
    data.extend([0; 60]);
    data
}

#[test]
fn proposals() {
    for at in 0u8..64 {
        let parts = Parts {
            state: 2,
            multi: at & 32 != 0,
            labels: vec!["Approve", "", "Something else"][..usize::from(at % 4)].to_vec(),
            options: [1, 2, 4, 8, 16].map(|bit| at & bit != 0),
            slot: Some(77),
        };
        let expected = Proposal {
            governance: Address::new_from_array(A),
            voting_since: Some(77),
        };
        assert_eq!(Proposal::read(&proposal(&parts)), Some(expected), "{at}");
    }
}

#[test]
fn a_proposal_is_open_for_votes_only_while_it_says_so() {
    for state in 0..10 {
        for slot in [None, Some(77)] {
            let parts = Parts {
                state,
                multi: false,
                labels: vec!["Approve"],
                options: [true; 5],
                slot,
            };
            let since = Proposal::read(&proposal(&parts)).map(|read| read.voting_since);
            assert_eq!(since, Some(slot.filter(|_| state == 2)), "{state}");
        }
    }
}

#[test]
fn accounts_of_other_types_are_none() {
    let parts = Parts {
        state: 2,
        multi: false,
        labels: vec!["Approve"],
        options: [true; 5],
        slot: Some(1),
    };
    let all = [
        realm(None, None),
        governance(18, [None; 4], [1; 3]),
        proposal(&parts),
    ];
    for (kind, data) in all.iter().enumerate() {
        assert_eq!(Realm::read(data).is_some(), kind == 0);
        assert_eq!(Governance::read(data).is_some(), kind == 1);
        assert_eq!(Proposal::read(data).is_some(), kind == 2);
        for length in 0..data.len() {
            // Cut off or not: never a panic.
            let _ = (
                Realm::read(&data[..length]),
                Governance::read(&data[..length]),
                Proposal::read(&data[..length]),
            );
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_a_panic(kind in 0u8..30, mut data in prop::collection::vec(any::<u8>(), 0..400)) {
        data.insert(0, kind);
        let _ = (Realm::read(&data), Governance::read(&data), Proposal::read(&data));
    }
}
