use commonwire_onchain::ed25519::{read, Error};

/// Reads arbitrary bytes as the data of an Ed25519 instruction: everything read is at its offsets within the bytes, and
/// nothing is read that points into another instruction.
pub fn ed25519(data: &[u8]) {
    let mut seen = Vec::new();
    let done = read(data, |key, message| {
        seen.push((key.to_vec(), message.to_vec()));
        Ok::<(), Error>(())
    });
    let count = data.first().map_or(0, |count| usize::from(*count));
    assert!(seen.len() <= count);
    for (at, (key, message)) in seen.iter().enumerate() {
        let field = |n: usize| {
            let low = 2 + 14 * at + 2 * n;
            usize::from(u16::from_le_bytes([data[low], data[low + 1]]))
        };
        assert_eq!((field(1), field(3), field(6)), (0xffff, 0xffff, 0xffff));
        assert_eq!(key, &data[field(2)..field(2) + 32]);
        assert_eq!(message, &data[field(4)..field(4) + field(5)]);
    }
    assert_eq!(done.is_ok(), data.len() >= 2 && seen.len() == count);
}
