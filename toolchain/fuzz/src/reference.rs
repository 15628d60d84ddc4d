//! A readable reference implementation of settlements: slow and without the program's optimisations.

use commonwire_merkle::ledger::{depth, leaf_node, parent, Node, NODE_BYTES};

use crate::payees::BUMP;

const SLOTS: usize = 1024;
const MOST_LEAVES: usize = 512;

/// The inputs of a settlement other than the run and the root.
pub struct Circumstances<'a> {
    pub device_count: u32,
    pub device_earned_max: u64,
    pub allowance: u64,
    pub paid: &'a [u64; SLOTS],
    pub owners: &'a [[u8; 32]],
}

/// The outcome of a valid settlement.
pub struct Outcome {
    /// The root that the run leads to.
    pub root: Node,
    /// The page afterwards.
    pub paid: [u64; SLOTS],
    /// Payments by account position.
    pub payments: Vec<u64>,
}

/// Returns the outcome of `run`, or none if it must be refused whatever the root is.
pub fn read(run: &[u8], at: &Circumstances) -> Option<Outcome> {
    let mut rest = run;
    let first = u32::from_le_bytes(take(&mut rest, 4)?.try_into().ok()?);
    let width = usize::from(take(&mut rest, 1)?[0]);
    let segments = take(&mut rest, 1)?[0];
    if !(1..=8).contains(&width) {
        return None;
    }
    let (mut paid, mut payments) = (*at.paid, vec![0u64; at.owners.len()]);
    let (mut leaves, mut position) = (Vec::<Node>::new(), 0);
    for _ in 0..segments {
        let head = take(&mut rest, 1)?[0];
        let (kind, count) = (head >> 6, usize::from(head & 63) + 1);
        let mut owner = None;
        for within in 0..count {
            let slot = (first as usize % SLOTS) + leaves.len();
            if slot >= SLOTS {
                return None;
            }
            if kind == 2 {
                leaves.push(take(&mut rest, NODE_BYTES)?.try_into().ok()?);
                continue;
            }
            if kind == 0 || within == 0 {
                let bump = take(&mut rest, 1)?[0];
                owner = (bump == BUMP)
                    .then(|| at.owners.get(position).copied())
                    .flatten();
            }
            let mut earned = [0; 8];
            earned[..width].copy_from_slice(take(&mut rest, width)?);
            let earned = u64::from_le_bytes(earned);
            if kind == 3 || earned > at.device_earned_max {
                return None;
            }
            let index = first.checked_add(leaves.len() as u32)?;
            leaves.push(leaf_node(index, &owner?, earned));
            let mut owed = earned.checked_sub(paid[slot])?;
            if segments == 1 && count == 1 && owed > at.allowance {
                if at.allowance == 0 {
                    return None;
                }
                owed = at.allowance;
            }
            paid[slot] += owed;
            payments[position] = payments[position].checked_add(owed)?;
            if kind == 0 || within + 1 == count {
                position += 1;
            }
        }
    }
    let total = payments
        .iter()
        .try_fold(0u64, |sum, payment| sum.checked_add(*payment))?;
    let whole = rest.len() % NODE_BYTES == 0 && position == at.owners.len();
    if !whole || total > at.allowance || leaves.len() > MOST_LEAVES {
        return None;
    }
    let proof = rest
        .chunks(NODE_BYTES)
        .map(|node| node.try_into().unwrap_or([0; NODE_BYTES]));
    let root = root(first, leaves, at.device_count, proof)?;
    Some(Outcome {
        root,
        paid,
        payments,
    })
}

/// Computes the root of a run level by level, as described in the documentation of the format.
fn root(
    first: u32,
    mut row: Vec<Node>,
    device_count: u32,
    mut proof: impl Iterator<Item = Node>,
) -> Option<Node> {
    let mut start = u64::from(first);
    let mut end = start + row.len() as u64;
    if row.is_empty() || end > u64::from(device_count) {
        return None;
    }
    for _ in 0..depth(device_count) {
        if start % 2 == 1 {
            row.insert(0, proof.next()?);
            start -= 1;
        }
        if end % 2 == 1 {
            row.push(proof.next()?);
            end += 1;
        }
        (start, end) = (start / 2, end / 2);
        row = row
            .chunks(2)
            .map(|pair| parent(&pair[0], &pair[1]).ok())
            .collect::<Option<_>>()?;
    }
    proof.next().is_none().then(|| row[0])
}

fn take<'a>(rest: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(count)?;
    *rest = left;
    Some(taken)
}
