//! Exit codes.

/// How the command ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// It was done; the token is valid; no problem was found.
    Success = 0,
    /// It was not done; the token is not valid; a problem was found.
    Failure = 1,
    /// The arguments, the settings or the input are not usable.
    Usage = 2,
    /// A server or provider could not be reached, so that nothing is known.
    Unreachable = 3,
    /// A person has to sign in first.
    SignInRequired = 4,
}
