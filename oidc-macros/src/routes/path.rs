//! Literal paths: both frameworks have to see the same thing in them.

/// What is wrong with a path, if anything.
pub(super) fn mistake(path: &str) -> Option<String> {
    if path.is_empty() || path == "/" {
        return Some("empty path; leave the key out".to_owned());
    }
    if !path.starts_with('/') {
        return Some(format!("a path starts with a slash: \"/{path}\""));
    }
    if path.contains("//") {
        return Some("a path has no empty segment; remove one of the two slashes".to_owned());
    }
    if let Some(stripped) = path.strip_suffix('/') {
        return Some(format!("a path ends without a slash: \"{stripped}\""));
    }
    if path
        .split('/')
        .any(|segment| segment == "." || segment == "..")
    {
        return Some("clients resolve `.` and `..` before they send a request".to_owned());
    }
    let forbidden = path.chars().find(|c| !is_literal(*c))?;
    Some(match forbidden {
        '?' | '#' => format!("`{forbidden}` ends a path; write only the path"),
        '{' | '}' | '*' | ':' => format!("`{forbidden}` is for patterns; write a literal path"),
        other => format!("{other:?} cannot be part of a path"),
    })
}

/// The characters of a path segment (RFC 3986, section 3.3) that mean themselves in the route
/// patterns of both frameworks, and the slash.
fn is_literal(c: char) -> bool {
    c.is_ascii_alphanumeric() || "/-._~!$&'()+,;=@".contains(c)
}
