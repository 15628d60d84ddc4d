//! The total time a network was paused, against a model that knows only when each pause began and ended.

use {
    super::{claim, network, EMISSION, LATE, SIGNERS},
    anchor_lang::prelude::Address,
    network::state::{Network, GUARDIAN_PAUSE_SECONDS as WEEK},
    proptest::prelude::*,
};

const AUTHORITY: Address = Address::new_from_array([1; 32]);
const GUARDIAN: Address = Address::new_from_array([2; 32]);
const START: i64 = 1_000_000;

#[derive(Clone, Copy, Debug)]
enum Step {
    GuardianPauses,
    AuthorityPauses,
    AuthorityUnpauses,
    GuardianUnpauses,
    Post,
}

/// A step, and seconds to wait before it: often right at the ends of a week or two.
fn steps() -> impl Strategy<Value = Vec<(i64, Step)>> {
    let wait = prop_oneof![
        Just(0),
        0i64..1_000,
        0..2 * WEEK,
        (0i64..3, -1i64..2).prop_map(|(weeks, by)| (weeks * WEEK + by).max(0)),
    ];
    let step = prop_oneof![
        Just(Step::GuardianPauses),
        Just(Step::AuthorityPauses),
        Just(Step::AuthorityUnpauses),
        Just(Step::GuardianUnpauses),
        Just(Step::Post),
    ];
    prop::collection::vec((wait, step), 1..60)
}

/// Begin and end of each pause, and of what may be the guardian's next.
#[derive(Default)]
struct Model {
    pauses: Vec<(i64, i64)>,
    /// When the guardian last paused, and when that was first ended.
    guardian: Option<(i64, Option<i64>)>,
    /// Which of the pauses the guardian last began or held, and when.
    by_guardian: Option<(usize, i64)>,
    /// Seconds for which the authority can't end the guardian's pause.
    hold: i64,
}

impl Model {
    fn is_paused(&self, now: i64) -> bool {
        self.pauses
            .iter()
            .any(|(begin, end)| (*begin..*end).contains(&now))
    }

    fn is_endless(&self, now: i64) -> bool {
        self.is_paused(now) && self.pauses.last().is_some_and(|(_, end)| *end == i64::MAX)
    }

    /// Paused seconds of `from..to`.
    fn seconds(&self, from: i64, to: i64) -> i64 {
        self.pauses
            .iter()
            .map(|(begin, end)| (to.min(*end) - from.max(*begin)).max(0))
            .sum()
    }

    fn guardian_may_pause(&self, now: i64) -> bool {
        let rested = self.guardian.is_none_or(|(began, ended)| {
            let over = ended.map_or(began + WEEK, |ended| ended.min(began + WEEK));
            now >= over + WEEK
        });
        // A pause without end is the authority's, and is held if it isn't already.
        let holdable = self.hold > 0 && self.is_endless(now) && now >= self.held_until();
        rested && (!self.is_paused(now) || holdable)
    }

    /// When the authority may end the pause that is on.
    fn held_until(&self) -> i64 {
        let number = self.pauses.len().checked_sub(1);
        let held = self.by_guardian.filter(|(pause, _)| Some(*pause) == number);
        held.map_or(i64::MIN, |(_, since)| since + self.hold)
    }

    /// Whether the authority or the guardian may end the pause that is on.
    fn may_unpause(&self, step: Step, now: i64) -> bool {
        match step {
            Step::AuthorityUnpauses => now >= self.held_until(),
            _ => !self.is_endless(now),
        }
    }

    /// Whether the step is allowed, and if so what it changes.
    fn take(&mut self, step: Step, now: i64) -> bool {
        let (paused, endless) = (self.is_paused(now), self.is_endless(now));
        match step {
            Step::GuardianPauses if self.guardian_may_pause(now) => {
                if !endless {
                    self.pauses.push((now, now + WEEK));
                }
                self.by_guardian = Some((self.pauses.len() - 1, now));
                self.guardian = Some((now, None));
                true
            }
            Step::AuthorityPauses if !endless => {
                match self.pauses.last_mut().filter(|_| paused) {
                    Some(last) => last.1 = i64::MAX,
                    None => self.pauses.push((now, i64::MAX)),
                }
                true
            }
            Step::AuthorityUnpauses | Step::GuardianUnpauses
                if paused && self.may_unpause(step, now) =>
            {
                if let Some(last) = self.pauses.last_mut() {
                    last.1 = now;
                }
                if let Some((_, ended @ None)) = &mut self.guardian {
                    *ended = Some(now);
                }
                true
            }
            _ => false,
        }
    }
}

fn take(network: &mut Network, step: Step, now: i64) -> bool {
    match step {
        Step::GuardianPauses => network.pause(&GUARDIAN, now).is_ok(),
        Step::AuthorityPauses => network.pause(&AUTHORITY, now).is_ok(),
        Step::AuthorityUnpauses => network.unpause(&AUTHORITY, now).is_ok(),
        Step::GuardianUnpauses => network.unpause(&GUARDIAN, now).is_ok(),
        Step::Post => false,
    }
}

proptest! {
    #[test]
    fn paused_time_is_the_sum_of_all_pauses(steps in steps(), hold in prop_oneof![Just(0), 0..WEEK, Just(WEEK)]) {
        let mut network = network(EMISSION);
        (network.authority, network.guardian) = (AUTHORITY, GUARDIAN);
        network.floors.change_delay_seconds = hold as u32;
        let mut model = Model { hold, ..Model::default() };
        let mut now = START;
        for (wait, step) in steps {
            now += wait;
            let before = bytemuck::bytes_of(&network).to_vec();
            let done = take(&mut network, step, now);
            prop_assert_eq!(done, model.take(step, now), "{:?} at {}", step, now);
            if !done {
                prop_assert!(bytemuck::bytes_of(&network) == before, "a refusal changes nothing");
            }
            for later in [now, now + 1, now + WEEK - 1, now + WEEK, now + 3 * WEEK] {
                prop_assert_eq!(network.pause.is_active(later), model.is_paused(later));
                prop_assert_eq!(network.pause.seconds(later), model.seconds(START, later));
                prop_assert_eq!(network.require_running(later).is_err(), model.is_paused(later));
            }
        }
    }

    /// An epoch becomes current once it was open to challenge for its seconds, none of them paused.
    #[test]
    fn paused_time_does_not_count_in_a_challenge_period(steps in steps(), challenge_seconds in 1u32..2_000_000) {
        let mut network = network(EMISSION);
        (network.authority, network.guardian) = (AUTHORITY, GUARDIAN);
        network.policy.challenge_seconds = challenge_seconds;
        let mut model = Model::default();
        let mut now = START;
        prop_assert!(network.cut(now, 1, [7; 32]).is_ok());
        let mut posted = None;
        for (wait, step) in steps {
            now += wait;
            take(&mut network, step, now);
            model.take(step, now);
            if matches!(step, Step::Post) && posted.is_none() && network.require_running(now).is_ok() {
                let cut = network.next_cut().ok();
                prop_assert!(cut.is_some());
                if let Some(cut) = cut {
                    network.post((now, 0), &cut, &claim(1, 0), SIGNERS);
                }
                posted = Some(now);
            }
            let Some(posted) = posted else { continue };
            for later in [now, now + i64::from(challenge_seconds) - 1, now + i64::from(challenge_seconds)] {
                let open = later - posted - model.seconds(posted, later);
                let promoted = { network }.promote(later, LATE).is_ok();
                prop_assert_eq!(promoted, open >= i64::from(challenge_seconds));
            }
        }
    }
}
