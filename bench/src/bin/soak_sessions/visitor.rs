//! A browser with a session, which others share.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use oidc_devidp::TestIdp;
use oidc_guard_bench::browser::Browser;
use oidc_guard_bench::connection::Answer;
use oidc_guard_bench::soak::{Outcome, Random};
use serde_json::Value;

/// The longest pause between two requests, in milliseconds.
const PAUSE: usize = 400;

pub(crate) struct Visitor {
    browser: Browser,
    /// The id of the session.
    session: Value,
}

impl Visitor {
    pub(crate) fn sign_in(server: SocketAddr, idp: &TestIdp, user: &str) -> Result<Self, String> {
        let mut browser = Browser::new(server);
        browser.sign_in(idp, user)?;
        let answer = browser.get("/me").map_err(|error| error.to_string())?;
        let session = json(&answer)["session"].take();
        Ok(Self { browser, session })
    }

    /// Another browser with the same session.
    pub(crate) fn beside(&self, server: SocketAddr) -> Self {
        Self {
            browser: self.browser.beside(server),
            session: self.session.clone(),
        }
    }

    /// Sends requests until it is over, or a response is wrong.
    pub(crate) fn visit_often(mut self, mut random: Random, over: &AtomicBool) -> Outcome {
        let mut counts = BTreeMap::new();
        while !over.load(Ordering::Relaxed) {
            let name = self.visit(&mut random).inspect_err(|_| {
                over.store(true, Ordering::SeqCst);
            })?;
            *counts.entry(name).or_insert(0) += 1;
            thread::sleep(Duration::from_millis(random.below(PAUSE) as u64));
        }
        Ok(counts)
    }

    fn visit(&mut self, random: &mut Random) -> Result<&'static str, String> {
        let path = match random.below(50) {
            0 => "/basket",
            1..5 => "/token",
            _ => "/me",
        };
        let answer = match path {
            "/basket" => self.browser.post(path, r#"{"add":"x"}"#),
            _ => self.browser.get(path),
        };
        let answer = answer.map_err(|error| format!("{path}: {error}"))?;
        match (path, answer.status) {
            ("/me", 200) if json(&answer)["session"] == self.session => Ok("pages"),
            ("/basket", 200) => Ok("changes of the session"),
            // A cookie holds one kibibyte of it.
            ("/basket", 500) if answer.body.contains("too large") => Ok("full baskets"),
            ("/token", 200) => Ok("access tokens"),
            // It has expired, and the provider gave no other.
            ("/token", 503) => Ok("without an access token for a while"),
            (_, status) => Err(format!("{path}: {status} {}", answer.body)),
        }
    }
}

fn json(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap_or_default()
}
