use commonwire_onchain::mint::Mint;

const MINT_BYTES: usize = 82;
const TYPE_AT: usize = 165;

/// Reads arbitrary bytes as a mint: accepted bytes have the format of a mint and only harmless extensions.
pub fn mint(data: &[u8]) {
    let Ok(mint) = Mint::read(data) else {
        return;
    };
    assert_eq!(data[45], 1, "initialised");
    assert_eq!(mint.supply.to_le_bytes(), data[36..44]);
    assert_eq!(mint.decimals, data[44]);
    assert_eq!(mint.mint_authority.is_some(), data[0] == 1);
    assert_eq!(mint.freezable, data[46] == 1);
    if data.len() == MINT_BYTES {
        return;
    }
    assert_eq!(data[TYPE_AT], 1, "a mint");
    let mut at = TYPE_AT + 1;
    while at + 4 <= data.len() {
        let kind = u16::from_le_bytes([data[at], data[at + 1]]);
        if kind == 0 {
            break;
        }
        assert!((18..=23).contains(&kind), "extension {kind} was accepted");
        at += 4 + usize::from(u16::from_le_bytes([data[at + 2], data[at + 3]]));
        assert!(at <= data.len(), "an extension reaches past the end");
    }
}
