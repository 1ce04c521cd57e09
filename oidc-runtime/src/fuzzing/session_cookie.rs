//! Cookies of sessions: arbitrary, tampered with, and genuine.

use std::sync::{Arc, LazyLock};

use futures_util::FutureExt as _;
use serde_json::json;

use super::choices::Choices;
use super::forge::tampered;
use super::request::Request;
use super::shop;
use super::signer::{CLIENT_ID, ISSUER, KID, NOW, sign};
use crate::client::Oidc;
use crate::client::session::SignedIn;
use crate::gate::OutcomeStore as _;
use crate::session::content::Tokens;
use crate::session::id::SessionId;
use crate::session::live::{LiveSession, Place};
use crate::session::sighting::Sighting;
use crate::session::token_text::TokenText;

/// What the cookies of a request stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seen {
    /// There are none of ours.
    Nothing,
    /// They are not those of a session.
    Dead,
    /// They are exactly those of a session.
    Live,
}

/// An application, and its sessions.
struct Shop {
    oidc: Oidc,
    sessions: Vec<Genuine>,
}

struct Genuine {
    id: SessionId,
    first: String,
    second: Option<String>,
}

static IN_COOKIES: LazyLock<Shop> = LazyLock::new(|| Shop::new(shop::with_cookies()));
static IN_STORE: LazyLock<Shop> = LazyLock::new(|| Shop::new(shop::with_store()));

/// Looks for a session in the `Cookie` fields of a request.
///
/// # Panics
/// If anything but the very values that were sent to a browser is a session, or these are not.
pub fn session_cookie(data: &[u8]) -> Seen {
    let mut choices = Choices::new(data);
    let shop = if choices.once_in(2) {
        &IN_STORE
    } else {
        &IN_COOKIES
    };
    let request = Request {
        method: "GET",
        path: "/",
        fields: shop.fields(choices),
    };
    let expected = shop.expected(&request);
    let sessions = shop.oidc.sessions_of_client().expect("sessions");
    let parts = request.parts();
    let sighting = sessions.sight_later(&parts).now_or_never();
    match sighting.expect("memory does not wait").ok() {
        Some(Sighting::None) => {
            assert!(matches!(expected, Expected::Nothing), "overlooked");
            Seen::Nothing
        }
        Some(Sighting::Dead(dead)) => {
            let text = String::from_utf8_lossy(&request.fields[0].1);
            assert!(matches!(expected, Expected::Dead), "{dead:?}: {text}");
            Seen::Dead
        }
        Some(Sighting::Live(live, _)) => {
            assert!(
                matches!(expected, Expected::Live(id) if *id == live.id),
                "a session"
            );
            Seen::Live
        }
        Some(Sighting::Stored(_)) | None => panic!("the store knows"),
    }
}

enum Expected<'s> {
    Nothing,
    Dead,
    Live(&'s SessionId),
}

