//! The tokens of this user.

#[cfg(not(feature = "keyring"))]
use oidc_client::FileStore as Store;
#[cfg(feature = "keyring")]
use oidc_client::KeyringStore as Store;
use oidc_client::{StoreError, Token, TokenStore};
use url::Url;

use crate::failure::Failure;
use crate::output::Output;
use crate::output::text::printable;

/// A server that somebody has signed in to.
pub(crate) struct Entry {
    pub(crate) address: String,
    pub(crate) token: Token,
}

/// What the store has.
#[derive(Default)]
pub(crate) struct Kept {
    /// Sorted by address.
    pub(crate) entries: Vec<Entry>,
    /// Why there may be more.
    pub(crate) problems: Vec<StoreError>,
}

/// The first of these addresses that somebody has signed in to.
pub(crate) fn first_of(addresses: Vec<String>) -> Result<Option<String>, Failure> {
    let Some(store) = open()? else {
        return Ok(None);
    };
    for address in addresses {
        if store.load(&address)?.is_some() {
            return Ok(Some(address));
        }
    }
    Ok(None)
}

/// The servers that somebody has signed in to, as far as they can be read. Service accounts, whose keys
/// are no addresses, are not among them.
pub(crate) fn kept() -> Kept {
    let mut kept = Kept::default();
    let store = match open() {
        Ok(Some(store)) => store,
        Ok(None) => return kept,
        Err(error) => {
            kept.problems.push(error);
            return kept;
        }
    };
    for key in store.keys() {
        let entry =
            key.and_then(|address| Ok(store.load(&address)?.map(|token| Entry { address, token })));
        match entry {
            Ok(Some(entry)) if Url::parse(&entry.address).is_ok() => kept.entries.push(entry),
            // Another process may have signed out meanwhile.
            Ok(_) => {}
            Err(error) => kept.problems.push(error),
        }
    }
    kept
}

/// `None` if there is no place for tokens, and so no token.
fn open() -> Result<Option<Store>, StoreError> {
    match Store::new() {
        Err(StoreError::NoDirectory) => Ok(None),
        store => store.map(Some),
    }
}

/// Tells what cannot be read.
pub(crate) fn warn(problems: &[StoreError], output: Output) {
    for problem in problems {
        output.warning("store", &printable(&problem.to_string()));
    }
}
