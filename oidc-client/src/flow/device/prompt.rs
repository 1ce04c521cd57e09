//! The device authorization response (RFC 8628 §3.2): what the person has to do.

use std::fmt;
use std::time::Duration;

use oidc_runtime::for_client::Secret;
use serde_json::{Map, Value};
use url::Url;

#[cfg(feature = "qr")]
use super::qr;
use crate::error::Error;
use crate::flow::Session;
use crate::http::Answer;
use crate::server::address_problem;

const DEFAULT_INTERVAL: Duration = Duration::from_secs(5);
const MAX_INTERVAL: Duration = Duration::from_secs(60);
/// Codes of providers live for some minutes.
const MAX_LIFETIME: Duration = Duration::from_secs(60 * 60);
const MAX_USER_CODE_CHARS: usize = 64;

/// What the person has to do on the other device. Its `Display` form says it in a few lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DevicePrompt {
    verification_uri: Url,
    complete_uri: Option<Url>,
    user_code: String,
    expires_in: Duration,
}

impl DevicePrompt {
    /// The address that the person opens. Plain `http` only where the client accepts it for the
    /// application.
    #[must_use]
    pub fn verification_uri(&self) -> &str {
        self.verification_uri.as_str()
    }

    /// An address of the same site with the code in it, for a QR code or a link, if the provider has it.
    pub fn verification_uri_complete(&self) -> Option<&str> {
        self.complete_uri.as_ref().map(Url::as_str)
    }

    /// A QR code of the address with the code in it, or of the plain one, for a terminal with whatever
    /// colours. `None` if the address is too long for one.
    ///
    /// ```
    /// fn show(prompt: &oidc_client::DevicePrompt) {
    ///     eprintln!("{prompt}\n{}", prompt.qr_code().unwrap_or_default());
    /// }
    /// ```
    #[cfg(feature = "qr")]
    #[must_use]
    pub fn qr_code(&self) -> Option<String> {
        qr::of(
            self.complete_uri
                .as_ref()
                .unwrap_or(&self.verification_uri)
                .as_str(),
        )
    }

    /// The code that the person enters there: printable ASCII.
    #[must_use]
    pub fn user_code(&self) -> &str {
        &self.user_code
    }

    /// How long the code is valid.
    #[must_use]
    pub fn expires_in(&self) -> Duration {
        self.expires_in
    }
}

impl fmt::Display for DevicePrompt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "To sign in, open this address on any device:\n\n    {}\n\nand enter the code:\n\n    {}\n",
            self.verification_uri, self.user_code
        )
    }
}

/// A sign-in that the provider has begun.
pub(super) struct Started {
    pub(super) device_code: Secret,
    pub(super) interval: Duration,
    pub(super) prompt: DevicePrompt,
}

/// Asks the application for codes (RFC 8628 §3.1).
pub(super) async fn start(session: Session<'_>) -> Result<Started, Error> {
    let url = session.server.device_url().clone();
    let answer = session.http.post(url, &[]).await?;
    if has_no_device_flow(&answer) {
        return Err(Error::NoDeviceFlow);
    }
    read(&answer.json()?, session.server.allows_http)
}

/// oidc-guard answers 503 with a code; a 503 with a sentence only is that of py-oidc-auth in other versions,
/// and 502 with the name of the endpoint that of its present one. The endpoint may be switched off, too.
fn has_no_device_flow(answer: &Answer) -> bool {
    let refusal = answer.refusal();
    match answer.status {
        404 | 405 | 501 => true,
        503 => match refusal.code() {
            Some(code) => code == "unsupported_grant_type",
            None => refusal.is_described,
        },
        502 => refusal
            .description()
            .is_some_and(|text| text.contains("device_authorization_endpoint")),
        _ => false,
    }
}

