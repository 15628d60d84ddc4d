use {
    anchor_lang::{prelude::Address, wincode, AnchorDeserialize, AnchorSerialize, BORSH_CONFIG},
    assets::state::{Metadata, Terms, BASIS_POINTS},
};

/// Arguments of `create_asset`.
#[derive(AnchorDeserialize, AnchorSerialize)]
struct Create {
    id: u64,
    authority: Address,
    compliance: Address,
    terms: Terms,
    metadata: Metadata,
}

/// Reads arbitrary bytes as the terms of an asset: writing what was read gives the same bytes again, and whatever is accepted
/// can be paid, refunded and paid out in tranches without an overflow, by times that come one after the other.
pub fn terms(data: &[u8]) {
    let Ok(create) = wincode::config::deserialize::<Create, _>(data, BORSH_CONFIG) else {
        return;
    };
    let bytes = wincode::config::serialize(&create, BORSH_CONFIG).expect("it was read");
    assert_eq!(bytes, data[..bytes.len()]);
    let Create { id, terms, .. } = create;
    // The chain's time is anything; most inputs are about that of the terms.
    for now in [id as i64, terms.deadline.saturating_sub(1), terms.deadline] {
        if terms.validate(now).is_ok() {
            accepted(&terms, now);
        }
    }
}

fn accepted(terms: &Terms, now: i64) {
    assert!(terms.deadline > now);
    assert!(terms.min_shares > 0 && terms.min_shares <= terms.max_shares);
    let raised = terms
        .cost(terms.max_shares)
        .expect("all shares have a price");
    assert!(raised >= terms.max_shares, "no share is free");
    let count = terms.tranches();
    assert!(count > 0);
    let parts = &terms.tranche_parts[..count];
    let sum: u64 = parts.iter().map(|part| u64::from(*part)).sum();
    assert_eq!(sum, BASIS_POINTS);
    let paid: u128 = parts[..count - 1]
        .iter()
        .map(|part| u128::from(raised) * u128::from(*part) / u128::from(BASIS_POINTS))
        .sum();
    assert!(paid < u128::from(raised), "the last tranche has something");
    let dates = &terms.tranche_dates[..count];
    assert!(dates[0] >= terms.deadline && dates.is_sorted());
}
