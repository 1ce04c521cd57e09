//! QR codes in a terminal.

use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;

/// The code of an address, for dark and light terminals alike. `None` if the address is too long for one.
pub(crate) fn of(address: &str) -> Option<String> {
    let code = QrCode::new(address).ok()?;
    // Cameras want dark on light with a margin; most terminals write light on dark.
    let drawn = code
        .render::<Dense1x2>()
        .dark_color(Dense1x2::Dark)
        .light_color(Dense1x2::Light)
        .quiet_zone(true)
        .build();
    Some(drawn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_become_squares() {
        let code = of("https://login.example.org/device?user_code=ABCD-EFGH").expect("a code");
        let lines: Vec<_> = code.lines().collect();
        let width = lines[0].chars().count();
        assert!(lines.iter().all(|line| line.chars().count() == width));
        assert_eq!(lines.len(), width.div_ceil(2));
        assert!(of(&"x".repeat(10_000)).is_none());
    }
}