fn read(members: &Map<String, Value>, allows_http: bool) -> Result<Started, Error> {
    let text = |name: &'static str| {
        let text = members.get(name).and_then(Value::as_str);
        let text = text.filter(|text| !text.is_empty());
        text.ok_or_else(|| unusable(name))
    };
    let duration = |name: &str| {
        let seconds = members.get(name)?.as_f64()?;
        Duration::try_from_secs_f64(seconds).ok()
    };
    let address = |name: &'static str| {
        let url = Url::parse(text(name)?).ok();
        let url = url.filter(|url| address_problem(url, allows_http).is_none());
        url.ok_or_else(|| unusable(name))
    };
    let verification_uri = address("verification_uri")?;
    let complete_uri = match members.get("verification_uri_complete") {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) if text.is_empty() => None,
        Some(_) => Some(address("verification_uri_complete")?),
    };
    // Whoever scans it sees where it leads less well than whoever types the other one.
    let complete_uri = complete_uri.filter(|url| url.origin() == verification_uri.origin());
    let lifetime = duration("expires_in").filter(|lifetime| !lifetime.is_zero());
    let interval = duration("interval").unwrap_or(DEFAULT_INTERVAL);
    let user_code = text("user_code")?;
    let is_typable = user_code.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if !is_typable || user_code.len() > MAX_USER_CODE_CHARS {
        return Err(unusable("user_code"));
    }
    Ok(Started {
        device_code: Secret::new(text("device_code")?),
        interval: interval.clamp(Duration::from_secs(1), MAX_INTERVAL),
        prompt: DevicePrompt {
            verification_uri,
            complete_uri,
            user_code: user_code.to_owned(),
            expires_in: lifetime
                .ok_or_else(|| unusable("expires_in"))?
                .min(MAX_LIFETIME),
        },
    })
}

fn unusable(name: &str) -> Error {
    Error::unusable(format!(
        "the application began a device flow without a usable `{name}`"
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn response() -> Value {
        json!({
            "device_code": "secret",
            "user_code": "ABCD-EFGH",
            "verification_uri": "https://login.example/device",
            "verification_uri_complete": "https://login.example/device?user_code=ABCD-EFGH",
            "expires_in": 600,
            "interval": 5,
        })
    }

    fn changed(name: &str, value: Value) -> Result<Started, Error> {
        let mut response = response();
        response[name] = value;
        read(response.as_object().expect("an object"), false)
    }

    #[test]
    fn intervals_are_bounded() {
        let cases = [
            (json!(5), 5),
            (json!(0), 1),
            (json!(-3), 5),
            (json!(null), 5),
            (json!("9"), 5),
            (json!(100_000), 60),
        ];
        for (value, expected) in cases {
            let started = changed("interval", value.clone()).expect("started");
            assert_eq!(started.interval.as_secs(), expected, "{value}");
        }
    }

    #[test]
    fn unusable_responses_are_refused() {
        let cases = [
            ("device_code", json!("")),
            ("device_code", json!(null)),
            ("user_code", json!("\u{1b}[31mX")),
            ("user_code", json!("x".repeat(65))),
            ("verification_uri", json!("javascript:alert(1)")),
            ("verification_uri", json!("file:///etc/passwd")),
            ("verification_uri", json!("/device")),
            ("verification_uri", json!("http://login.example/device")),
            (
                "verification_uri",
                json!("https://bank.example@login.example/device"),
            ),
            ("verification_uri_complete", json!("ms-calculator:")),
            (
                "verification_uri_complete",
                json!("http://login.example/device"),
            ),
            ("expires_in", json!(0)),
            ("expires_in", json!(-5)),
            ("expires_in", json!(null)),
        ];
        for (name, value) in cases {
            assert!(changed(name, value.clone()).is_err(), "{name} {value}");
        }
        for left_out in [
            json!(null),
            json!(""),
            json!("https://other.example/device?user_code=ABCD-EFGH"),
        ] {
            let started = changed("verification_uri_complete", left_out).expect("started");
            assert_eq!(started.prompt.verification_uri_complete(), None);
        }
        let local = changed("verification_uri", json!("http://127.0.0.1:8080/device"));
        assert!(local.is_ok());
    }
}
