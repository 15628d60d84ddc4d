//! Reads the data of the Ed25519 precompile's instructions.
//!
//! The runtime verifies those instructions before any program runs, strictly (no small-order keys, no malleable
//! signatures). It does not tell *whose* signature over *which message*: offsets may point into any instruction of the
//! transaction. This module insists that each points into its own instruction.

use anchor_lang::prelude::{Address, SysvarInstructions};

/// A reason why signatures can't be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// An Ed25519 instruction is shorter than it says.
    Malformed,
    /// An offset points outside the instruction's own data.
    ForeignOffset,
}

/// Address of the Ed25519 precompile.
const ED25519_PROGRAM: Address =
    anchor_lang::address!("Ed25519SigVerify111111111111111111111111111");

/// An offset's instruction index that means "this instruction".
const OWN_INSTRUCTION: u16 = u16::MAX;

const HEADER_BYTES: usize = 2;
const OFFSETS_BYTES: usize = 14;

/// Calls `visit` with key and message of every signature in the Ed25519 instructions that directly precede the current one.
pub fn for_each_signature<E: From<Error>>(
    instructions: &SysvarInstructions,
    mut visit: impl FnMut(&[u8], &[u8]) -> Result<(), E>,
) -> Result<(), E> {
    for index in (0..usize::from(instructions.load_current_index())).rev() {
        let instruction = instructions
            .load_instruction_at(index)
            .map_err(|_| Error::Malformed)?;
        if *instruction.get_program_id() != ED25519_PROGRAM {
            break;
        }
        read(instruction.get_instruction_data(), &mut visit)?;
    }
    Ok(())
}

/// Calls `visit` with key and message of every signature of one instruction: `count u8 | padding u8 | count x offsets | data`.
pub fn read<E: From<Error>>(
    data: &[u8],
    mut visit: impl FnMut(&[u8], &[u8]) -> Result<(), E>,
) -> Result<(), E> {
    let signatures = usize::from(*data.first().ok_or(Error::Malformed)?);
    let offsets = data
        .get(HEADER_BYTES..HEADER_BYTES + signatures * OFFSETS_BYTES)
        .ok_or(Error::Malformed)?;
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
        if !own {
            return Err(Error::ForeignOffset.into());
        }
        visit(
            slice(data, key, 32)?,
            slice(data, text, usize::from(text_len))?,
        )?;
    }
    Ok(())
}

fn slice(data: &[u8], start: u16, len: usize) -> Result<&[u8], Error> {
    let start = usize::from(start);
    data.get(start..start + len).ok_or(Error::Malformed)
}
