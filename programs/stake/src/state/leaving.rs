use anchor_lang::{
    bytemuck::{Pod, Zeroable},
    prelude::IdlType,
};

/// Weight that began to unlock of late.
///
/// It counts towards the most that could vote until every vote that it may have been cast in is over: otherwise those who
/// voted could unlock at once and so lower the quorum that their own votes must reach. Time is divided into windows as long as
/// the cool-down, and what left in one counts until the end of the next: for one to two cool-downs.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable, IdlType)]
pub struct Leaving {
    /// Number of the window that `current` left in: it begins at `window * cool-down`, unix seconds.
    pub window: u64,
    pub current: u64,
    /// What left in the window before.
    pub previous: u64,
}

impl Leaving {
    /// Adds weight that leaves at `now`. Sums end at the greatest number: no sum may keep a stake from its owner.
    pub fn add(&mut self, now: i64, cool_down_seconds: u32, weight: u64) {
        self.roll(now, cool_down_seconds);
        self.current = self.current.saturating_add(weight);
    }

    /// What still counts at `now`.
    pub fn weight(&self, now: i64, cool_down_seconds: u32) -> u64 {
        let mut rolled = *self;
        rolled.roll(now, cool_down_seconds);
        rolled.current.saturating_add(rolled.previous)
    }

    /// A clock that went back keeps the window.
    fn roll(&mut self, now: i64, cool_down_seconds: u32) {
        let window = u64::try_from(now).unwrap_or(0) / u64::from(cool_down_seconds.max(1));
        let passed = window.saturating_sub(self.window);
        if passed > 0 {
            self.previous = if passed == 1 { self.current } else { 0 };
            self.current = 0;
            self.window = window;
        }
    }
}
