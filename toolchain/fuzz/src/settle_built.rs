use {
    arbitrary::{Arbitrary, Unstructured},
    commonwire_merkle::ledger::{hash_of, leaf_node, prove_run, root, sum_of, Node, NODE_BYTES},
    network::settlement::{self, Claims},
};

use crate::payees::{Book, BUMP};

/// A run of a real ledger, and malicious changes to its bytes.
#[derive(Arbitrary, Debug)]
struct Case {
    /// Per device: the owner, the amount earned, and how many 255ths of it were paid.
    devices: Vec<(u8, u32, u8)>,
    first: u8,
    /// Per segment: the kind, and the number of leaves minus one.
    segments: Vec<(u8, u8)>,
    width: u8,
    allowance: u64,
    /// Bytes of the run to alter: their positions and changes.
    lies: Vec<(u16, u8)>,
    /// Nodes to add to the proof, or to remove if negative.
    proof_change: i8,
}

struct Device {
    owner: [u8; 32],
    earned: u64,
    paid: u64,
}

/// Settles runs of real ledgers: an honest run is settled in full, and an altered one never pays a device more than its
/// leaf states or anybody other than the leaf's owner.
pub fn settle_built(data: &[u8]) {
    let Ok(case) = Case::arbitrary(&mut Unstructured::new(data)) else {
        return;
    };
    let devices: Vec<Device> = case.devices.iter().take(200).map(device).collect();
    if devices.is_empty() {
        return;
    }
    let leaves: Vec<Node> = (0u32..)
        .zip(&devices)
        .map(|(index, device)| leaf_node(index, &device.owner, device.earned))
        .collect();
    let first = usize::from(case.first) % devices.len();
    let (mut run, accounts, due) = encode(&case, &devices, &leaves, first);
    let lone = case.segments.len() == 1 && accounts.len() == 1 && case.segments[0].1 % 64 == 0;
    let honest = case.lies.is_empty() && case.proof_change == 0 && !accounts.is_empty();
    for (at, change) in &case.lies {
        let at = usize::from(*at) % run.len();
        run[at] ^= change;
    }
    change_proof(&mut run, case.proof_change);

    let mut before = [0; 1024];
    for (slot, device) in before.iter_mut().zip(&devices) {
        *slot = device.paid;
    }
    let mut paid = before;
    let mut book = Book::new(&accounts);
    // 200 devices that earned less than 2^32 each.
    let top = root(&leaves).expect("a sum below 2^40");
    let claims = Claims {
        root: hash_of(&top),
        device_count: devices.len() as u32,
        earned_total: sum_of(&top),
        device_earned_max: u64::MAX,
        allowance: case.allowance,
    };
    let settled = settlement::settle(&run, &claims, &mut paid, &mut book);
    if honest && (due <= case.allowance || lone && case.allowance > 0) {
        assert!(settled.is_ok(), "an honest run was refused: {case:?}");
    }
    let Ok(total) = settled else { return };
    assert!(!honest || total == due.min(case.allowance));
    assert_eq!(total, book.payments.iter().sum::<u64>());
    assert!(total <= case.allowance);
    let mut grown = 0;
    for (slot, device) in devices.iter().enumerate() {
        assert!(paid[slot] >= before[slot], "a slot never decreases");
        assert!(
            paid[slot] <= device.earned,
            "no device is paid more than it has earned"
        );
        grown += paid[slot] - before[slot];
    }
    assert_eq!(grown, total);
    assert_eq!(paid[devices.len()..], before[devices.len()..]);
    let owners: std::collections::HashSet<[u8; 32]> = book.owners.iter().copied().collect();
    for owner in owners {
        let got: u64 = (book.owners.iter().zip(&book.payments))
            .filter(|(payee, _)| **payee == owner)
            .map(|(_, amount)| amount)
            .sum();
        let grown: u64 = (devices.iter().enumerate())
            .filter(|(_, device)| device.owner == owner)
            .map(|(slot, _)| paid[slot] - before[slot])
            .sum();
        assert_eq!(
            got, grown,
            "an owner is paid the growth of the owner's slots"
        );
    }
}

fn device((owner, earned, part): &(u8, u32, u8)) -> Device {
    let earned = u64::from(*earned);
    Device {
        owner: [owner % 8; 32],
        earned,
        paid: earned * u64::from(*part) / 255,
    }
}

/// Returns the run's bytes, the owners of its accounts, and the amount due.
fn encode(
    case: &Case,
    devices: &[Device],
    leaves: &[Node],
    first: usize,
) -> (Vec<u8>, Vec<[u8; 32]>, u64) {
    let width = 4 + usize::from(case.width) % 5;
    let mut run = (first as u32).to_le_bytes().to_vec();
    run.extend([width as u8, 0]);
    let (mut at, mut accounts, mut due) = (first, Vec::new(), 0);
    for (kind, count) in case.segments.iter().take(255) {
        let room = devices.len() - at;
        let same = (devices[at..].iter())
            .take_while(|device| device.owner == devices[at].owner)
            .count();
        let kind = kind % 3;
        let most = if kind == 1 { same } else { room };
        let count = (1 + usize::from(count % 64)).min(most);
        run[5] += 1;
        run.push(kind << 6 | (count - 1) as u8);
        for (within, device) in devices[at..at + count].iter().enumerate() {
            if kind == 2 {
                run.extend(leaves[at + within]);
                continue;
            }
            if kind == 0 || within == 0 {
                run.push(BUMP);
                accounts.push(device.owner);
            }
            run.extend(&device.earned.to_le_bytes()[..width]);
            due += device.earned - device.paid;
        }
        at += count;
        if at == devices.len() {
            break;
        }
    }
    if at > first {
        let proof = prove_run(leaves, first, at - first);
        run.extend(proof.unwrap_or_default().as_flattened());
    }
    (run, accounts, due)
}

fn change_proof(run: &mut Vec<u8>, by: i8) {
    if by >= 0 {
        run.extend(vec![7; NODE_BYTES * usize::from(by.unsigned_abs() % 4)]);
    } else {
        let less = NODE_BYTES * usize::from(by.unsigned_abs() % 4);
        run.truncate(run.len().saturating_sub(less));
    }
}
