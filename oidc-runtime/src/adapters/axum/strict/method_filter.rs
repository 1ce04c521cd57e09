//! The methods of a `MethodFilter`.

use ::axum::routing::MethodFilter;

const METHODS: [(MethodFilter, &str); 9] = [
    (MethodFilter::GET, "GET"),
    (MethodFilter::HEAD, "HEAD"),
    (MethodFilter::POST, "POST"),
    (MethodFilter::PUT, "PUT"),
    (MethodFilter::PATCH, "PATCH"),
    (MethodFilter::DELETE, "DELETE"),
    (MethodFilter::OPTIONS, "OPTIONS"),
    (MethodFilter::TRACE, "TRACE"),
    (MethodFilter::CONNECT, "CONNECT"),
];

/// The names of the filter's methods.
pub(super) fn names(filter: MethodFilter) -> impl Iterator<Item = &'static str> {
    let contains = move |one: MethodFilter| filter.or(one) == filter;
    METHODS
        .iter()
        .filter(move |(one, _)| contains(*one))
        .map(|(_, name)| *name)
}
