//! Streams against a model of exact fractions that walks through every window.

use {
    commonwire_onchain::streams::{Error, Income, Stream, MIN_WINDOW_SECONDS, SCALE},
    num_rational::BigRational,
    proptest::prelude::*,
};

const WINDOW: u64 = MIN_WINDOW_SECONDS;
const STAKERS: usize = 3;

fn opened(per_unit: u128) -> Stream {
    let mut stream = Stream::open(WINDOW, 0).unwrap();
    stream.per_unit = per_unit.into();
    stream
}

fn income(stream: &Stream) -> Income {
    Income {
        counted: stream.per_unit,
        accrued: 0.into(),
    }
}

fn fraction(numerator: u128, denominator: u128) -> BigRational {
    BigRational::new(numerator.into(), denominator.into())
}

/// A pool of stakers as a program keeps it.
struct Pool {
    stream: Stream,
    now: u64,
    weights: [u64; STAKERS],
    incomes: [Income; STAKERS],
    taken: [u64; STAKERS],
    deposited: u64,
}

impl Pool {
    fn new(per_unit: u128, weights: [u64; STAKERS]) -> Self {
        let stream = opened(per_unit);
        Self {
            stream,
            now: 0,
            weights,
            incomes: [income(&stream); STAKERS],
            taken: [0; STAKERS],
            deposited: 0,
        }
    }

    fn staked(&self) -> u64 {
        self.weights.iter().sum()
    }

    fn advance(&mut self) {
        let staked = self.staked();
        self.stream.advance(self.now as i64, staked).unwrap();
    }

    fn deposit(&mut self, amount: u64) {
        let staked = self.staked();
        self.stream
            .deposit(self.now as i64, staked, amount)
            .unwrap();
        self.deposited += amount;
    }

    fn accrue(&mut self, at: usize) {
        self.advance();
        self.incomes[at]
            .accrue(&self.stream, self.weights[at])
            .unwrap();
    }

    fn weigh(&mut self, at: usize, weight: u64) {
        self.accrue(at);
        self.weights[at] = weight;
    }

    fn claim(&mut self, at: usize) {
        self.accrue(at);
        self.taken[at] += self.incomes[at].take().unwrap();
    }
}

/// The same in exact fractions: it walks from window to window, however many there are.
struct Exact {
    now: u64,
    window: u64,
    current: u64,
    released: u64,
    next: u64,
    earned: [BigRational; STAKERS],
    /// How much less or more than exact fractions anybody may have: each change of the stake moves the part of a base unit that
    /// could not be divided, below `staked / SCALE`, to those who stake then.
    moved: u128,
}

impl Exact {
    fn new() -> Self {
        Self {
            now: 0,
            window: 0,
            current: 0,
            released: 0,
            next: 0,
            earned: std::array::from_fn(|_| fraction(0, 1)),
            moved: 0,
        }
    }

    fn to(&mut self, now: u64, weights: &[u64; STAKERS]) {
        while self.window < now / WINDOW {
            self.release(self.current, weights);
            self.window += 1;
            (self.current, self.next, self.released) = (self.next, 0, 0);
        }
        let into = u128::from(now - self.window * WINDOW);
        self.release(
            (u128::from(self.current) * into / u128::from(WINDOW)) as u64,
            weights,
        );
        self.now = now;
    }

    fn release(&mut self, due: u64, weights: &[u64; STAKERS]) {
        let amount = due - self.released;
        let staked: u64 = weights.iter().sum();
        self.released = due;
        if staked == 0 {
            self.next += amount;
            return;
        }
        for (earned, weight) in self.earned.iter_mut().zip(weights) {
            *earned += fraction(u128::from(amount) * u128::from(*weight), u128::from(staked));
        }
    }
}

#[derive(Clone, Debug)]
enum Step {
    Wait(u64),
    Deposit(u64),
    Weigh(usize, u64),
    Claim(usize),
    Advance,
}

