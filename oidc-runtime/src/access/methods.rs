//! Which of a path's routes gets a request.

/// The requests of a path, by method; `ANY` stands for methods that have no name here.
pub(super) const METHODS: [&str; 10] = [
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "ANY",
];

/// Which of a path's routes gets the requests of a method: the one made for it before the general
/// ones.
pub(super) fn serving<'m>(routes: &[&'m str], method: &str) -> Option<&'m str> {
    let general = if method == "HEAD" { "GET" } else { "ANY" };
    let wanted = [method, general, "ANY"];
    wanted
        .iter()
        .find_map(|wanted| routes.iter().find(|route| *route == wanted))
        .copied()
}
