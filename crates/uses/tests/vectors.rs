//! Reproduces vouchers, parking and rides of `tests/vectors.json`, which the TypeScript SDK generates, so that both sides of a
//! use know what the program will pay.

use {
    commonwire_uses::{
        parking::{self, Calendar, Outcome, Reservation},
        ride,
        voucher::{self, Terms, Totals},
    },
    serde_json::Value,
};

fn vectors(part: &str) -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors.json");
    let text = std::fs::read_to_string(path).expect("the vectors file");
    let mut all: Value = serde_json::from_str(&text).expect("JSON");
    all[part].take()
}

fn items<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    let items = value[name].as_array().expect(name);
    assert!(!items.is_empty());
    items
}

fn number<T: std::str::FromStr>(value: &Value, name: &str) -> T {
    let parsed = value[name].as_str().and_then(|text| text.parse().ok());
    parsed.unwrap_or_else(|| panic!("{name} of {value}"))
}

fn bytes<const N: usize>(value: &Value, name: &str) -> [u8; N] {
    let text = value[name].as_str().expect(name);
    assert_eq!(text.len(), 2 * N, "{name}");
    core::array::from_fn(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).expect("hex"))
}

fn error(value: &Value) -> Option<&str> {
    value["error"].as_str()
}

fn totals(value: &Value) -> Totals {
    Totals {
        units: number(value, "units"),
        cost: number(value, "cost"),
    }
}

#[test]
fn vouchers_are_the_same() {
    let vectors = vectors("vouchers");
    for item in items(&vectors, "messages") {
        let message = voucher::message(
            &bytes(item, "program"),
            &bytes(item, "order"),
            number(item, "birth"),
            &totals(item),
        );
        assert_eq!(message, bytes(item, "bytes"));
    }
    for item in items(&vectors, "steps") {
        let terms = Terms {
            budget: number(&item["terms"], "budget"),
            greatest_price: number(&item["terms"], "greatest_price"),
            least_price: number(&item["terms"], "least_price"),
        };
        let result = voucher::step(&totals(&item["settled"]), &totals(&item["voucher"]), &terms);
        let expected = error(&item["result"]);
        match result {
            Ok(pays) => assert_eq!((pays, None), (number(&item["result"], "pays"), expected)),
            Err(error) => assert_eq!(Some(voucher_code(error)), expected, "{item}"),
        }
    }
}

fn voucher_code(error: voucher::Error) -> &'static str {
    match error {
        voucher::Error::NoStep => "voucher-no-step",
        voucher::Error::Smaller => "voucher-smaller",
        voucher::Error::OverBudget => "voucher-over-budget",
        voucher::Error::OverPrice => "voucher-over-price",
        voucher::Error::UnderPrice => "voucher-under-price",
    }
}

fn parking_code(error: parking::Error) -> &'static str {
    match error {
        parking::Error::Nothing => "nothing-reserved",
        parking::Error::Past => "reservation-past",
        parking::Error::TooFar => "reservation-too-far",
        parking::Error::Taken => "bay-taken",
        parking::Error::TooEarly => "check-in-too-early",
        parking::Error::TooLate => "check-in-too-late",
        parking::Error::Overflow => "overflow",
    }
}

#[test]
fn calendars_are_the_same() {
    let vectors = vectors("parking");
    let mut calendar = Calendar {
        from: number(&vectors, "start"),
        taken: [0; 45],
    };
    for item in items(&vectors, "calendar_steps") {
        let (first, count): (u64, u64) = (number(item, "first"), number(item, "count"));
        let mut refused = None;
        match item["operation"].as_str() {
            Some("advance") => calendar.advance(first),
            Some("free") => calendar.free(first, first + count),
            _ => refused = calendar.take(first, count).err(),
        }
        assert_eq!(refused.map(parking_code), error(&item["result"]), "{item}");
        assert_eq!(calendar.from, number::<u64>(item, "from"));
        let taken: [u8; 360] = bytes(item, "taken");
        assert_eq!(bytemuck::bytes_of(&calendar.taken), taken);
    }
}

fn outcome(value: &Value) -> Outcome {
    Outcome {
        pays: number(value, "pays"),
        minutes: number(value, "minutes"),
        free_from: number(value, "free_from"),
    }
}

#[test]
fn reservations_end_the_same() {
    for item in items(&vectors("parking"), "endings") {
        let reservation = Reservation {
            first: number(item, "first"),
            quarters: number(item, "quarters"),
            quarter_price: number(item, "quarter_price"),
        };
        let now = number(item, "now");
        let absent = reservation.absent(now, number(item, "fee_bps"));
        assert_eq!(absent, Ok(outcome(&item["absent"])), "{item}");
        assert_eq!(
            reservation.leave(now, number(item, "fee_bps")),
            Ok(outcome(&item["leave"]))
        );
        let refused = reservation.require_check_in(now).err();
        assert_eq!(refused.map(parking_code), error(&item["check_in"]));
    }
}

#[test]
fn rides_cost_the_same() {
    let vectors = vectors("rides");
    for item in items(&vectors, "dues") {
        let (agreed, metres) = (number(item, "agreed"), number(item, "metres"));
        let due = ride::due(number(item, "fare"), agreed, metres);
        let expected = item["due"].as_str().map(|_| number(item, "due"));
        assert_eq!(due, expected, "{item}");
    }
    for item in items(&vectors, "pickups") {
        let late = ride::is_late(number(item, "pickup_at"), number(item, "now"));
        assert_eq!(Some(late), item["late"].as_bool());
    }
}
