//! Approvals: what they agree to, and what they contradict.

use {
    super::{claim, network, EMISSION, EPOCH_SECONDS},
    anchor_lang::prelude::Address,
    bytemuck::Zeroable,
    network::state::{
        sha256, Approval, EpochClaim, EpochMessage, Network, EPOCH_MESSAGE_BYTES,
        EPOCH_MESSAGE_IDENTITY_BYTES, EPOCH_MESSAGE_NETWORK_BYTES,
    },
    proptest::prelude::*,
};

const ADDRESS: Address = Address::new_from_array([6; 32]);

/// A network with one member, and one epoch cut.
fn cut() -> Network {
    let mut network = network(EMISSION);
    network.birth = 77;
    network.genesis_hash = [5; 32];
    assert!(network.committee.replace(1, &[[1; 32]], &[[0; 32]]).is_ok());
    assert!(network.cut(i64::from(EPOCH_SECONDS), 1, [7; 32]).is_ok());
    network
}

fn message(network: &Network, address: &Address, claim: &EpochClaim) -> [u8; EPOCH_MESSAGE_BYTES] {
    EpochMessage {
        network,
        address,
        cut: &network.cuts[1],
        claim,
    }
    .encode()
}

/// The approval as `approve_epoch` writes it.
fn approval(network: &Network, claim: &EpochClaim) -> Approval {
    let mut approval = Approval::zeroed();
    approval.network = ADDRESS;
    approval.oracle = [1; 32];
    approval.message_hash = sha256(&message(network, &ADDRESS, claim));
    approval.epoch = network.cuts[1].epoch;
    approval.committee_version = network.committee.version;
    approval.attempt = claim.attempt;
    approval
}

#[test]
fn an_approval_agrees_to_one_message_of_one_network() {
    let network = cut();
    let approval = approval(&network, &claim(5, 3));
    let approved = message(&network, &ADDRESS, &claim(5, 3));
    assert!(approval.require_of(&ADDRESS, &approved).is_ok());
    assert!(approval.require_of(&ADDRESS, &approved[1..]).is_err());
    assert!(approval
        .require_of(&Address::new_from_array([7; 32]), &approved)
        .is_err());
    let other = message(&network, &ADDRESS, &claim(6, 3));
    assert!(approval.require_of(&ADDRESS, &other).is_err());
    // Signatures and approvals of a former committee count for nothing.
    let mut later = network;
    assert!(later.committee.replace(1, &[[2; 32]], &[[0; 32]]).is_ok());
    let other = message(&later, &ADDRESS, &claim(5, 3));
    assert!(approval.require_of(&ADDRESS, &other).is_err());
}

#[test]
fn only_another_message_of_the_same_identity_contradicts() {
    let network = cut();
    let approval = approval(&network, &claim(5, 3));
    let contradicts = |message| approval.contradicts(&network, &message);
    assert!(
        !contradicts(message(&network, &ADDRESS, &claim(5, 3))),
        "the same"
    );
    assert!(contradicts(message(&network, &ADDRESS, &claim(6, 3))));
    assert!(
        !contradicts(message(&network, &ADDRESS, &claim(6, 4))),
        "another attempt"
    );
    let elsewhere = Address::new_from_array([7; 32]);
    assert!(!contradicts(message(&network, &elsewhere, &claim(6, 3))));
    let others: [fn(&mut Network); 4] = [
        |network| network.birth += 1,
        |network| network.genesis_hash[31] ^= 1,
        |network| network.committee.version += 1,
        |network| network.cuts[1].epoch += 1,
    ];
    for change in others {
        let mut other = network;
        change(&mut other);
        assert!(!contradicts(message(&other, &ADDRESS, &claim(6, 3))));
    }
    // The registry of the cut is content, not identity: an honest oracle reads it from the chain.
    let mut other = network;
    other.cuts[1].registry_hash = [9; 32];
    assert!(contradicts(message(&other, &ADDRESS, &claim(5, 3))));
}

#[test]
fn a_committee_that_changed_since_does_not_excuse_an_oracle() {
    let mut network = cut();
    let approval = approval(&network, &claim(5, 3));
    let signed = message(&network, &ADDRESS, &claim(6, 3));
    assert!(network.committee.remove(&|_| true).is_ok());
    assert!(approval.contradicts(&network, &signed));
}

proptest! {
    /// A bit anywhere in the identity makes another message of it, and one anywhere else a contradiction.
    #[test]
    fn every_bit_counts(bit in 0..8 * EPOCH_MESSAGE_BYTES) {
        let network = cut();
        let approval = approval(&network, &claim(5, 3));
        let mut altered = message(&network, &ADDRESS, &claim(5, 3));
        altered[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(approval.require_of(&ADDRESS, &altered).is_err());
        prop_assert_eq!(approval.contradicts(&network, &altered), bit / 8 >= EPOCH_MESSAGE_IDENTITY_BYTES);
        let prefix = network.message_prefix(&ADDRESS);
        prop_assert_eq!(altered[..EPOCH_MESSAGE_NETWORK_BYTES] == prefix, bit / 8 >= EPOCH_MESSAGE_NETWORK_BYTES);
    }
}
