//! Verifies the committee's signatures over an epoch.

use {
    crate::{
        errors::{ensure, NetworkError},
        state::Committee,
    },
    anchor_lang::prelude::*,
    commonwire_onchain::ed25519,
};

/// Requires `message` to be signed by at least the committee's threshold of members, in the Ed25519 instructions that
/// directly precede the current one. Refuses a signature by anybody else, over anything else, or a second one by the same
/// member.
pub fn require_threshold(
    instructions: &SysvarInstructions,
    committee: &Committee,
    message: &[u8],
) -> Result<()> {
    // One bit for each member that has signed.
    let mut signed = 0u16;
    ed25519::for_each_signature(instructions, |key, text| {
        ensure(text == message, NetworkError::WrongMessage)?;
        let member = committee
            .keys()
            .iter()
            .position(|member| member == key)
            .ok_or(NetworkError::UnknownSigner)?;
        let bit = 1 << member;
        ensure(signed & bit == 0, NetworkError::RepeatedSigner)?;
        signed |= bit;
        Ok::<(), NetworkError>(())
    })?;
    // Without a committee no number of signatures suffices.
    let enough = committee.threshold > 0 && signed.count_ones() >= u32::from(committee.threshold);
    require!(enough, NetworkError::TooFewSignatures);
    Ok(())
}