impl Shop {
    fn new(oidc: Oidc) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        let runtime = runtime.expect("a runtime");
        let begin = |data| {
            let sessions = oidc.sessions_of_client().expect("sessions");
            let begun = runtime.block_on(sessions.begin(signed_in(data)));
            Genuine::new(&begun.expect("it fits"))
        };
        // In cookies, the second takes two.
        let sessions = vec![begin(None), begin(Some("data".repeat(1000)))];
        Self { oidc, sessions }
    }

    fn name(&self) -> &str {
        let manager = self.oidc.session_manager();
        manager.expect("sessions").names.first()
    }

    /// One `Cookie` field or two.
    fn fields(&self, mut choices: Choices<'_>) -> Vec<(&'static str, Vec<u8>)> {
        if choices.once_in(8) {
            return vec![("cookie", choices.rest().to_vec())];
        }
        let mut fields = vec![String::new()];
        for _ in 0..choices.below(5) {
            let name = match choices.below(8) {
                0..4 => self.name().to_owned(),
                4..6 => format!("{}.1", self.name()),
                6 => choices.pick(&["a", "", "x", "other"]).to_owned(),
                _ => format!(
                    "{}{}",
                    self.name(),
                    choices.pick(&["", ".", ".2", " ", "x", ".1.1"])
                ),
            };
            let value = self.value(&mut choices);
            let field = fields.last_mut().expect("one at least");
            let equals = choices.pick(&["=", "=", "=", "=", "= ", " =", "=="]);
            let end = choices.pick(&["; ", "; ", ";", " ;\t", ";;", ", ", ""]);
            *field += &[&name, equals, &value, end].concat();
            if choices.once_in(4) {
                fields.push(String::new());
            }
        }
        let fields = fields.into_iter().map(String::into_bytes);
        fields.map(|field| ("cookie", field)).collect()
    }

    fn value(&self, choices: &mut Choices<'_>) -> String {
        let session = &self.sessions[choices.below(self.sessions.len())];
        let genuine = match &session.second {
            Some(second) if choices.once_in(2) => second,
            _ => &session.first,
        };
        match choices.below(8) {
            0..4 => genuine.clone(),
            4 => format!("{}{genuine}", choices.pick(&["1.", "2.", "\"", "=", "1"])),
            5 => choices
                .pick(&["", "1.", "2.", "1.AQ", "1.AgAA", "2.AAAAAAAA.AQ", "\""])
                .to_owned(),
            _ => {
                let seed: Vec<u8> = (0..12).map(|_| choices.byte()).collect();
                tampered(genuine.clone(), Choices::new(&seed))
            }
        }
    }

    /// By splitting (RFC 6265 §5.4), and by comparing with what was sent.
    fn expected(&self, request: &Request) -> Expected<'_> {
        let name = self.name().as_bytes();
        let second_name = [name, b".1"].concat();
        let pairs = || {
            let fields = request.fields.iter().map(|(_, value)| value.as_slice());
            let pairs = fields.flat_map(|field| field.split(|byte| *byte == b';'));
            pairs.filter_map(|pair| {
                let at = pair.iter().position(|byte| *byte == b'=')?;
                Some((pair[..at].trim_ascii_start(), pair[at + 1..].trim_ascii()))
            })
        };
        let values = |wanted: &[u8]| -> Vec<Vec<u8>> {
            let named = pairs().filter(|(name, _)| *name == wanted);
            named.map(|(_, value)| value.to_vec()).collect()
        };
        let (first, second) = (values(name), values(&second_name));
        if first.is_empty() && second.is_empty() {
            return Expected::Nothing;
        }
        let ([first], [] | [_]) = (&first[..], &second[..]) else {
            return Expected::Dead;
        };
        let second = second.first().map(Vec::as_slice);
        let mut sessions = self.sessions.iter();
        let session = sessions.find(|session| session.is(first, second));
        session.map_or(Expected::Dead, |session| Expected::Live(&session.id))
    }
}

impl Genuine {
    fn new(live: &Arc<LiveSession>) -> Self {
        let (first, second) = match &live.place {
            Place::Cookie(parts) => (parts.first.to_string(), parts.second.clone()),
            Place::Store { secret, .. } => (secret.cookie_value().to_owned(), None),
        };
        Self {
            id: live.id.clone(),
            first,
            second,
        }
    }

    /// A second cookie beside a session that has one only does no harm.
    fn is(&self, first: &[u8], second: Option<&[u8]>) -> bool {
        let own = self.second.as_deref().map(str::as_bytes);
        self.first.as_bytes() == first && (own.is_none() || own == second)
    }
}

fn signed_in(data: Option<String>) -> SignedIn {
    let header = json!({"alg": "EdDSA", "kid": KID}).to_string();
    let claims = json!({
        "iss": ISSUER, "aud": CLIENT_ID, "sub": "alice", "iat": NOW, "exp": NOW + 300,
        "name": "Alice Liddell", "sid": "a-session",
    });
    let token = sign(header.as_bytes(), claims.to_string().as_bytes());
    SignedIn {
        issuer: ISSUER.to_owned(),
        subject: "alice".to_owned(),
        provider_session: Some("a-session".to_owned()),
        nonce: "nonce".to_owned(),
        issued_at: NOW,
        expiry: None,
        tokens: Tokens {
            access_token: TokenText::new("opaque".to_owned()),
            is_ours: false,
            scope: "openid".to_owned(),
            received_at: NOW,
            expires_at: NOW + 300,
            refresh_token: None,
            id_token: TokenText::new(token),
        },
        userinfo: None,
        remember: false,
        data,
    }
}