fn steps(most: u64, greatest_weight: u64) -> impl Strategy<Value = Vec<Step>> {
    let wait = prop_oneof![
        0..10u64,
        0..WINDOW,
        Just(WINDOW),
        WINDOW..5 * WINDOW,
        Just(1000 * WINDOW)
    ];
    let weight = prop_oneof![Just(0), 1..4u64, 0..greatest_weight];
    let step = prop_oneof![
        3 => wait.prop_map(Step::Wait),
        2 => prop_oneof![1..100u64, 0..most].prop_map(Step::Deposit),
        2 => (0..STAKERS, weight).prop_map(|(at, weight)| Step::Weigh(at, weight)),
        2 => (0..STAKERS).prop_map(Step::Claim),
        1 => Just(Step::Advance),
    ];
    proptest::collection::vec(step, 1..40)
}

/// Takes the steps in both, and checks after each that nothing was lost, made up or kept from anybody.
fn compare(per_unit: u128, steps: &[Step]) -> Result<(), TestCaseError> {
    let mut pool = Pool::new(per_unit, [0; STAKERS]);
    let mut exact = Exact::new();
    for step in steps {
        match *step {
            Step::Wait(seconds) => pool.now += seconds,
            Step::Deposit(amount) => {
                exact.to(pool.now, &pool.weights);
                pool.deposit(amount);
                exact.next += amount;
            }
            Step::Weigh(at, weight) => {
                exact.to(pool.now, &pool.weights);
                exact.moved += u128::from(pool.staked());
                pool.weigh(at, weight);
            }
            Step::Claim(at) => {
                exact.to(pool.now, &pool.weights);
                pool.claim(at);
            }
            Step::Advance => {
                exact.to(pool.now, &pool.weights);
                pool.advance();
            }
        }
        if exact.now == pool.now {
            check(&pool, &exact)?;
        }
    }
    Ok(())
}

fn check(pool: &Pool, exact: &Exact) -> Result<(), TestCaseError> {
    let stream = &pool.stream;
    prop_assert_eq!(
        (stream.window, stream.current, stream.released, stream.next),
        (exact.window, exact.current, exact.released, exact.next)
    );
    let moved = fraction(exact.moved, SCALE);
    let one = fraction(1, 1);
    let (mut accounted, mut taken) = (u128::from(stream.remainder), 0u64);
    for at in 0..STAKERS {
        let mut income = pool.incomes[at];
        income.accrue(stream, pool.weights[at]).unwrap();
        let whole = pool.taken[at] + income.whole().unwrap();
        accounted += income.accrued.get() + u128::from(pool.taken[at]) * SCALE;
        taken += whole;
        let claimable = fraction(u128::from(whole), 1);
        let earned = &exact.earned[at];
        // While a stake stands, its part of the remainder is still to come.
        let waiting = fraction(u128::from(pool.weights[at]), SCALE);
        prop_assert!(
            &claimable + &one + &moved + &waiting > *earned,
            "{claimable} of {earned}"
        );
        prop_assert!(claimable <= earned + &moved, "{claimable} of {earned}");
    }
    // Nothing is lost, to the last fraction of a base unit, and nobody can take what was not deposited.
    let waiting = stream.next + stream.current - stream.released;
    let total = u128::from(pool.deposited - waiting) * SCALE;
    prop_assert_eq!(accounted, total);
    prop_assert!(taken <= pool.deposited - waiting);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn stakers_get_the_exact_fractions(steps in steps(1 << 50, 1 << 40), before_wrap in 0..u128::from(u64::MAX)) {
        compare(u128::MAX - before_wrap, &steps)?;
        compare(0, &steps)?;
    }

    #[test]
    fn amounts_and_stakes_reach_the_bounds_of_64_bits(steps in steps(1 << 58, 1 << 62), before_wrap in any::<u128>()) {
        compare(before_wrap, &steps)?;
    }

    /// So nobody gains or loses by how often a stream is advanced.
    #[test]
    fn advancing_often_is_the_same_as_once(
        deposit in any::<u64>(),
        staked in prop_oneof![Just(0), 1..10u64, any::<u64>()],
        mut times in proptest::collection::vec(WINDOW..6 * WINDOW, 1..40),
    ) {
        let mut often = opened(u128::MAX);
        often.deposit(0, staked, deposit).unwrap();
        let mut once = often;
        times.sort_unstable();
        for time in &times {
            often.advance(*time as i64, staked).unwrap();
        }
        once.advance(*times.last().unwrap() as i64, staked).unwrap();
        prop_assert_eq!(often, once);
    }
}

