//! Helpers shared by this crate's tests.

use commonwire_merkle::ledger::{Node, Run, RunError};

/// Returns the root that a run of leaves and its proof lead to in a ledger of `count` devices.
pub fn run_root(first: u32, count: u32, leaves: &[Node], proof: &[Node]) -> Result<Node, RunError> {
    let mut run = Run::with_capacity(first, leaves.len());
    for leaf in leaves {
        run.push_node(leaf)?;
    }
    run.root(count, proof).copied()
}
