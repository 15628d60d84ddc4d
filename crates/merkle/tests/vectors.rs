//! Reproduces `tests/vectors.json`, which the TypeScript SDK generates and reproduces too, so that oracles and the
//! chain agree.

mod common;

use common::run_root;
use commonwire_merkle::{hash, ledger, ledger::Node, registry, usage, Hash, EMPTY};
use serde_json::Value;

fn vectors() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors.json");
    let text = std::fs::read_to_string(path).expect("the vectors file");
    serde_json::from_str(&text).expect("JSON")
}

fn items<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().expect(name)
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().expect(name)
}

fn u32_of(value: &Value, name: &str) -> u32 {
    u32::try_from(value[name].as_u64().expect(name)).expect(name)
}

fn u64_of(value: &Value, name: &str) -> u64 {
    text(value, name).parse().expect(name)
}

fn to_hash(value: &Value) -> Hash {
    let mut out = [0; 32];
    hex::decode_to_slice(value.as_str().expect("hex"), &mut out).expect("32 bytes");
    out
}

/// `sum u64 | hash 32`.
fn to_node(value: &Value) -> Node {
    let mut out = ledger::HOLE;
    hex::decode_to_slice(value.as_str().expect("hex"), &mut out).expect("40 bytes");
    out
}

fn nodes(value: &Value, name: &str) -> Vec<Node> {
    items(value, name).iter().map(to_node).collect()
}

fn hashes(value: &Value, name: &str) -> Vec<Hash> {
    items(value, name).iter().map(to_hash).collect()
}

/// Returns a value derived by the file's rules: `H("commonwire <name> <i>")`.
fn derived(name: &str, index: u32) -> Hash {
    hash(&[format!("commonwire {name} {index}").as_bytes()])
}

/// Returns the first 8 bytes of [`derived`] as a little-endian integer.
fn derived_u64(name: &str, index: u32) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = derived(name, index);
    u64::from_le_bytes([a, b, c, d, e, f, g, h])
}

/// Amounts of the file's rule: cut to 40 bits, so that their sum fits.
fn earned(index: u32) -> u64 {
    derived_u64("earned", index) >> 24
}

fn ledger_leaves(count: u32) -> Vec<Node> {
    (0..count)
        .map(|i| ledger::leaf_node(i, &derived("owner", i), earned(i)))
        .collect()
}

#[test]
fn ledger_leaves_are_the_same() {
    for leaf in items(&vectors()["ledger"], "leaves") {
        let owner = to_hash(&leaf["owner"]);
        let got = ledger::leaf(u32_of(leaf, "index"), &owner, u64_of(leaf, "earned"));
        assert_eq!(got, to_hash(&leaf["leaf"]));
    }
}

#[test]
fn ledger_trees_and_run_proofs_are_the_same() {
    let vectors = vectors();
    for tree in items(&vectors["ledger"], "trees") {
        let count = u32_of(tree, "device_count");
        let root = to_node(&tree["root"]);
        let leaves = ledger_leaves(count);
        assert_eq!(ledger::depth(count), u32_of(tree, "depth"));
        assert_eq!(ledger::root(&leaves), Ok(root), "{count} devices");
        for run in items(tree, "runs") {
            let (first, length) = (u32_of(run, "first"), u32_of(run, "count") as usize);
            let proof = nodes(run, "proof");
            let start = first as usize;
            assert_eq!(
                ledger::prove_run(&leaves, start, length).as_ref(),
                Ok(&proof)
            );
            let run = &leaves[start..start + length];
            assert_eq!(run_root(first, count, run, &proof), Ok(root));
        }
    }
}

#[test]
fn bad_runs_lead_to_an_error_or_another_root() {
    for bad in items(&vectors()["ledger"], "bad_runs") {
        let run = nodes(bad, "leaves");
        let proof = nodes(bad, "proof");
        let (first, count) = (u32_of(bad, "first"), u32_of(bad, "device_count"));
        let got = run_root(first, count, &run, &proof);
        assert_ne!(got, Ok(to_node(&bad["root"])), "{}", text(bad, "name"));
    }
}

/// Returns an encoded device derived by the file's rules.
fn device(index: u32) -> [u8; registry::DEVICE_BYTES] {
    let key_type = (index % 2) as u8;
    let mut key = [0; 33];
    key[usize::from(key_type)..][..32].copy_from_slice(&derived("device", index));
    if key_type == 1 {
        key[0] = 2;
    }
    let owner = derived("owner", index);
    let device = registry::Device {
        index,
        key_type,
        key: &key,
        owner: &owner,
        kind: 1 + (index % 4) as u8,
        h3_cell: derived_u64("cell", index),
        capacity: 1000 * (index + 1),
    };
    device.encode()
}

