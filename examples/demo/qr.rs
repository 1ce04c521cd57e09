//! QR codes for the links of device sign-ins.

use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};

const MAX_LINK_BYTES: usize = 512;

/// A picture of a web address, or nothing if it is something else.
pub(crate) fn svg(link: &str) -> Option<String> {
    let is_web = link.starts_with("https://") || link.starts_with("http://");
    if !is_web || link.len() > MAX_LINK_BYTES {
        return None;
    }
    let code = QrCode::with_error_correction_level(link, EcLevel::M).ok()?;
    // The quiet zone around it is part of the standard: scanners rely on it.
    Some(
        code.render::<svg::Color<'_>>()
            .min_dimensions(200, 200)
            .build(),
    )
}
