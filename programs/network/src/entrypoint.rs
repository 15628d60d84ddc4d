//! The program's entrypoint. Before the framework reads an instruction's arguments it requires that nothing follows them:
//! whoever reads instructions from the chain may refuse what it doesn't understand, and then the program must too.

use {
    crate::state::{Emission, Floors, Policy},
    Part::{Fixed, List, Optional},
};

/// A part of the arguments, in Borsh.
enum Part {
    /// So many bytes.
    Fixed(usize),
    /// A `u32` count of items of so many bytes each, and the items.
    List(usize),
    /// A byte that says whether so many bytes follow.
    Optional(usize),
}

const BYTES: Part = List(1);
const CLAIM: usize = 4 + 8 + 3 * 32;
const LEAF: usize = 32 + 8;

/// The arguments of an instruction by its discriminator; none for one that doesn't exist.
const fn arguments(discriminator: u8) -> Option<&'static [Part]> {
    Some(match discriminator {
        1 => &[Fixed(
            8 + 32 + 64 + 1 + size_of::<Emission>() + size_of::<Floors>() + size_of::<Policy>(),
        )],
        2 => &[Fixed(1), List(32)],
        3 => &[Fixed(1 + 1 + 8), BYTES],
        5 => &[Fixed(CLAIM), BYTES],
        7 => &[Fixed(4)],
        8 => &[BYTES],
        9 => &[Fixed(size_of::<Policy>())],
        10 | 11 | 15 | 28 => &[Fixed(32)],
        16 | 22 => &[Fixed(8)],
        17 => &[Fixed(4)],
        18 => &[Fixed(LEAF), BYTES],
        19 => &[Fixed(4 + LEAF), BYTES, Optional(LEAF), BYTES, BYTES, BYTES],
        20 => &[Fixed(4 + 8 + 32), BYTES],
        21 => &[Fixed(4 + 8), BYTES],
        23 => &[Fixed(32 + 8)],
        30 => &[Fixed(CLAIM)],
        33 | 34 => &[Fixed(1)],
        4 | 6 | 12 | 13 | 14 | 24 | 25 | 26 | 27 | 29 | 31 | 32 | 35 | 36 | 37 => &[],
        _ => return None,
    })
}

/// Whether instruction data are a discriminator and its arguments, and nothing else. Data that end early are left to the
/// framework to refuse.
pub fn is_whole(data: &[u8]) -> bool {
    let Some((discriminator, mut rest)) = data.split_first() else {
        return true;
    };
    let Some(parts) = arguments(*discriminator) else {
        return true;
    };
    for part in parts {
        let length = match part {
            Fixed(length) => *length,
            List(size) => match rest.split_first_chunk() {
                Some((count, items)) => {
                    rest = items;
                    (u32::from_le_bytes(*count) as usize).saturating_mul(*size)
                }
                None => return true,
            },
            Optional(length) => match rest.split_first() {
                Some((given, value)) => {
                    rest = value;
                    if *given == 0 {
                        0
                    } else {
                        *length
                    }
                }
                None => return true,
            },
        };
        match rest.get(length..) {
            Some(next) => rest = next,
            None => return true,
        }
    }
    rest.is_empty()
}

#[cfg(all(target_os = "solana", feature = "program"))]
mod program {
    use anchor_lang::{pinocchio, Error, ErrorCode};

    pinocchio::default_allocator!();
    pinocchio::default_panic_handler!();

    /// Called by the runtime with the serialized accounts and the instruction's data, whose length precedes them.
    #[no_mangle]
    unsafe extern "C" fn entrypoint(input: *mut u8, data: *const u8) -> u64 {
        // SAFETY: the runtime keeps to that layout.
        unsafe {
            let length = data.sub(8).cast::<u64>().read() as usize;
            if !super::is_whole(core::slice::from_raw_parts(data, length)) {
                return Error::from(ErrorCode::InstructionDidNotDeserialize).into();
            }
            crate::__anchor_dispatch(input, data)
        }
    }
}
