//! Why a request with a token was rejected (RFC 6750 §3).

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, WWW_AUTHENTICATE};

/// Whether a response is about the token, so that another one may help: status 401 without another reason.
/// For the command of this crate.
#[must_use]
pub fn rejects_token(status: StatusCode, headers: &HeaderMap) -> bool {
    let challenges = headers.get_all(WWW_AUTHENTICATE).iter();
    let challenges: Vec<&str> = challenges.filter_map(|value| value.to_str().ok()).collect();
    let has = |part: &str| challenges.iter().any(|text| text.contains(part));
    status == StatusCode::UNAUTHORIZED && (has("\"invalid_token\"") || !has("error="))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_reasons_are_not_about_the_token() {
        let cases = [
            (401, &[][..], true),
            (401, &["Bearer"], true),
            (401, &[r#"Bearer error="invalid_token""#], true),
            (401, &["Basic", r#"Bearer error="invalid_token""#], true),
            (
                401,
                &[r#"Bearer error="insufficient_user_authentication""#],
                false,
            ),
            (403, &[r#"Bearer error="insufficient_scope""#], false),
            (200, &[], false),
        ];
        for (status, challenges, expected) in cases {
            let mut headers = HeaderMap::new();
            for challenge in challenges {
                headers.append(WWW_AUTHENTICATE, challenge.parse().expect("a value"));
            }
            let status = StatusCode::from_u16(status).expect("a status");
            assert_eq!(
                rejects_token(status, &headers),
                expected,
                "{status} {challenges:?}"
            );
        }
    }
}
