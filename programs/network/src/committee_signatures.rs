//! Reads who signed an epoch from the Ed25519 precompile's instructions of the same transaction.
//!
//! The runtime verifies those instructions before any program runs, strictly (no small-order keys, no malleable
//! signatures). What it does not do is say *whose* signature over *what*: offsets may point into any instruction of the
//! transaction. Here every one must point into its own instruction, at a committee member's key and at this epoch's
//! message, and no member counts twice.

use {
    crate::{errors::NetworkError, state::Committee},
    anchor_lang::prelude::*,
};

/// Address of the Ed25519 precompile.
const ED25519_PROGRAM: Address =
    anchor_lang::address!("Ed25519SigVerify111111111111111111111111111");

/// An offset's instruction index that means "this instruction".
const OWN_INSTRUCTION: u16 = u16::MAX;

const HEADER_BYTES: usize = 2;
const OFFSETS_BYTES: usize = 14;

/// Requires `message` to be signed by at least the committee's threshold of members, in the Ed25519 instructions that
/// stand directly before the current one.
pub fn require_threshold(
    instructions: &SysvarInstructions,
    committee: &Committee,
    message: &[u8],
) -> Result<()> {
    let mut signers = Signers {
        keys: committee.keys(),
        seen: 0,
    };
    for index in (0..usize::from(instructions.load_current_index())).rev() {
        let instruction = instructions.load_instruction_at(index)?;
        if *instruction.get_program_id() != ED25519_PROGRAM {
            break;
        }
        signers.count(instruction.get_instruction_data(), message)?;
    }
    // Without a committee no number of signatures suffices.
    let enough =
        committee.threshold > 0 && signers.seen.count_ones() >= u32::from(committee.threshold);
    require!(enough, NetworkError::TooFewSignatures);
    Ok(())
}

/// Which members of the committee have signed, one bit each.
struct Signers<'a> {
    keys: &'a [[u8; 32]],
    seen: u16,
}

impl Signers<'_> {
    /// Adds the signers of one Ed25519 instruction: `count u8 | padding u8 | count x offsets | data`.
    fn count(&mut self, data: &[u8], message: &[u8]) -> Result<()> {
        let signatures = usize::from(
            *data
                .first()
                .ok_or(NetworkError::MalformedSignatureInstruction)?,
        );
        let offsets = data
            .get(HEADER_BYTES..HEADER_BYTES + signatures * OFFSETS_BYTES)
            .ok_or(NetworkError::MalformedSignatureInstruction)?;
        // Signatures usually share one copy of the message, which then is compared once.
        let mut compared = None;
        for entry in offsets.chunks_exact(OFFSETS_BYTES) {
            let field = |at: usize| u16::from_le_bytes([entry[2 * at], entry[2 * at + 1]]);
            let [_signature, signature_in, key, key_in, text, text_len, text_in] = [
                field(0),
                field(1),
                field(2),
                field(3),
                field(4),
                field(5),
                field(6),
            ];
            let own = [signature_in, key_in, text_in]
                .iter()
                .all(|index| *index == OWN_INSTRUCTION);
            require!(own, NetworkError::ForeignSignatureOffset);
            if compared != Some((text, text_len)) {
                require!(
                    slice(data, text, usize::from(text_len))? == message,
                    NetworkError::WrongMessage
                );
                compared = Some((text, text_len));
            }
            self.mark(slice(data, key, 32)?)?;
        }
        Ok(())
    }

    fn mark(&mut self, key: &[u8]) -> Result<()> {
        let member = self
            .keys
            .iter()
            .position(|member| member == key)
            .ok_or(NetworkError::UnknownSigner)?;
        let bit = 1 << member;
        require!(self.seen & bit == 0, NetworkError::RepeatedSigner);
        self.seen |= bit;
        Ok(())
    }
}

fn slice(data: &[u8], start: u16, len: usize) -> Result<&[u8]> {
    let start = usize::from(start);
    data.get(start..start + len)
        .ok_or_else(|| NetworkError::MalformedSignatureInstruction.into())
}
