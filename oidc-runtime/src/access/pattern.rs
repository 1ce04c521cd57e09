//! Paths with parameters: `/orders/{id}/{*rest}`, `/orders/{id:\d+}/{tail}*`.

/// A part of a path.
pub(super) enum Part<'p> {
    /// Literal text. Doubled braces, which stand for one, are left unchanged.
    Text(&'p str),
    /// A parameter. Its name is irrelevant: renaming it does not change the route.
    Parameter {
        /// Whether it is `{*name}`, which matches the rest of the path.
        is_rest: bool,
        /// A colon and a regular expression, or empty.
        constraint: &'p str,
    },
}

/// Parses a path pattern.
pub(super) fn parts(path: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = path;
    while let Some((text, inner, behind)) = split_at_parameter(rest) {
        parts.push(Part::Text(text));
        parts.push(Part::Parameter {
            is_rest: inner.starts_with('*'),
            constraint: inner.find(':').map_or("", |name| &inner[name..]),
        });
        rest = behind;
    }
    parts.push(Part::Text(rest));
    parts
}

/// The path without the names of its parameters: `/orders/{}/{*}`.
pub(super) fn pattern(path: &str) -> String {
    let written = parts(path).into_iter().map(|part| match part {
        Part::Text(text) => text.to_owned(),
        Part::Parameter {
            is_rest,
            constraint,
        } => format!("{{{}{constraint}}}", if is_rest { "*" } else { "" }),
    });
    written.collect()
}

/// The text before the first parameter, inside it, and after it.
fn split_at_parameter(path: &str) -> Option<(&str, &str, &str)> {
    let mut braces = path.match_indices('{').map(|(index, _)| index);
    let open = loop {
        let brace = braces.next()?;
        if !path[brace + 1..].starts_with('{') {
            break brace;
        }
        braces.next();
    };
    let (inner, behind) = split_at_end(&path[open + 1..])?;
    Some((&path[..open], inner, behind))
}

/// Splits at the parameter's closing brace; its constraint may contain others.
fn split_at_end(parameter: &str) -> Option<(&str, &str)> {
    let mut open = 0_usize;
    for (index, brace) in parameter.match_indices(['{', '}']) {
        match (brace, open) {
            ("{", _) => open += 1,
            (_, 0) => return Some((&parameter[..index], &parameter[index + 1..])),
            _ => open -= 1,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::pattern;

    #[test]
    fn parameter_names_are_removed_and_everything_else_is_kept() {
        for (path, expected) in [
            ("/orders", "/orders"),
            ("/orders/{id}/lines/{line}", "/orders/{}/lines/{}"),
            ("/files/{*rest}", "/files/{*}"),
            ("/files/{rest}*", "/files/{}*"),
            (
                r"/codes/{code:[A-Z]{2}\d{3}}/x",
                r"/codes/{:[A-Z]{2}\d{3}}/x",
            ),
            ("/literal/{{a}}/{b}", "/literal/{{a}}/{}"),
            ("/broken/{id", "/broken/{id"),
        ] {
            assert_eq!(pattern(path), expected, "{path}");
        }
    }
}
