use {
    anchor_lang::prelude::Address,
    bytemuck::Zeroable,
    network::state::{Batch, Policy, Registry},
};

const MOST_CAPACITY: u32 = 1_000_000;

/// Reads arbitrary bytes as a batch of devices: either all are registered, each for its fee, or the batch is refused.
pub fn devices(data: &[u8]) {
    let [kind, key_type, count @ .., a, b, c] = data else {
        return;
    };
    let devices = count;
    let policy = Policy {
        device_fee: u64::from(*a),
        max_capacity: [0, MOST_CAPACITY, u32::MAX, 1, 0, 0, 0, 0],
        capacity_fee: [u32::from(*b), u32::from(*c), u32::MAX, 1, 0, 0, 0, 0],
        ..Policy::zeroed()
    };
    let mut registry = Registry::zeroed();
    let batch = Batch {
        kind: *kind,
        key_type: *key_type,
        devices,
    };
    let owner = Address::new_from_array([9; 32]);
    let Ok((count, fee)) = registry.register(&policy, &owner, &batch) else {
        return;
    };
    let size = if *key_type == 0 { 44 } else { 45 };
    assert!((1..=3).contains(kind) && *key_type <= 1 && count > 0);
    assert_eq!(count as usize * size, devices.len());
    assert_eq!(registry.device_count, count);
    let mut expected = 0;
    for device in devices.chunks(size) {
        let capacity = u32::from_le_bytes(device[size - 4..].try_into().unwrap_or_default());
        assert!(capacity > 0 && capacity <= policy.max_capacity[usize::from(*kind)]);
        expected += policy.device_fee
            + u64::from(capacity) * u64::from(policy.capacity_fee[usize::from(*kind)]);
        assert!(*key_type == 0 || device[0] == 2 || device[0] == 3);
    }
    assert_eq!(fee, expected);
}
