use {
    arbitrary::{Arbitrary, Unstructured},
    commonwire_merkle::ledger::{hash_of, sum_of, NODE_BYTES},
    network::settlement::{self, Claims},
};

use crate::{
    payees::Book,
    reference::{self, Circumstances},
};

/// The state on chain when the bytes arrive.
#[derive(Arbitrary)]
struct Setting {
    device_count: u32,
    device_earned_max: u64,
    allowance: u64,
    /// The owners of the passed accounts, by their first byte.
    owners: [u8; 6],
    accounts: u8,
    /// The amount in every slot of the page.
    paid: u16,
    /// Whether the run leads to the ledger's root.
    proven: bool,
}

/// Settles arbitrary bytes as a run: this never panics, and refuses or settles exactly as [`reference::read`] does.
pub fn settle(data: &[u8]) {
    let mut source = Unstructured::new(data);
    let Ok(setting) = Setting::arbitrary(&mut source) else {
        return;
    };
    let run = source.take_rest();
    let before = [u64::from(setting.paid); 1024];
    let accounts = usize::from(setting.accounts) % (setting.owners.len() + 1);
    let owners: Vec<[u8; 32]> = setting.owners[..accounts]
        .iter()
        .map(|n| [*n; 32])
        .collect();
    let mut book = Book::new(&owners);
    let expected = reference::read(
        run,
        &Circumstances {
            device_count: setting.device_count,
            device_earned_max: setting.device_earned_max,
            allowance: setting.allowance,
            paid: &before,
            owners: &owners,
        },
    );
    let mut root = expected
        .as_ref()
        .map_or([7; NODE_BYTES], |outcome| outcome.root);
    if !setting.proven {
        // In the sum or in the hash.
        root[usize::from(setting.accounts) % NODE_BYTES] ^= 1;
    }
    let claims = Claims {
        root: hash_of(&root),
        device_count: setting.device_count,
        earned_total: sum_of(&root),
        device_earned_max: setting.device_earned_max,
        allowance: setting.allowance,
    };
    let mut paid = before;
    let settled = settlement::settle(run, &claims, &mut paid, &mut book);
    let Some(outcome) = expected.filter(|_| setting.proven) else {
        assert!(settled.is_err(), "a run that should be refused was settled");
        return;
    };
    let Ok(total) = settled else {
        panic!("a valid run was refused")
    };
    assert_eq!(paid, outcome.paid);
    assert_eq!(book.payments, outcome.payments);
    assert_eq!(total, book.payments.iter().sum::<u64>());
    assert_eq!(
        u128::from(total),
        paid.iter()
            .zip(before)
            .map(|(after, before)| u128::from(after - before))
            .sum::<u128>(),
        "the total paid equals the growth of the slots"
    );
    assert!(total <= setting.allowance);
}
