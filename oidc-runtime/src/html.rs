//! Text in HTML.

/// Text for HTML, in elements and in quoted attributes.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// The same for text of which a part is escaped already: that part stays as it is.
pub(crate) fn escape_the_rest(text: &str) -> String {
    let references = ["lt", "gt", "quot", "#39", "amp"];
    references.iter().fold(escape(text), |text, name| {
        text.replace(&format!("&amp;{name};"), &format!("&{name};"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_escaped_twice() {
        for (text, expected) in [
            ("a < b & 'c'", "a &lt; b &amp; &#39;c&#39;"),
            ("the user&#39;s &lt;b&gt;", "the user&#39;s &lt;b&gt;"),
            ("&lt;<&quot;\"&amp;", "&lt;&lt;&quot;&quot;&amp;"),
            ("&nbsp;&lt", "&amp;nbsp;&amp;lt"),
        ] {
            assert_eq!(escape_the_rest(text), expected);
        }
    }
}
