//! Reads mints, and refuses those of Token-2022 that could keep payments from their owners.

use anchor_lang::prelude::msg;

/// A reason to refuse a mint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// The account holds no initialized mint.
    NotAMint,
    /// An extension could hold back, take away or change payments; the log names it.
    HarmfulExtension,
}

const MINT_BYTES: usize = 82;
/// Where an extended account of Token-2022 says whether it is a mint; its extensions follow.
const ACCOUNT_TYPE_AT: usize = 165;
const MINT_TYPE: u8 = 1;
/// Only a multisig has this length, in both programs. Its bytes are its signers' keys, which anybody can choose.
const MULTISIG_BYTES: usize = 355;

/// Token-2022's extensions by number.
const EXTENSIONS: [&str; 29] = [
    "none",
    "transfer fee",
    "transfer fee amount",
    "mint close authority",
    "confidential transfer",
    "confidential transfer account",
    "default account state",
    "immutable owner",
    "memo transfer",
    "non-transferable",
    "interest bearing",
    "CPI guard",
    "permanent delegate",
    "non-transferable account",
    "transfer hook",
    "transfer hook account",
    "confidential transfer fee",
    "confidential transfer fee amount",
    "metadata pointer",
    "token metadata",
    "group pointer",
    "token group",
    "group member pointer",
    "token group member",
    "confidential mint and burn",
    "scaled UI amount",
    "pausable",
    "pausable account",
    "permissioned burn",
];

/// Metadata and group, with their pointers: they describe a token without changing how it behaves.
const HARMLESS: core::ops::RangeInclusive<u16> = 18..=23;

/// The fields of a mint that decide whether a program can pay in it.
#[derive(Debug)]
pub struct Mint {
    pub mint_authority: Option<[u8; 32]>,
    pub supply: u64,
    pub decimals: u8,
    pub freezable: bool,
}

impl Mint {
    /// Reads a mint of SPL Token or Token-2022 from an account that the token program owns.
    ///
    /// A mint whose extensions could hold back, take away or change payments is refused; the log names the extension.
    pub fn read(data: &[u8]) -> Result<Self, Error> {
        let extended = data.len() > ACCOUNT_TYPE_AT && data.len() != MULTISIG_BYTES;
        let shaped = data.len() == MINT_BYTES || (extended && data[ACCOUNT_TYPE_AT] == MINT_TYPE);
        if !shaped || data[45] != 1 {
            return Err(Error::NotAMint);
        }
        if extended {
            require_harmless(&data[ACCOUNT_TYPE_AT + 1..])?;
        }
        let (mut authority, mut supply) = ([0; 32], [0; 8]);
        authority.copy_from_slice(&data[4..36]);
        supply.copy_from_slice(&data[36..44]);
        Ok(Self {
            mint_authority: (data[0] == 1).then_some(authority),
            supply: u64::from_le_bytes(supply),
            decimals: data[44],
            freezable: data[46] == 1,
        })
    }
}

/// Walks `type u16 | length u16 | value` entries.
fn require_harmless(mut entries: &[u8]) -> Result<(), Error> {
    while let [kind_low, kind_high, len_low, len_high, rest @ ..] = entries {
        let kind = u16::from_le_bytes([*kind_low, *kind_high]);
        if kind == 0 {
            break;
        }
        if !HARMLESS.contains(&kind) {
            msg!(EXTENSIONS
                .get(usize::from(kind))
                .copied()
                .unwrap_or("an extension that this program does not know"));
            return Err(Error::HarmfulExtension);
        }
        let len = usize::from(u16::from_le_bytes([*len_low, *len_high]));
        entries = rest.get(len..).ok_or(Error::NotAMint)?;
    }
    Ok(())
}