#[test]
fn registry_leaves_and_changes_are_the_same() {
    for vector in items(&vectors()["registry"], "devices") {
        let encoded = device(u32_of(vector, "index"));
        let change = hex::decode(text(vector, "change")).expect("hex");
        assert_eq!(change, [&[1], encoded.as_slice()].concat());
        assert_eq!(registry::leaf(&encoded), to_hash(&vector["leaf"]));
    }
}

#[test]
fn owner_changes_are_the_same() {
    let mut running = EMPTY;
    for vector in items(&vectors()["registry"], "owner_changes") {
        let index = u32_of(vector, "index");
        let epoch = u64_of(vector, "effective_epoch");
        let change = hex::decode(text(vector, "change")).expect("hex");
        let before = running;
        running = match text(vector, "kind") {
            "retired" => registry::hash_retired(&before, index, epoch),
            _ => registry::hash_transferred(&before, index, &to_hash(&vector["owner"]), epoch),
        };
        assert_eq!(running, to_hash(&vector["registry_hash"]));
        assert_eq!(running, hash(&[&before, &change]));
    }
}

#[test]
fn registry_states_are_the_same() {
    for state in items(&vectors()["registry"], "states") {
        let count = u32_of(state, "count");
        let mut frontier = [EMPTY; registry::DEPTH];
        let mut running = EMPTY;
        for index in 0..count {
            let encoded = device(index);
            assert!(registry::append(
                &mut frontier,
                index,
                registry::leaf(&encoded)
            ));
            running = registry::hash_registered(&running, &encoded);
        }
        let mut expected = hashes(state, "frontier");
        expected.resize(registry::DEPTH, EMPTY);
        assert_eq!(frontier.as_slice(), expected, "{count} devices");
        assert_eq!(registry::root(&frontier, count), to_hash(&state["root"]));
        assert_eq!(running, to_hash(&state["registry_hash"]));
    }
}

#[test]
fn report_hashes_are_the_same() {
    for report in items(&vectors(), "reports") {
        let bytes = hex::decode(text(report, "bytes")).expect("hex");
        assert_eq!(hash(&[&bytes]), to_hash(&report["hash"]));
    }
}

/// Leaf `i` of the file's rule.
fn usage_leaf(i: u32) -> [u8; usage::LEAF_BYTES] {
    usage::Leaf {
        side: (i % 2) as u8,
        account: &derived("account", i),
        birth: u64::from(i) + 1,
        counterparty: &derived("area", i),
        units: derived_u64("units", i) >> 24,
        amount: derived_u64("amount", i) >> 24,
    }
    .encode()
}

#[test]
fn usage_leaves_are_the_same() {
    for leaf in items(&vectors()["usage"], "leaves") {
        let encoded = usage_leaf(u32_of(leaf, "index"));
        assert_eq!(usage::account_of(&encoded), &to_hash(&leaf["account"]));
        assert_eq!(usage::hash_of(&encoded), to_hash(&leaf["leaf"]));
    }
}

#[test]
fn usage_trees_and_proofs_are_the_same() {
    for tree in items(&vectors()["usage"], "trees") {
        let count = u32_of(tree, "count");
        let mut encoded: Vec<_> = (0..count).map(usage_leaf).collect();
        encoded.sort_by_key(|leaf| *usage::account_of(leaf));
        let leaves: Vec<Hash> = encoded.iter().map(usage::hash_of).collect();
        let root = to_hash(&tree["root"]);
        assert_eq!(usage::root(&leaves), root);
        for (i, proof) in items(tree, "proofs").iter().enumerate() {
            let nodes = hashes(proof, "nodes");
            assert_eq!(usage::prove(&leaves, i, false).as_ref(), Some(&nodes));
            assert_eq!(
                usage::climb(&leaves[i], (i as u32, count), &nodes),
                Some(root)
            );
        }
        for absence in items(tree, "absences") {
            let account = derived("account", u32_of(absence, "absent"));
            let (index, nodes) = (u32_of(absence, "index"), hashes(absence, "nodes"));
            let at = index as usize;
            let climbed = match u32_of(absence, "width") {
                0 => Some(usage::root_of(0, &EMPTY)),
                1 => usage::climb(&leaves[at], (index, count), &nodes),
                _ => usage::climb_pair([&leaves[at], &leaves[at + 1]], (index, count), &nodes),
            };
            assert_eq!(climbed, Some(root));
            assert!(encoded
                .iter()
                .all(|leaf| *usage::account_of(leaf) != account));
        }
    }
}
