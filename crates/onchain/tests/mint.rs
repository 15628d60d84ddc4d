//! The accounts that are taken for a mint, and those that are refused.

use {
    commonwire_onchain::mint::{Error, Mint},
    proptest::prelude::*,
};

const MINT_BYTES: usize = 82;
const ACCOUNT_BYTES: usize = 165;
const MULTISIG_BYTES: usize = 355;
const AUTHORITY: [u8; 32] = [7; 32];

/// Metadata and group, and the pointers to them.
const ALLOWED: [u16; 6] = [18, 19, 20, 21, 22, 23];

/// A mint without extensions: 5 tokens of 6 decimals, its authority [`AUTHORITY`], never frozen.
fn plain() -> Vec<u8> {
    let mut data = vec![0; MINT_BYTES];
    data[0] = 1;
    data[4..36].copy_from_slice(&AUTHORITY);
    data[36..44].copy_from_slice(&5_000_000u64.to_le_bytes());
    (data[44], data[45]) = (6, 1);
    data
}

/// The same in Token-2022, with these extensions.
fn extended(entries: &[(u16, Vec<u8>)]) -> Vec<u8> {
    let mut data = plain();
    data.resize(ACCOUNT_BYTES, 0);
    data.push(1);
    for (kind, value) in entries {
        data.extend_from_slice(&kind.to_le_bytes());
        data.extend_from_slice(&(value.len() as u16).to_le_bytes());
        data.extend_from_slice(value);
    }
    data
}

/// The error that refuses an account, or none.
fn refusal(data: &[u8]) -> Option<Error> {
    Mint::read(data).err()
}

#[test]
fn a_mint_of_either_program_is_read() {
    for data in [plain(), extended(&[]), extended(&[(19, vec![0; 300])])] {
        let mint = Mint::read(&data).ok();
        let read = mint.map(|mint| {
            (
                mint.mint_authority,
                mint.supply,
                mint.decimals,
                mint.freezable,
            )
        });
        assert_eq!(read, Some((Some(AUTHORITY), 5_000_000, 6, false)));
    }
    let mut data = plain();
    (data[0], data[46]) = (0, 1);
    let mint = Mint::read(&data).ok();
    let read = mint.map(|mint| (mint.mint_authority, mint.freezable));
    assert_eq!(read, Some((None, true)));
}

#[test]
fn every_extension_off_the_list_is_refused_and_every_one_on_it_taken() {
    for kind in 1..=u16::MAX {
        let expected = (!ALLOWED.contains(&kind)).then_some(Error::HarmfulExtension);
        assert_eq!(
            refusal(&extended(&[(kind, vec![0; 8])])),
            expected,
            "{kind}"
        );
    }
}

#[test]
fn entries_end_where_the_token_program_ends_them() {
    // After the first number 0 there is only room for what is still to come.
    assert_eq!(
        refusal(&extended(&[(18, vec![1; 64]), (0, vec![]), (1, vec![])])),
        None
    );
    let mut short = extended(&[(18, vec![1; 64])]);
    short.extend_from_slice(&[1, 0]);
    assert_eq!(refusal(&short), None, "too short for an entry");
}

#[test]
fn what_is_no_mint_is_refused() {
    let mut uninitialised = plain();
    uninitialised[45] = 0;
    let mut account = plain();
    account.resize(ACCOUNT_BYTES, 1);
    let mut account_2022 = extended(&[(18, vec![0; 64])]);
    account_2022[ACCOUNT_BYTES] = 2;
    let mut untyped = extended(&[]);
    untyped[ACCOUNT_BYTES] = 0;
    // A multisig's signers may be any keys, also such that the bytes look like a mint's.
    let mut multisig = extended(&[]);
    multisig.resize(MULTISIG_BYTES, 0);
    let overlong = {
        let mut data = extended(&[(18, vec![0; 64])]);
        data.truncate(data.len() - 1);
        data
    };
    for (what, data) in [
        ("empty", vec![]),
        ("uninitialised", uninitialised),
        ("token account", account),
        ("token account of Token-2022", account_2022),
        ("account type 0", untyped),
        ("multisig", multisig),
        ("entry longer than the account", overlong),
        ("a byte short", plain()[..81].to_vec()),
        ("between the sizes", [plain(), vec![0]].concat()),
    ] {
        assert_eq!(refusal(&data), Some(Error::NotAMint), "{what}");
    }
}

proptest! {
    #[test]
    fn no_bytes_panic(data in prop::collection::vec(any::<u8>(), 0..600)) {
        let _ = Mint::read(&data);
    }

    /// Bytes that pass for a mint's head, with anything behind.
    #[test]
    fn no_entries_panic(tail in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = Mint::read(&[extended(&[]), tail].concat());
    }

    #[test]
    fn one_bad_entry_among_good_ones_is_found(
        good in prop::collection::vec((18u16..=23, prop::collection::vec(any::<u8>(), 0..40)), 0..6),
        at in any::<prop::sample::Index>(),
        bad in any::<u16>().prop_filter("is off the list", |kind| *kind != 0 && !ALLOWED.contains(kind)),
    ) {
        // A multisig's length is never a mint's: the token program makes such a mint longer.
        let whole = |entries: &[(u16, Vec<u8>)]| {
            let data = extended(entries);
            if data.len() == MULTISIG_BYTES { [data, vec![0; 2]].concat() } else { data }
        };
        prop_assert_eq!(refusal(&whole(&good)), None);
        let mut entries = good;
        entries.insert(at.index(entries.len() + 1), (bad, vec![0; 4]));
        prop_assert_eq!(refusal(&whole(&entries)), Some(Error::HarmfulExtension));
    }
}
