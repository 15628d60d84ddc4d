use stake::realm::{Governance, Proposal, Realm};

/// Reads arbitrary bytes as each account of SPL Governance that the stake program reads: never beyond the bytes, the same whatever
/// follows, and nothing where bytes are missing.
pub fn realm(data: &[u8]) {
    if let Some(realm) = Realm::read(data) {
        assert_eq!(realm.community_mint.as_ref(), &data[1..33]);
        complete(data, |data| Realm::read(data));
    }
    if let Some(governance) = Governance::read(data) {
        assert_eq!(governance.realm.as_ref(), &data[1..33]);
        assert!(governance.vote_seconds <= 3 * u64::from(u32::MAX));
        complete(data, |data| Governance::read(data));
    }
    if let Some(proposal) = Proposal::read(data) {
        assert_eq!(proposal.governance.as_ref(), &data[1..33]);
        if proposal.voting_since.is_some() {
            assert_eq!(
                data[65], 2,
                "only a proposal that is open for votes has weight"
            );
        }
        complete(data, |data| Proposal::read(data));
    }
}

/// The fewest bytes that read as something read as the same with all that follows, and with one byte less as nothing.
fn complete<T: PartialEq + core::fmt::Debug>(data: &[u8], read: impl Fn(&[u8]) -> Option<T>) {
    let whole = read(data);
    let least = (0..=data.len())
        .find(|length| read(&data[..*length]).is_some())
        .expect("all of it reads");
    for length in least..=data.len() {
        assert_eq!(read(&data[..length]), whole);
    }
}
