use {
    anchor_lang::{wincode, AnchorDeserialize, AnchorSerialize, BORSH_CONFIG},
    network::{
        entrypoint::is_whole,
        state::{Committee, Emission, EpochClaim, Floors, Policy, Roles},
    },
};

#[derive(AnchorDeserialize, AnchorSerialize)]
struct Create {
    id: u64,
    genesis_hash: [u8; 32],
    roles: Roles,
    funded: bool,
    emission: Emission,
    floors: Floors,
    policy: Policy,
}

#[derive(AnchorDeserialize)]
struct Leaf<'a> {
    index: u32,
    earned: u64,
    proof: &'a [u8],
}

#[derive(AnchorDeserialize)]
struct Keys {
    threshold: u8,
    keys: Vec<[u8; 32]>,
}

/// Reads arbitrary bytes as each kind of arguments of the program: this never panics or reads beyond the bytes, and
/// writing the values gives the same bytes again. The rules for values hold for everything that was read.
pub fn arguments(data: &[u8]) {
    whole(data);
    if let Ok(create) = wincode::config::deserialize::<Create, _>(data, BORSH_CONFIG) {
        if let Ok(bytes) = wincode::config::serialize(&create, BORSH_CONFIG) {
            assert_eq!(bytes, data[..bytes.len()]);
        }
        let cap = create.emission.cap_of(create.id);
        assert!(cap <= create.emission.epoch_cap);
        if create.policy.validate(cap).is_ok() {
            let limit = u128::from(create.policy.payout_limit);
            let paid = limit * u128::from(create.policy.epoch_seconds);
            let earned = u128::from(cap) * u128::from(create.policy.payout_window_seconds);
            assert!(create.policy.payout_limit == u64::MAX || 4 * paid >= 5 * earned);
            assert_eq!(create.policy.max_capacity[0], 0, "kind 0 is invalid");
            assert!(!create.policy.is_loosened_by(&create.policy));
            let kept = create.floors.admit(&create.policy).is_ok();
            assert_eq!(
                kept,
                create.policy.epoch_seconds >= create.floors.epoch_seconds
                    && create.policy.challenge_seconds >= create.floors.challenge_seconds
                    && create.policy.payout_window_seconds >= create.floors.payout_window_seconds
            );
        }
    }
    if let Ok(claim) = wincode::config::deserialize::<EpochClaim, _>(data, BORSH_CONFIG) {
        if let Ok(bytes) = wincode::config::serialize(&claim, BORSH_CONFIG) {
            assert_eq!(bytes, data[..bytes.len()]);
        }
    }
    if let Ok(leaf) = wincode::config::deserialize::<Leaf, _>(data, BORSH_CONFIG) {
        assert_eq!(leaf.index.to_le_bytes(), data[..4]);
        assert_eq!(leaf.earned.to_le_bytes(), data[4..12]);
        assert_eq!(leaf.proof, &data[16..16 + leaf.proof.len()]);
    }
    if let Ok(Keys { threshold, keys }) =
        wincode::config::deserialize::<Keys, _>(data, BORSH_CONFIG)
    {
        assert!(32 * keys.len() <= data.len());
        let mut committee: Committee = bytemuck::Zeroable::zeroed();
        let bonds = vec![[1; 32]; keys.len()];
        if committee.replace(threshold, &keys, &bonds).is_ok() {
            assert_eq!(committee.keys(), keys);
            assert!(
                2 * usize::from(threshold) > keys.len() && usize::from(threshold) <= keys.len()
            );
        } else {
            assert_eq!(committee.version, 0);
        }
    }
}

/// An instruction is whole with its arguments and with nothing else: of all that begin the same way, those that are cut
/// short are left to the framework, and none that goes on is taken.
fn whole(data: &[u8]) {
    let first_refused = (0..=data.len()).find(|length| !is_whole(&data[..*length]));
    let Some(refused) = first_refused else {
        return;
    };
    assert!(refused > 1, "a discriminator alone is never too long");
    for length in refused..=data.len() {
        assert!(!is_whole(&data[..length]));
    }
}
