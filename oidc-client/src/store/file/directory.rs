//! Where a program keeps files of its user.

use std::env;
use std::path::PathBuf;

const APPLICATION: &str = "oidc-guard";
const TOKENS: &str = "tokens";

/// The directory for tokens, if the environment says where it is.
pub(super) fn of_user() -> Option<PathBuf> {
    Some(state()?.join(APPLICATION).join(TOKENS))
}

#[cfg(windows)]
fn state() -> Option<PathBuf> {
    absolute("LOCALAPPDATA")
}

#[cfg(target_os = "macos")]
fn state() -> Option<PathBuf> {
    Some(env::home_dir()?.join("Library/Application Support"))
}

/// XDG Base Directory Specification: relative paths are ignored.
#[cfg(not(any(windows, target_os = "macos")))]
fn state() -> Option<PathBuf> {
    absolute("XDG_STATE_HOME").or_else(|| {
        let home = env::home_dir().filter(|home| home.is_absolute())?;
        Some(home.join(".local/state"))
    })
}

#[cfg(not(target_os = "macos"))]
fn absolute(variable: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env::var_os(variable)?);
    path.is_absolute().then_some(path)
}
