//! Token answers (RFC 6749 section 5.1) and what is wrong with them on request.

use axum::Json;
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::oauth_error::no_store;
use super::store::RefreshToken;
use super::{ANOTHER_ISSUER, Grant, Provider};
use crate::jwt::{self, Signature};
use crate::{Endpoint, Tamper, TestKey, lock, random};

/// What the tokens are issued for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Occasion {
    SignIn,
    Refresh,
}

impl Provider {
    pub(super) fn issue(&self, grant: &Grant, scopes: &[String], occasion: Occasion) -> Response {
        let narrowed = Grant {
            scopes: scopes.to_vec(),
            ..grant.clone()
        };
        let access_token = self.access_token(&narrowed);
        let mut answer = json!({
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": self.config.access_token_lifetime,
            "scope": scopes.join(" "),
        });
        if narrowed.has_scope("openid") {
            answer["id_token"] = json!(self.id_token(&narrowed, &access_token, occasion));
        }
        // OpenID Connect Core section 11.
        if grant.has_scope("offline_access") {
            answer["refresh_token"] = json!(self.refresh_token(grant));
            answer["refresh_expires_in"] = json!(self.config.refresh_token_lifetime);
        }
        self.tamper_answer(&mut answer);
        no_store(Json(answer))
    }

    fn access_token(&self, grant: &Grant) -> String {
        let claims = self.access_claims(grant);
        if let Some(jti) = claims["jti"].as_str() {
            let mut store = lock(&self.store);
            store.access_tokens.insert(jti.to_owned(), grant.id.clone());
        }
        let entry = lock(&self.keys).signing(self.config.algorithm);
        let header = json!({ "typ": "at+jwt", "alg": entry.algorithm, "kid": entry.kid });
        jwt::encode(
            &header,
            &claims.into(),
            &Signature::Key(entry.key, entry.algorithm),
        )
    }

    fn refresh_token(&self, grant: &Grant) -> String {
        let token = random::token();
        let expires = self.clock.seconds() + self.config.refresh_token_lifetime;
        let record = RefreshToken {
            grant: grant.clone(),
            expires,
            used: false,
        };
        lock(&self.store)
            .refresh_tokens
            .insert(token.clone(), record);
        token
    }

    fn id_token(&self, grant: &Grant, access_token: &str, occasion: Occasion) -> String {
        let entry = lock(&self.keys).signing(self.config.algorithm);
        let mut claims = self.id_claims(grant);
        claims.insert(
            "at_hash".into(),
            json!(jwt::at_hash(access_token, entry.algorithm)),
        );
        if occasion == Occasion::Refresh {
            // OpenID Connect Core section 12.2.
            claims.remove("nonce");
        }
        let mut header = json!({ "typ": "JWT", "alg": entry.algorithm, "kid": entry.kid });
        let mut signature = Signature::Key(entry.key, entry.algorithm);
        self.tamper_claims(&mut claims, occasion);
        self.tamper_signature(&mut header, &mut signature);
        jwt::encode(&header, &claims.into(), &signature)
    }

    fn tamper_answer(&self, answer: &mut Value) {
        let Some(members) = answer.as_object_mut() else {
            return;
        };
        for (tamper, member) in [
            (Tamper::NoIdToken, "id_token"),
            (Tamper::NoAccessToken, "access_token"),
            (Tamper::NoExpiresIn, "expires_in"),
            (Tamper::NoTokenType, "token_type"),
            (Tamper::NoScope, "scope"),
        ] {
            if self.controls.is(tamper) {
                members.remove(member);
            }
        }
        if self.controls.is(Tamper::LowercaseTokenType) {
            members.insert("token_type".into(), json!("bearer"));
        }
    }

    fn tamper_claims(&self, claims: &mut Map<String, Value>, occasion: Occasion) {
        let now = self.clock.seconds();
        let refresh = occasion == Occasion::Refresh;
        let other_iss = self.controls.is(Tamper::InvalidIss)
            || self.controls.wrong_issuer(Endpoint::Token)
            || refresh && self.controls.is(Tamper::RefreshWrongIss);
        let mut set = |on: bool, claim: &str, value: Value| {
            if on {
                claims.insert(claim.to_owned(), value);
            }
        };
        let is = |tamper| self.controls.is(tamper);
        set(other_iss, "iss", json!(ANOTHER_ISSUER));
        set(
            refresh && is(Tamper::RefreshWrongSub),
            "sub",
            json!("another-person"),
        );
        set(is(Tamper::InvalidAud), "aud", json!("another-client"));
        set(is(Tamper::WrongNonce), "nonce", json!("another-nonce"));
        set(is(Tamper::WrongAzp), "azp", json!("another-client"));
        set(
            is(Tamper::WrongAtHash),
            "at_hash",
            json!("AAAAAAAAAAAAAAAAAAAAAA"),
        );
        set(is(Tamper::ExpiredIdToken), "iat", json!(now - 7200));
        set(is(Tamper::ExpiredIdToken), "exp", json!(now - 3600));
        if is(Tamper::SeveralAudiences) {
            claims["aud"] = json!([claims["aud"], "another-client"]);
            claims.remove("azp");
        }
        for (tamper, claim) in [
            (Tamper::MissingIss, "iss"),
            (Tamper::MissingAud, "aud"),
            (Tamper::MissingExp, "exp"),
            (Tamper::MissingIat, "iat"),
            (Tamper::MissingSub, "sub"),
            (Tamper::MissingNonce, "nonce"),
        ] {
            if is(tamper) {
                claims.remove(claim);
            }
        }
    }

    fn tamper_signature(&self, header: &mut Value, signature: &mut Signature) {
        let is = |tamper| self.controls.is(tamper);
        if is(Tamper::SigNone) {
            header["alg"] = json!("none");
            *signature = Signature::None;
        }
        if is(Tamper::InvalidSig) {
            let algorithm = self.config.algorithm;
            *signature = Signature::Key(self.foreign_key().clone(), algorithm);
        }
        if is(Tamper::UnknownKid) {
            header["kid"] = json!("another-kid");
        }
        if let Some(header) = header.as_object_mut()
            && is(Tamper::KidAbsent)
        {
            header.remove("kid");
        }
    }

    /// A key that is never published.
    fn foreign_key(&self) -> &TestKey {
        self.foreign_key
            .get_or_init(|| self.config.algorithm.fresh_key())
    }
}
