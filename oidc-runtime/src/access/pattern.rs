//! Paths without the names of their parameters: renaming one makes no other route.

/// `/orders/{id}/{*rest}` as `/orders/{}/{*}`. What constrains a parameter (`{id:\d+}`) stays.
pub(super) fn pattern(path: &str) -> String {
    let mut pattern = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        pattern.push_str(before);
        pattern.push('{');
        // A doubled brace stands for itself.
        if let Some(literal) = after.strip_prefix('{') {
            pattern.push('{');
            rest = literal;
            continue;
        }
        let (parameter, behind) = after.split_at(end(after));
        if parameter.starts_with('*') {
            pattern.push('*');
        }
        pattern.push_str(parameter.find(':').map_or("", |name| &parameter[name..]));
        rest = behind;
    }
    pattern + rest
}

/// Where the parameter's own closing brace is; a constraint may hold others.
fn end(parameter: &str) -> usize {
    let mut open = 0_usize;
    for (index, brace) in parameter.match_indices(['{', '}']) {
        match (brace, open) {
            ("{", _) => open += 1,
            (_, 0) => return index,
            _ => open -= 1,
        }
    }
    parameter.len()
}

#[cfg(test)]
mod tests {
    use super::pattern;

    #[test]
    fn names_of_parameters_go_and_everything_else_stays() {
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
            ("/broken/{id", "/broken/{"),
        ] {
            assert_eq!(pattern(path), expected, "{path}");
        }
    }
}
