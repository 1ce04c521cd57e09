//! Which endpoints there are, and where.

use proc_macro2::{Ident, Span, TokenStream};
use syn::Error;

use super::path::mistake;
use crate::errors::Errors;
use crate::suggest::{closest, enumerate};
use crate::syntax::{self, Entry, Form, Item, Value};

/// The endpoints and their default paths. The names are those of the fields
/// of the runtime's `RoutePaths`.
const DEFAULTS: [(&str, Option<&str>); 7] = [
    ("login", Some("/auth/v2/login")),
    ("callback", Some("/auth/v2/callback")),
    ("token", Some("/auth/v2/token")),
    ("device", Some("/auth/v2/device")),
    ("logout", Some("/auth/v2/logout")),
    ("userinfo", Some("/auth/v2/userinfo")),
    ("jwks", None),
];

/// Those of browser sessions.
const OF_SESSIONS: [(&str, Option<&str>); 3] = [
    ("session", Some("/auth/v2/session")),
    ("backchannel_logout", Some("/auth/v2/backchannel-logout")),
    ("frontchannel_logout", None),
];

/// What switches them on.
const SESSIONS: &str = "sessions";

/// Every endpoint.
pub(crate) struct Routes {
    pub(crate) endpoints: Vec<Endpoint>,
    /// Where the flag `sessions` is.
    pub(crate) sessions: Option<Span>,
}

/// An endpoint; without a path it is switched off.
pub(crate) struct Endpoint {
    pub(crate) name: &'static str,
    pub(crate) path: Option<String>,
}

impl Routes {
    /// Reads the arguments of the macro.
    pub(crate) fn parse(args: TokenStream) -> syn::Result<Self> {
        let items = syntax::parse(args)?;
        let mut errors = Errors::default();
        let mut given: Vec<(String, &Entry)> = Vec::new();
        for item in &items {
            match entry(item, &given) {
                Ok(entry) => given.push(entry),
                Err(error) => errors.push(error),
            }
        }
        let sessions = sessions(&given, &mut errors);
        let routes = Self::from_entries(sessions, &given, &mut errors);
        errors.finish().map(|()| routes)
    }

    fn from_entries(
        sessions: Option<Span>,
        given: &[(String, &Entry)],
        errors: &mut Errors,
    ) -> Self {
        let mut routes = Self::usual(sessions);
        let mut prefix = String::new();
        for (name, entry) in given {
            if name == "prefix" {
                prefix = path(entry, "`prefix = \"/api\"`", errors).unwrap_or_default();
            } else if let Some(endpoint) = routes.endpoints.iter_mut().find(|e| e.name == name) {
                endpoint.path = endpoint_path(entry, errors);
            }
        }
        routes.check_distinct(given, errors);
        for path in routes
            .endpoints
            .iter_mut()
            .filter_map(|endpoint| endpoint.path.as_mut())
        {
            path.insert_str(0, &prefix);
        }
        routes
    }

    /// Every endpoint at its default path.
    pub(super) fn usual(sessions: Option<Span>) -> Self {
        let with_sessions = OF_SESSIONS.map(|(name, path)| (name, sessions.and(path)));
        let endpoint = |(name, path): (_, Option<&str>)| Endpoint {
            name,
            path: path.map(str::to_owned),
        };
        Self {
            endpoints: DEFAULTS
                .into_iter()
                .chain(with_sessions)
                .map(endpoint)
                .collect(),
            sessions,
        }
    }

    /// Two endpoints on one path would be a panic at start-up.
    fn check_distinct(&self, given: &[(String, &Entry)], errors: &mut Errors) {
        for (index, (name, entry)) in given.iter().enumerate() {
            let own = self.endpoints.iter().find(|endpoint| endpoint.name == name);
            let Some(path) = own.and_then(|own| own.path.as_ref()) else {
                continue;
            };
            let is_later = |other: &str| given.iter().skip(index).any(|(name, _)| name == other);
            let same =
                |other: &&Endpoint| other.path.as_ref() == Some(path) && !is_later(other.name);
            if let Some(other) = self.endpoints.iter().find(same) {
                errors.at(
                    &entry.key,
                    format!("`{name}` has the same path as `{}`", other.name),
                );
            }
        }
    }
}

/// An entry whose key exists and was not given before.
fn entry<'a>(item: &'a Item, given: &[(String, &Entry)]) -> syn::Result<(String, &'a Entry)> {
    let entry = match item {
        Item::Entry(entry) => entry,
        Item::Value(value) => {
            let message = "expected a key and a value: `prefix = \"/api\"`";
            return Err(Error::new_spanned(value, message));
        }
    };
    let written = entry.written();
    let keys = keys();
    let Some(name) = entry
        .key
        .name()
        .filter(|name| keys.contains(&name.as_str()))
    else {
        let hint = match closest(&written, &keys) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the keys are {}", enumerate(&keys)),
        };
        return Err(Error::new_spanned(
            &entry.key,
            format!("unknown key `{written}`; {hint}"),
        ));
    };
    if given.iter().any(|(before, _)| *before == name) {
        let message = format!("`{name}` is given twice; remove one");
        return Err(Error::new_spanned(&entry.key, message));
    }
    Ok((name, entry))
}

fn keys() -> Vec<&'static str> {
    let always = DEFAULTS.map(|(name, _)| name);
    let of_sessions = OF_SESSIONS.map(|(name, _)| name);
    [&["prefix"], &always[..], &[SESSIONS], &of_sessions].concat()
}

/// The flag `sessions`, without which the endpoints of sessions have no path.
fn sessions(given: &[(String, &Entry)], errors: &mut Errors) -> Option<Span> {
    let flag = given.iter().find(|(name, _)| name == SESSIONS);
    if let Some((_, entry)) = flag {
        if !matches!(entry.form, Form::Alone) {
            let message = "`sessions` takes no value; write it alone: `routes!(sessions)`";
            errors.at(&entry.key, message);
        }
        return entry.key.ident().map(Ident::span);
    }
    for (name, entry) in given {
        if OF_SESSIONS
            .iter()
            .any(|(of_sessions, _)| of_sessions == name)
        {
            let message = format!(
                "`{name}` is an endpoint of browser sessions; add the flag `sessions`: \
                 `routes!(sessions, ..)`"
            );
            errors.at(&entry.key, message);
        }
    }
    None
}

/// The path of an endpoint, or none if it is switched off.
fn endpoint_path(entry: &Entry, errors: &mut Errors) -> Option<String> {
    let example = format!("`{0} = \"/{0}\"` or `{0} = None`", entry.written());
    match entry.value(&example, errors)? {
        Value::Path(path) if path.is_ident("None") => None,
        _ => path(entry, &example, errors),
    }
}

fn path(entry: &Entry, example: &str, errors: &mut Errors) -> Option<String> {
    let text = entry.string(example, errors)?;
    match mistake(&text.value()) {
        Some(mistake) => {
            errors.at(text, mistake);
            None
        }
        None => Some(text.value()),
    }
}
