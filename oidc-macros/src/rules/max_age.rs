//! `max_age = "15m"`.

use super::Rule;
use crate::errors::Errors;
use crate::syntax::Entry;

const EXAMPLE: &str = "`max_age = \"15m\"` (units: `s`, `m`, `h`, `d`)";

/// A number and a unit; a bare number would leave the unit open.
pub(crate) fn max_age(entry: &Entry, errors: &mut Errors) -> Option<Rule> {
    let literal = entry.string(EXAMPLE, errors)?;
    match seconds(&literal.value()) {
        Some(seconds) if seconds > 0 => Some(Rule::MaxAge(seconds)),
        Some(_) => {
            errors.at(
                literal,
                "`max_age` must be greater than zero, such as `max_age = \"15m\"`",
            );
            None
        }
        None => {
            errors.at(literal, format!("not a duration; write {EXAMPLE}"));
            None
        }
    }
}

fn seconds(text: &str) -> Option<u64> {
    let unit = text.chars().last()?;
    let number = text.strip_suffix(unit)?;
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let factor = match unit {
        's' => 1,
        'm' => 60,
        'h' => 60 * 60,
        'd' => 24 * 60 * 60,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(factor)
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn durations() {
        assert_eq!(seconds("15m"), Some(900));
        assert_eq!(seconds("1d"), Some(86_400));
        for wrong in [
            "",
            "m",
            "15",
            "-1m",
            "+1m",
            "1.5h",
            "1h30m",
            "15 m",
            "15M",
            "99999999999999999d",
        ] {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
    }
}
