//! QR codes in a terminal.

use anstyle::{AnsiColor, Color, Style};
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;

/// Cameras want dark on light with a margin. Without colours that is so on terminals with dark background.
const PAPER: Style = Style::new()
    .fg_color(Some(Color::Ansi(AnsiColor::BrightWhite)))
    .bg_color(Some(Color::Ansi(AnsiColor::Black)));

/// The code of an address, for dark and light terminals alike. `None` if the address is too long for one.
pub(super) fn of(address: &str) -> Option<String> {
    let drawn = drawn(address)?;
    let lines = drawn
        .lines()
        .map(|line| format!("{PAPER}{line}{PAPER:#}\n"));
    Some(lines.collect())
}

fn drawn(address: &str) -> Option<String> {
    let code = QrCode::new(address).ok()?;
    let drawn = code
        .render::<Dense1x2>()
        .dark_color(Dense1x2::Light)
        .light_color(Dense1x2::Dark)
        .quiet_zone(true)
        .build();
    Some(drawn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_become_squares() {
        let code = drawn("https://login.example.org/device?user_code=ABCD-EFGH").expect("a code");
        let lines: Vec<_> = code.lines().collect();
        let width = lines[0].chars().count();
        assert!(lines.iter().all(|line| line.chars().count() == width));
        assert_eq!(lines.len(), width.div_ceil(2));
        // The margin is drawn, and the first corner after it is not.
        assert!(lines[0].chars().all(|char| char == '█'));
        assert_eq!(lines[2].chars().position(|char| char == ' '), Some(4));
        assert!(of(&"x".repeat(10_000)).is_none());
    }
}