#[test]
fn a_deposit_streams_evenly_over_the_next_window() {
    let mut pool = Pool::new(u128::MAX - 5, [3, 1, 0]);
    pool.deposit(1_000_000);
    pool.now = WINDOW;
    for at in 0..2 {
        pool.claim(at);
    }
    assert_eq!(pool.taken, [0, 0, 0], "nothing in the deposit's own window");
    pool.now = 2 * WINDOW;
    for at in 0..2 {
        pool.claim(at);
    }
    assert_eq!(pool.taken, [750_000, 250_000, 0]);
}

#[test]
fn a_staker_who_leaves_earns_until_then() {
    let mut pool = Pool::new(u128::MAX - 5, [3, 1, 0]);
    pool.deposit(1_000_000);
    pool.now = WINDOW + WINDOW / 2;
    pool.weigh(0, 0);
    pool.now = 3 * WINDOW;
    for at in 0..2 {
        pool.claim(at);
    }
    assert_eq!(pool.taken, [375_000, 625_000, 0]);
}

#[test]
fn what_nobody_staked_for_waits_for_the_next_stakers() {
    let mut pool = Pool::new(0, [0; STAKERS]);
    pool.deposit(1_000);
    pool.now = 1_000_000 * WINDOW + WINDOW / 2;
    pool.weigh(0, 8);
    assert_eq!((pool.stream.current, pool.stream.next), (1_000, 500));
    pool.now += 2 * WINDOW;
    pool.claim(0);
    assert_eq!(pool.taken[0], 1_000);
}

#[test]
fn claiming_every_second_of_a_slow_stream_loses_nothing() {
    // A base unit every five minutes, to a stake that a base unit can't be divided among.
    let mut pool = Pool::new(0, [3_000_000_000_000_000_000, 1_000_000_000_000_000_000, 0]);
    pool.deposit(288);
    for second in 0..=WINDOW / 100 {
        pool.now = WINDOW + second * 100;
        pool.claim(0);
        pool.claim(1);
    }
    assert_eq!(pool.taken, [216, 72, 0]);
}

#[test]
fn a_clock_that_goes_back_releases_nothing() {
    let mut stream = opened(0);
    stream.deposit(0, 1, 1_000).unwrap();
    stream.advance(WINDOW as i64 + 43_200, 1).unwrap();
    let before = stream;
    for time in [i64::MIN, -1, 0, WINDOW as i64 + 43_199] {
        stream.advance(time, 1).unwrap();
        assert_eq!(stream, before);
    }
}

#[test]
fn windows_shorter_than_a_day_are_refused() {
    assert_eq!(
        Stream::open(MIN_WINDOW_SECONDS - 1, 0),
        Err(Error::WindowTooShort)
    );
    let opened = Stream::open(MIN_WINDOW_SECONDS, 3 * 86_400 + 5).unwrap();
    assert_eq!(opened.window, 3);
}

#[test]
fn deposits_beyond_64_bits_change_nothing() {
    let mut stream = opened(0);
    stream.deposit(0, 0, u64::MAX).unwrap();
    let before = stream;
    assert_eq!(
        stream.deposit(WINDOW as i64 / 2, 0, 1),
        Err(Error::Overflow)
    );
    assert_eq!(stream, before);
    // With nothing staked, what is released joins the next deposits, which must leave room for it.
    stream.advance(WINDOW as i64 * 3 / 2, 0).unwrap();
    let before = stream;
    let late = WINDOW as i64 * 7 / 4;
    assert_eq!(
        stream.deposit(late, 0, u64::MAX - stream.next),
        Err(Error::Overflow)
    );
    assert_eq!(stream, before);
}
