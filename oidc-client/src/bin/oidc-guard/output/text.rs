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

fn visible(char: char) -> char {
    let is_harmful = char.is_control() || is_bidirectional(char);
    if is_harmful { '\u{fffd}' } else { char }
}

/// Characters that reverse the order of those around them.
fn is_bidirectional(char: char) -> bool {
    matches!(char, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
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
        ] {
            assert_eq!(printable(text), shown);
        }
        assert_eq!(printable_lines("a\n\tb\u{7}"), "a\n\tb\u{fffd}");
    }

    #[test]
    fn long_text_is_cut() {
        assert_eq!(printable(&"é".repeat(1000)).chars().count(), MAX_CHARS + 1);
    }
}
