//! Text of servers and tokens, made fit for a terminal.

/// How much of a text that somebody else wrote is shown.
const MAX_CHARS: usize = 300;

/// The text on one line, without control characters: they could move the cursor or hide what was
/// printed before.
pub(crate) fn printable(text: &str) -> String {
    let mut shown: String = text.chars().take(MAX_CHARS).map(visible).collect();
    if text.chars().nth(MAX_CHARS).is_some() {
        shown.push('…');
    }
    shown
}

/// The text with its lines, without other control characters.
pub(crate) fn printable_lines(text: &str) -> String {
    let keep = |char| {
        if matches!(char, '\n' | '\t') {
            char
        } else {
            visible(char)
        }
    };
    text.chars().map(keep).collect()
}

/// JSON that means the same and that a terminal shows as it is.
pub(crate) fn escaped(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for char in json.chars() {
        // Outside of texts, where they are escaped already, these are spaces.
        if matches!(char, '\n' | '\t' | '\r') {
            text.push(if char == '\n' { char } else { ' ' });
        } else if is_harmful(char) {
            let units = &mut [0; 2];
            text.extend(
                char.encode_utf16(units)
                    .iter()
                    .map(|unit| format!("\\u{unit:04x}")),
            );
        } else {
            text.push(char);
        }
    }
    text
}

fn visible(char: char) -> char {
    if is_harmful(char) { '\u{fffd}' } else { char }
}

/// Whether a terminal does something else than showing the character.
fn is_harmful(char: char) -> bool {
    char.is_control() || is_bidirectional(char) || is_invisible(char)
}

/// Characters that reverse the order of those around them.
fn is_bidirectional(char: char) -> bool {
    matches!(
        char,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}

/// Characters that break lines or are not seen. Joiners are not among them: scripts need them.
fn is_invisible(char: char) -> bool {
    matches!(
        char,
        '\u{200b}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{2060}'..='\u{2064}'
            | '\u{feff}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_not_printed() {
        for (text, shown) in [
            ("plain é", "plain é"),
            ("\u{1b}[2Jgone", "\u{fffd}[2Jgone"),
            ("a\r\nb", "a\u{fffd}\u{fffd}b"),
            ("a\u{202e}b\u{9b}c", "a\u{fffd}b\u{fffd}c"),
            ("a\u{61c}b\u{200b}c\u{2028}", "a\u{fffd}b\u{fffd}c\u{fffd}"),
            ("می\u{200c}خواهم", "می\u{200c}خواهم"),
        ] {
            assert_eq!(printable(text), shown);
        }
        assert_eq!(printable_lines("a\n\tb\u{7}"), "a\n\tb\u{fffd}");
    }

    #[test]
    fn json_is_escaped_and_means_the_same() {
        let text = "a\u{9b}b\u{7f}c\u{202e}d\u{61c}e\u{200b}f\u{e0041}g\u{1b}h\ni é 漢";
        let json = serde_json::json!({ text: [text] });
        let shown = escaped(&format!("{json:#}"));
        let is_shown = |char: char| char == '\n' || visible(char) == char;
        assert!(shown.chars().all(is_shown), "{shown:?}");
        let read: serde_json::Value = serde_json::from_str(&shown).expect("JSON");
        assert_eq!(read, json);
    }

    #[test]
    fn long_text_is_cut() {
        assert_eq!(printable(&"é".repeat(1000)).chars().count(), MAX_CHARS + 1);
    }
}
