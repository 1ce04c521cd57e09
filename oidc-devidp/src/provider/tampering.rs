//! Changes to token responses while a [`Tamper`] is on.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use super::state::Provider;
use crate::controls::ANOTHER_ISSUER;
use crate::endpoint::Endpoint;
use crate::jwt::Signature;
use crate::keys::TestKey;
use crate::random;
use crate::tamper::Tamper;

const LEFT_OUT_OF_RESPONSES: [(Tamper, &str); 5] = [
    (Tamper::NoIdToken, "id_token"),
    (Tamper::NoAccessToken, "access_token"),
    (Tamper::NoExpiresIn, "expires_in"),
    (Tamper::NoTokenType, "token_type"),
    (Tamper::NoScope, "scope"),
];

const LEFT_OUT_OF_ID_TOKENS: [(Tamper, &str); 7] = [
    (Tamper::MissingIss, "iss"),
    (Tamper::MissingAud, "aud"),
    (Tamper::MissingExp, "exp"),
    (Tamper::MissingIat, "iat"),
    (Tamper::MissingSub, "sub"),
    (Tamper::MissingNonce, "nonce"),
    (Tamper::SeveralAudiences, "azp"),
];

const WRONG_IN_ID_TOKENS: [(Tamper, &str, &str); 5] = [
    (Tamper::InvalidIss, "iss", ANOTHER_ISSUER),
    (Tamper::InvalidAud, "aud", "another-client"),
    (Tamper::WrongNonce, "nonce", "another-nonce"),
    (Tamper::WrongAzp, "azp", "another-client"),
    (Tamper::WrongAtHash, "at_hash", "AAAAAAAAAAAAAAAAAAAAAA"),
];

const WRONG_IN_REFRESHED_ID_TOKENS: [(Tamper, &str, &str); 2] = [
    (Tamper::RefreshWrongIss, "iss", ANOTHER_ISSUER),
    (Tamper::RefreshWrongSub, "sub", "another-person"),
];

impl Provider {
    pub(super) fn tamper_response(&self, response: &mut Value) {
        let Some(members) = response.as_object_mut() else {
            return;
        };
        self.leave_out(members, &LEFT_OUT_OF_RESPONSES);
        let lowercase = [(Tamper::LowercaseTokenType, "token_type", "bearer")];
        self.replace(members, &lowercase);
    }

    pub(super) fn tamper_claims(&self, claims: &mut Map<String, Value>) {
        if self.controls.wrong_issuer(Endpoint::Token) {
            claims.insert("iss".into(), json!(ANOTHER_ISSUER));
        }
        if self.controls.is(Tamper::ExpiredIdToken) {
            let now = self.clock.seconds();
            claims.insert("iat".into(), json!(now - 7200));
            claims.insert("exp".into(), json!(now - 3600));
        }
        if self.controls.is(Tamper::SeveralAudiences) {
            claims["aud"] = json!([claims["aud"], "another-client"]);
        }
        self.replace(claims, &WRONG_IN_ID_TOKENS);
        self.leave_out(claims, &LEFT_OUT_OF_ID_TOKENS);
    }

    pub(super) fn tamper_refreshed_claims(&self, claims: &mut Map<String, Value>) {
        self.replace(claims, &WRONG_IN_REFRESHED_ID_TOKENS);
    }

    pub(super) fn tamper_access_token(&self, header: &mut Value, claims: &mut Map<String, Value>) {
        if self.controls.is(Tamper::UnmarkedAccessToken) {
            header["typ"] = json!("JWT");
            claims.retain(|name, _| name != "scope" && name != "client_id");
        }
    }

    /// The token, or five parts as RFC 7516 §7.1 has them.
    pub(super) fn tamper_form(&self, id_token: String) -> String {
        if !self.controls.is(Tamper::EncryptedIdToken) {
            return id_token;
        }
        let header = json!({ "alg": "RSA-OAEP-256", "enc": "A256GCM", "cty": "JWT" });
        let mut parts = vec![URL_SAFE_NO_PAD.encode(header.to_string())];
        parts.extend((0..4).map(|_| random::token()));
        parts.join(".")
    }

    pub(super) fn tamper_signature(&self, header: &mut Value, signature: &mut Signature) {
        let is = |tamper| self.controls.is(tamper);
        if is(Tamper::SigNone) {
            header["alg"] = json!("none");
            *signature = Signature::None;
        }
        if is(Tamper::InvalidSig) {
            *signature = Signature::Key(self.foreign_key().clone(), self.config.algorithm);
        }
        if is(Tamper::UnknownKid) {
            header["kid"] = json!("another-kid");
        }
        if let Some(header) = header.as_object_mut() {
            self.leave_out(header, &[(Tamper::KidAbsent, "kid")]);
        }
    }

    fn leave_out(&self, members: &mut Map<String, Value>, table: &[(Tamper, &str)]) {
        for (tamper, name) in table {
            if self.controls.is(*tamper) {
                members.remove(*name);
            }
        }
    }

    fn replace(&self, members: &mut Map<String, Value>, table: &[(Tamper, &str, &str)]) {
        for (tamper, name, value) in table {
            if self.controls.is(*tamper) {
                members.insert((*name).to_owned(), json!(value));
            }
        }
    }

    /// A key that is never published.
    fn foreign_key(&self) -> &TestKey {
        self.foreign_key
            .get_or_init(|| TestKey::fresh(self.config.algorithm))
    }
}
