//! Instructions whose data go on after their arguments are refused: for each instruction.

use {
    anchor_lang::{prelude::Address, wincode, BorshConfig, InstructionData, BORSH_CONFIG},
    bytemuck::Zeroable,
    network::{
        entrypoint::is_whole,
        instruction as of,
        state::{Emission, EpochClaim, Floors, Policy, Roles, Rule},
    },
    proptest::prelude::*,
};

const ADDRESS: Address = Address::new_from_array([3; 32]);
const LEAF_BYTES: usize = 40;

/// A value of a type that only the program names.
fn read<T: for<'de> wincode::SchemaRead<'de, BorshConfig, Dst = T>>(bytes: &[u8]) -> Option<T> {
    wincode::config::deserialize(bytes, BORSH_CONFIG).ok()
}

fn claim() -> EpochClaim {
    EpochClaim {
        attempt: 1,
        earned_total: 2,
        ledger_root: [3; 32],
        usage_root: [4; 32],
        dataset_hash: [5; 32],
    }
}

fn challenge(before: bool, bytes: &[u8]) -> Option<Vec<u8>> {
    let leaf = [7; LEAF_BYTES];
    let before = match before {
        true => Some(read(&leaf)?),
        false => None,
    };
    let challenge = of::ChallengeEpoch {
        index: 1,
        claim: read(&leaf)?,
        proof: bytes,
        before,
        before_proof: bytes,
        device: bytes,
        device_path: bytes,
    };
    Some(challenge.data())
}

/// Data of every instruction, as clients encode them; lists have the given items.
fn instructions(bytes: &[u8], keys: &[[u8; 32]]) -> Vec<Vec<u8>> {
    let (authority, guardian) = (ADDRESS, ADDRESS);
    let policy = Policy::zeroed();
    let mut all = vec![
        of::CreateNetwork {
            id: 1,
            genesis_hash: [2; 32],
            roles: Roles {
                authority,
                guardian,
            },
            funded: true,
            emission: Emission::zeroed(),
            floors: Floors::zeroed(),
            policy,
        }
        .data(),
        of::SetCommittee {
            threshold: 1,
            keys: keys.to_vec(),
        }
        .data(),
        of::RegisterDevices {
            kind: 1,
            key_type: 0,
            max_fee: 5,
            devices: bytes,
        }
        .data(),
        of::CutEpoch {}.data(),
        of::PostEpoch {
            claim: claim(),
            opening: bytes,
        }
        .data(),
        of::Promote {}.data(),
        of::OpenPage { number: 9 }.data(),
        of::Settle { run: bytes }.data(),
        of::SetPolicy { policy }.data(),
        of::SetGuardian { guardian }.data(),
        of::ProposeAuthority { authority }.data(),
        of::AcceptAuthority {}.data(),
        of::Pause {}.data(),
        of::Unpause {}.data(),
        of::VetoEpoch { root: [1; 32] }.data(),
        of::NameCorrective { epoch: 3 }.data(),
        of::DemandLeaf { index: 3 }.data(),
        of::AnswerDemand {
            owner: ADDRESS,
            earned: 3,
            proof: bytes,
        }
        .data(),
        of::TransferDevice {
            index: 3,
            earned: 4,
            new_owner: ADDRESS,
            proof: bytes,
        }
        .data(),
        of::RetireDevice {
            index: 3,
            earned: 4,
            proof: bytes,
        }
        .data(),
        of::FundVault { amount: 4 }.data(),
        of::DepositBond {
            oracle: [1; 32],
            lamports: 3,
        }
        .data(),
        of::UnlockBond {}.data(),
        of::WithdrawBond {}.data(),
        of::Slash {}.data(),
        of::WithdrawFees {}.data(),
        of::CloseNetwork { heir: ADDRESS }.data(),
        of::ClosePage {}.data(),
        of::ApproveEpoch { claim: claim() }.data(),
        of::CloseApproval {}.data(),
        of::CloseDemand {}.data(),
        of::Resign {}.data(),
        of::FinishClose {}.data(),
        of::WithdrawSurplus {}.data(),
    ];
    for rule in [Rule::Policy, Rule::Committee, Rule::Guardian] {
        all.push(of::ApplyRuleChange { rule }.data());
        all.push(of::CancelRuleChange { rule }.data());
    }
    all.extend(
        [false, true]
            .iter()
            .filter_map(|before| challenge(*before, bytes)),
    );
    all
}

#[test]
fn every_instruction_is_tried() {
    let mut tried: Vec<u8> = instructions(&[], &[]).iter().map(|data| data[0]).collect();
    tried.sort_unstable();
    tried.dedup();
    assert_eq!(tried, (1..=37).collect::<Vec<u8>>());
}

#[test]
fn nothing_may_follow_the_arguments() {
    for (bytes, keys) in [(&[][..], &[][..]), (&[1, 2, 3], &[[1; 32], [2; 32]])] {
        for mut data in instructions(bytes, keys) {
            assert!(is_whole(&data), "instruction {}", data[0]);
            for more in [0, 1, u8::MAX] {
                data.push(more);
                assert!(!is_whole(&data), "instruction {} and {more}", data[0]);
                data.pop();
            }
            data.extend([0; 300]);
            assert!(!is_whole(&data), "instruction {} and much more", data[0]);
        }
    }
}

#[test]
fn data_that_end_early_are_left_to_the_framework() {
    for data in instructions(&[1, 2, 3], &[[1; 32], [2; 32]]) {
        for length in 0..data.len() {
            assert!(
                is_whole(&data[..length]),
                "{length} bytes of instruction {}",
                data[0]
            );
        }
    }
}

#[test]
fn what_is_no_instruction_is_left_to_the_framework() {
    for discriminator in [0].into_iter().chain(38..=u8::MAX) {
        assert!(is_whole(&[discriminator]) && is_whole(&[discriminator, 0, 0]));
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_a_panic(data in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = is_whole(&data);
    }

    /// A list can't say that it is longer than memory.
    #[test]
    fn no_count_wraps(discriminator in 1u8..=37, count in u32::MAX - 1_000..) {
        let mut data = vec![discriminator];
        while data.len() < 400 {
            data.extend(count.to_le_bytes());
        }
        let _ = is_whole(&data);
    }

    #[test]
    fn lists_of_any_length_are_whole(bytes in prop::collection::vec(any::<u8>(), 0..200), keys in 0u8..22) {
        let keys: Vec<[u8; 32]> = (0..keys).map(|key| [key; 32]).collect();
        for mut data in instructions(&bytes, &keys) {
            prop_assert!(is_whole(&data));
            data.push(0);
            prop_assert!(!is_whole(&data));
        }
    }
}
