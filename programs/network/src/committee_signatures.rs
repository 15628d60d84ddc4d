//! Verifies that the committee agrees to an epoch.

use {
    crate::{
        errors::{ensure, NetworkError},
        state::{Approval, Committee},
    },
    anchor_lang::prelude::*,
    commonwire_onchain::ed25519,
};

/// Requires at least the committee's threshold of members to agree to `message`: by signatures in the Ed25519 instructions
/// that directly precede the current one, or by approvals of the network at `address`. Refuses those of anybody else, of
/// anything else, or a second one by the same member. Returns who agreed: bit i for member i.
pub fn require_threshold(
    instructions: &SysvarInstructions,
    approvals: &[AccountView],
    address: &Address,
    committee: &Committee,
    message: &[u8],
) -> Result<u32> {
    let mut agreed = 0u32;
    let mut count = |key: &[u8]| {
        let member = committee.position(key).ok_or(NetworkError::UnknownSigner)?;
        let bit = 1 << member;
        ensure(agreed & bit == 0, NetworkError::RepeatedSigner)?;
        agreed |= bit;
        Ok::<(), NetworkError>(())
    };
    // Signatures usually share one copy of the message: where it was compared before, it isn't compared again.
    let mut compared = core::ptr::null();
    ed25519::for_each_signature(instructions, |key, text| {
        if text.as_ptr() != compared || text.len() != message.len() {
            ensure(text == message, NetworkError::WrongMessage)?;
            compared = text.as_ptr();
        }
        count(key)
    })?;
    for view in approvals {
        let approval = Account::<Approval>::load(*view)?;
        approval.require_of(address, message)?;
        count(&approval.oracle)?;
    }
    // Without a committee nobody's agreement suffices.
    let enough = committee.threshold > 0 && agreed.count_ones() >= u32::from(committee.threshold);
    require!(enough, NetworkError::TooFewSignatures);
    Ok(agreed)
}
