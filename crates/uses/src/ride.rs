//! Fares of rides.

/// A driver who is so much later than agreed is no longer waited for.
pub const LATE_SECONDS: i64 = 600;

/// What a ride costs that the rider signed no voucher for: `floor(fare x min(d, D) / D)`, where d is how far the oracles saw
/// both phones together, and D the agreed distance, in metres. None if nothing was agreed.
pub fn due(fare: u64, agreed_metres: u64, metres: u64) -> Option<u64> {
    if agreed_metres == 0 {
        return None;
    }
    let part = u128::from(metres.min(agreed_metres));
    u64::try_from(u128::from(fare) * part / u128::from(agreed_metres)).ok()
}

/// Whether the rider may leave without paying: the driver isn't there ten minutes after the agreed time.
pub fn is_late(pickup_at: i64, now: i64) -> bool {
    now >= pickup_at.saturating_add(LATE_SECONDS)
}
