//! Helpers shared by this crate's tests.

use commonwire_merkle::{ledger, Hash};

/// Returns the root that a run of leaves and its proof lead to in a ledger of `count` devices.
pub fn run_root(
    first: u32,
    count: u32,
    leaves: &[Hash],
    proof: &[Hash],
) -> Result<Hash, ledger::RunError> {
    let mut run = ledger::Run::with_capacity(first, leaves.len());
    for leaf in leaves {
        run.push_hash(leaf)?;
    }
    run.root(count, proof).copied()
}
