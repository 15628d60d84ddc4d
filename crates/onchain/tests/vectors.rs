//! Reproduces the streams of `tests/vectors.json`, which the TypeScript SDK generates and reproduces too, so that clients show
//! what the programs pay.

use {
    commonwire_onchain::streams::{Income, Stream},
    serde_json::Value,
    std::str::FromStr,
};

fn vectors() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors.json");
    let text = std::fs::read_to_string(path).expect("the vectors file");
    serde_json::from_str(&text).expect("JSON")
}

/// A number that is written as a decimal string.
fn number<T: FromStr>(value: &Value, name: &str) -> T {
    let parsed = value[name].as_str().and_then(|text| text.parse().ok());
    parsed.unwrap_or_else(|| panic!("{name} of {value}"))
}

fn stream(value: &Value) -> Stream {
    Stream {
        window_seconds: number(value, "window_seconds"),
        window: number(value, "window"),
        current: number(value, "current"),
        released: number(value, "released"),
        next: number(value, "next"),
        remainder: number(value, "remainder"),
        per_unit: number::<u128>(value, "per_unit").into(),
    }
}

#[test]
fn streams_are_the_same() {
    let vectors = vectors();
    let histories = vectors["streams"].as_array().expect("streams");
    assert!(!histories.is_empty());
    for history in histories {
        let mut state = stream(&history["start"]);
        for step in history["steps"].as_array().expect("steps") {
            let (now, staked) = (number(step, "now"), number(step, "staked"));
            state
                .deposit(now, staked, number(step, "deposit"))
                .expect("a deposit that fits");
            assert_eq!(state, stream(&step["after"]), "{step}");
            let mut income = Income {
                counted: number::<u128>(&history["income"], "counted").into(),
                accrued: number::<u128>(&history["income"], "accrued").into(),
            };
            income.accrue(&state, 1).expect("an income that fits");
            assert_eq!(income.whole(), Ok(number(step, "claimable")), "{step}");
        }
    }
}
