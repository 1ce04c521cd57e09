//! The tokens of this user.

#[cfg(not(feature = "keyring"))]
use oidc_client::FileStore as Store;
#[cfg(feature = "keyring")]
use oidc_client::KeyringStore as Store;
use oidc_client::{StoreError, Token, TokenStore};

use crate::failure::Failure;

/// A server that somebody has signed in to.
pub(crate) struct Entry {
    pub(crate) address: String,
    pub(crate) token: Token,
}

/// The addresses of the servers that somebody has signed in to, sorted.
pub(crate) fn addresses() -> Result<Vec<String>, Failure> {
    Ok(open()?
        .map(|store| store.keys())
        .transpose()?
        .unwrap_or_default())
}

/// The same, each with its token.
pub(crate) fn entries() -> Result<Vec<Entry>, Failure> {
    let Some(store) = open()? else {
        return Ok(Vec::new());
    };
    let mut entries = Vec::new();
    for address in store.keys()? {
        // Another process may have signed out meanwhile.
        if let Some(token) = store.load(&address)? {
            entries.push(Entry { address, token });
        }
    }
    Ok(entries)
}

/// `None` if there is no place for tokens, and so no token.
fn open() -> Result<Option<Store>, Failure> {
    match Store::new() {
        Ok(store) => Ok(Some(store)),
        Err(StoreError::NoDirectory) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
