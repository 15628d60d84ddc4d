//! Reads accounts of SPL Governance 4.0.0. They are in Borsh, so what precedes a field may vary in length.
//!
//! The layouts are those of `state/realm.rs`, `state/governance.rs` and `state/proposal.rs` of the crate `spl-governance`.

use anchor_lang::prelude::Address;

/// `GovernanceAccountType` of the accounts that are read.
const PROPOSAL: u8 = 14;
const REALM: u8 = 16;
/// Governances, and those of a program, a mint or a token account.
const GOVERNANCES: core::ops::RangeInclusive<u8> = 18..=21;

/// `ProposalState::Voting`.
const VOTING: u8 = 2;
/// `VoteThreshold::Disabled`, the only one without a percentage.
const DISABLED: u8 = 2;
/// `VoteType::MultiChoice`; a single choice has no fields.
const MULTI_CHOICE: u8 = 1;

/// The fields of a realm that matter here.
#[derive(Debug, PartialEq, Eq)]
pub struct Realm {
    pub community_mint: Address,
    pub authority: Option<Address>,
}

impl Realm {
    /// Reads a realm; none if the data hold none.
    pub fn read(data: &[u8]) -> Option<Self> {
        let mut fields = Fields(data);
        fields.tag(|tag| tag == REALM)?;
        let community_mint = fields.address()?;
        // Two legacy fields and reserved bytes, the least weight to create a governance, the source of the greatest weight.
        fields.skip(8 + 8 + (1 + 8))?;
        // The council's mint.
        fields.optional(32)?;
        // Reserved bytes and a legacy field.
        fields.skip(6 + 2)?;
        let authority = match fields.optional(32)? {
            Some(bytes) => Some(Fields(bytes).address()?),
            None => None,
        };
        Some(Self {
            community_mint,
            authority,
        })
    }
}

/// The fields of a governance that matter here.
#[derive(Debug, PartialEq, Eq)]
pub struct Governance {
    pub realm: Address,
    /// Seconds from the beginning of a vote until what it decided can have been executed at the earliest if it takes its
    /// whole time: voting, cooling off, hold-up.
    pub vote_seconds: u64,
}

impl Governance {
    /// Reads a governance; none if the data hold none.
    pub fn read(data: &[u8]) -> Option<Self> {
        let mut fields = Fields(data);
        fields.tag(|tag| GOVERNANCES.contains(&tag))?;
        let realm = fields.address()?;
        // The governed account and reserved bytes.
        fields.skip(32 + 4)?;
        fields.threshold()?;
        // The least community weight to create a proposal.
        fields.skip(8)?;
        let hold_up = fields.u32()?;
        let voting = fields.u32()?;
        // Community vote tipping.
        fields.skip(1)?;
        // Council vote, and the council's veto.
        fields.threshold()?;
        fields.threshold()?;
        // The least council weight to create a proposal, council vote tipping.
        fields.skip(8 + 1)?;
        // The community's veto.
        fields.threshold()?;
        let cool_off = fields.u32()?;
        Some(Self {
            realm,
            vote_seconds: u64::from(hold_up) + u64::from(voting) + u64::from(cool_off),
        })
    }
}

/// The fields of a proposal that matter here.
#[derive(Debug, PartialEq, Eq)]
pub struct Proposal {
    pub governance: Address,
    /// Slot in which voting began; none unless the proposal is open for votes.
    pub voting_since: Option<u64>,
}

impl Proposal {
    /// Reads a proposal; none if the data hold none.
    pub fn read(data: &[u8]) -> Option<Self> {
        let mut fields = Fields(data);
        fields.tag(|tag| tag == PROPOSAL)?;
        let governance = fields.address()?;
        // The governing token's mint.
        fields.skip(32)?;
        let state = fields.u8()?;
        // The proposer's record, and two counts of signatories.
        fields.skip(32 + 1 + 1)?;
        if fields.u8()? == MULTI_CHOICE {
            fields.skip(4)?;
        }
        for _ in 0..fields.u32()? {
            let label = fields.u32()?;
            fields.skip(label as usize)?;
            // Vote weight, result, three counts of transactions.
            fields.skip(8 + 1 + 3 * 2)?;
        }
        // The weight against.
        fields.optional(8)?;
        fields.skip(1)?;
        // The weight of abstentions, a start that is set beforehand.
        fields.optional(8)?;
        fields.optional(8)?;
        // Time of the draft.
        fields.skip(8)?;
        // Times at which signing off and voting began.
        fields.optional(8)?;
        fields.optional(8)?;
        let slot = match fields.optional(8)? {
            Some(bytes) => Some(u64::from_le_bytes(*bytes.first_chunk()?)),
            None => None,
        };
        Some(Self {
            governance,
            voting_since: slot.filter(|_| state == VOTING),
        })
    }
}

/// What is left to read.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn skip(&mut self, length: usize) -> Option<()> {
        self.take(length).map(|_| ())
    }

    fn u8(&mut self) -> Option<u8> {
        self.take(1).map(|bytes| bytes[0])
    }

    fn u32(&mut self) -> Option<u32> {
        let bytes = self.take(4)?;
        Some(u32::from_le_bytes(*bytes.first_chunk()?))
    }

    fn address(&mut self) -> Option<Address> {
        let bytes = self.take(32)?;
        Some(Address::new_from_array(*bytes.first_chunk()?))
    }

    fn tag(&mut self, is_right: impl Fn(u8) -> bool) -> Option<()> {
        is_right(self.u8()?).then_some(())
    }

    /// An option whose value has so many bytes.
    fn optional(&mut self, length: usize) -> Option<Option<&'a [u8]>> {
        match self.u8()? {
            0 => Some(None),
            1 => self.take(length).map(Some),
            _ => None,
        }
    }

    fn threshold(&mut self) -> Option<()> {
        match self.u8()? {
            DISABLED => Some(()),
            _ => self.skip(1),
        }
    }
}
