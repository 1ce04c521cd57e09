/// What a request is sent with.
#[derive(Clone, Copy, Debug)]
pub enum Credentials<'c> {
    None,
    Token(&'c str),
    /// The `Cookie` field.
    Cookie(&'c str),
}

impl Credentials<'_> {
    /// The header field, made anew for each request as a server does when it reads one.
    pub fn field(self) -> Option<(&'static str, String)> {
        match self {
            Self::None => None,
            Self::Token(token) => Some(("authorization", format!("Bearer {token}"))),
            Self::Cookie(cookies) => Some(("cookie", cookies.to_owned())),
        }
    }
}

impl<'c> From<Option<&'c str>> for Credentials<'c> {
    fn from(token: Option<&'c str>) -> Self {
        token.map_or(Self::None, Self::Token)
    }
}
