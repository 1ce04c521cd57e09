//! Text for a terminal that comes in parts, which may end within a character.

use crate::output::text::printable_lines;

#[derive(Default)]
pub(super) struct Text {
    /// The beginning of a character.
    tail: Vec<u8>,
}

impl Text {
    /// What can be shown with this part.
    pub(super) fn next(&mut self, part: &[u8]) -> String {
        let mut bytes = std::mem::take(&mut self.tail);
        bytes.extend_from_slice(part);
        let tail = bytes
            .utf8_chunks()
            .last()
            .map_or(0, |chunk| tail(chunk.invalid()));
        self.tail = bytes.split_off(bytes.len() - tail);
        printable_lines(&String::from_utf8_lossy(&bytes))
    }

    /// What is left at the end.
    pub(super) fn rest(self) -> String {
        String::from_utf8_lossy(&self.tail).into_owned()
    }
}

/// How many of these bytes begin a character that may go on.
fn tail(bytes: &[u8]) -> usize {
    match str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() => bytes.len(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_may_end_within_a_character() {
        let whole = "café 漢 🦀\n".as_bytes();
        let mut text = Text::default();
        let shown: String = whole.iter().map(|byte| text.next(&[*byte])).collect();
        assert_eq!(shown, "café 漢 🦀\n");
        assert_eq!(text.rest(), "");

        let mut text = Text::default();
        assert_eq!(text.next(b"a\xffb\xe6\xbc"), "a\u{fffd}b");
        assert_eq!(text.next(b"c\xe6"), "\u{fffd}c");
        assert_eq!(text.rest(), "\u{fffd}");
    }
}
