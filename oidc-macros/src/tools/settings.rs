//! The arguments of `#[oidc::tools]`.

use proc_macro2::{Ident, TokenStream};
use syn::Error;
use syn::spanned::Spanned;

use super::block::Block;
use crate::crate_path::CratePath;
use crate::errors::Errors;
use crate::guard::Attribute;
use crate::rules::{given_twice, unknown};
use crate::syntax::{self, Entry, Item};

const KEYS: [&str; 2] = ["crate", "fn"];

pub(super) struct Settings {
    pub(super) krate: CratePath,
    /// The function that returns the tools.
    pub(super) function: Ident,
}

impl Settings {
    /// Those that are given, and the defaults of others.
    pub(super) fn parse(args: TokenStream, block: &Block, errors: &mut Errors) -> Self {
        let mut settings = Self {
            krate: CratePath::default(),
            function: Ident::new("tools", block.empty.self_ty.span()),
        };
        let items = syntax::parse(args).unwrap_or_else(|error| {
            errors.push(error);
            Vec::new()
        });
        let mut seen = Vec::new();
        for item in &items {
            match entry(item, &seen) {
                Ok((name, entry)) => {
                    settings.read(&name, entry, errors);
                    seen.push(name);
                }
                Err(error) => errors.push(error),
            }
        }
        settings
    }

    fn read(&mut self, name: &str, entry: &Entry, errors: &mut Errors) {
        const EXAMPLE: &str = "`fn = admin_tools`";
        if name == "crate" {
            self.krate = CratePath::from_entry(entry, errors).unwrap_or_default();
        } else if let Some(path) = entry.path(EXAMPLE, errors) {
            match path.get_ident() {
                Some(function) => self.function = function.clone(),
                None => errors.at(path, format!("expected a name: {EXAMPLE}")),
            }
        }
    }
}

/// The key of an item, if the attribute has it and it was not given before.
fn entry<'a>(item: &'a Item, seen: &[String]) -> syn::Result<(String, &'a Entry)> {
    let entry = match item {
        Item::Entry(entry) => entry,
        Item::Value(value) => {
            let message = "`#[oidc::tools]` takes no value; rules stand at each tool: \
                           `#[oidc::required(scopes = \"read\")]`";
            return Err(Error::new_spanned(value, message));
        }
    };
    let name = entry.key.name().unwrap_or_default();
    let message = if KEYS.contains(&name.as_str()) {
        match given_twice(&name, seen) {
            Some(message) => message,
            None => return Ok((name, entry)),
        }
    } else if Attribute::Required.keys().contains(&name.as_str()) {
        format!("`{name}` stands at each tool: `#[oidc::required({name} ..)]`")
    } else {
        unknown(entry, &KEYS)
    };
    Err(Error::new_spanned(&entry.key, message))
}
