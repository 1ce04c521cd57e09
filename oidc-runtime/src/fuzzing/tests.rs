//! Runs the entry points of the fuzz targets on stable Rust, with fixed seeds.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestRunner};

use super::{Answer, introspection};
#[cfg(any(feature = "axum", feature = "actix-web"))]
use super::{Asked, mcp_body, mcp_message};
#[cfg(feature = "sessions")]
use super::{Logout, Seen, logout_token, return_to, session, session_cookie};
use super::{Verdict, authorization, discovery, key_set, policy, redirect, sealed_state, verifier};

const CASES: u32 = 20_000;

/// Runs an entry point, and counts its results.
fn run<T: Ord + std::fmt::Debug>(
    input: impl Strategy<Value = Vec<u8>>,
    entry: impl Fn(&[u8]) -> T,
) -> BTreeMap<T, u32> {
    let config = ProptestConfig {
        cases: CASES,
        rng_seed: RngSeed::Fixed(7),
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let counts = std::cell::RefCell::new(BTreeMap::new());
    let outcome = TestRunner::new(config).run(&input, |data| {
        *counts.borrow_mut().entry(entry(&data)).or_default() += 1;
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
    counts.into_inner()
}

/// Texts of meaningful and arbitrary pieces.
fn pieces(of: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        8 => proptest::sample::select(of).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => vec(any::<u8>(), 0..3),
    ];
    vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

/// A document with changed bytes or moved parts.
fn damaged(document: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let change = (
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        any::<u8>(),
    );
    vec(change, 0..3).prop_map(move |changes| {
        let mut text = document.as_bytes().to_vec();
        for (from, to, how) in changes {
            let (from, to) = (from.index(text.len()), to.index(text.len()));
            match how {
                0..100 => text[from] = text[to],
                100..200 => text[from] = how.wrapping_mul(31),
                _ => drop(text.splice(from.min(to)..from.max(to), [])),
            }
            if text.is_empty() {
                return text;
            }
        }
        text
    })
}

#[test]
fn policies_decide_as_the_oracle_does() {
    let decisions = run(vec(any::<u8>(), 0..96), policy);
    for decision in [Some(true), Some(false), None] {
        let share = decisions.get(&decision).copied().unwrap_or(0);
        assert!(share > CASES / 20, "too few {decision:?}: {decisions:?}");
    }
}

#[cfg(feature = "sessions")]
#[test]
fn sessions_are_admitted_to_what_their_access_token_is_admitted_to() {
    let decisions = run(vec(any::<u8>(), 100..300), session);
    let admitted = |bearer, session| decisions.get(&(bearer, session)).copied().unwrap_or(0);
    assert!(admitted(true, true) > CASES / 10, "{decisions:?}");
    assert!(admitted(false, true) > CASES / 200, "{decisions:?}");
    assert!(admitted(false, false) > CASES / 10, "{decisions:?}");
}

#[test]
fn tokens_are_accepted_only_if_a_second_library_and_the_rules_agree() {
    let verdicts = run(vec(any::<u8>(), 0..48), verifier);
    let count = |verdict| verdicts.get(&verdict).copied().unwrap_or(0);
    assert!(count(Verdict::Accepted) > CASES / 20, "{verdicts:?}");
    assert!(count(Verdict::SignatureOnly) > CASES / 20, "{verdicts:?}");
    assert!(
        count(Verdict::RefusedByUsAlone) > CASES / 100,
        "{verdicts:?}"
    );
    assert!(count(Verdict::Refused) > CASES / 5, "{verdicts:?}");
}

#[test]
fn answers_about_tokens_count_only_if_the_rules_agree() {
    let answers = run(vec(any::<u8>(), 0..48), introspection);
    for answer in [Answer::Unusable, Answer::Invalid, Answer::Accepted] {
        let count = answers.get(&answer).copied().unwrap_or(0);
        assert!(count > CASES / 10, "{answer:?}: {answers:?}");
    }
}

#[test]
fn the_authorization_field_follows_its_grammar() {
    const PIECES: &[&str] = &[
        "Bearer",
        "bearer",
        "BEARER ",
        "Bearer ",
        " ",
        "\t",
        "Basic",
        "abc",
        "a.b-c_~+/",
        "=",
        ",",
        "\"",
        "\u{e4}",
        "\r\n",
    ];
    let found = run(pieces(PIECES), authorization);
    assert!(found.get(&true) > Some(&100), "{found:?}");
}

#[test]
fn redirects_stay_on_the_list() {
    const PIECES: &[&str] = &[
        "http://",
        "http://localhost",
        "http://127.0.0.1",
        "http://[::1]",
        "https://",
        "javascript:",
        "http:",
        "//",
        "/",
        "\\",
        "@",
        ":",
        ":8080",
        ":80",
        "#",
        "?",
        "..",
        "/./",
        "%2e",
        "%00",
        "localhost",
        "127.0.0.1",
        "evil.example",
        ".evil.example",
        "callback",
        "x=y",
        "&",
        "\t",
        "\n",
        "0x7f.1",
        "[::ffff:127.0.0.1]",
        "\u{ff0f}",
        "https://app.example/callback?a=b",
        "https://own.example/callback",
    ];
    let allowed = run(pieces(PIECES), redirect);
    assert!(allowed.get(&true) > Some(&100), "{allowed:?}");
}

#[test]
fn damaged_key_sets_yield_public_keys_only() {
    let counts = run(damaged(include_str!("key_set.json")), key_set);
    assert!(counts.len() > 3, "{counts:?}");
}

#[test]
fn damaged_discovery_documents_stay_the_providers() {
    let accepted = run(damaged(include_str!("discovery.json")), discovery);
    assert!(accepted.get(&true) > Some(&1000), "{accepted:?}");
    assert!(accepted.get(&false) > Some(&1000), "{accepted:?}");
}

#[test]
fn states_open_only_as_they_were_sealed() {
    let unchanged = run(vec(any::<u8>(), 0..32), sealed_state);
    assert!(unchanged.get(&true) > Some(&10), "{unchanged:?}");
    assert!(unchanged.get(&false) > Some(&1000), "{unchanged:?}");
}

#[cfg(feature = "sessions")]
#[test]
fn only_the_cookies_that_were_sent_are_sessions() {
    let seen = run(vec(any::<u8>(), 0..96), session_cookie);
    for seen_at_least in [Seen::Nothing, Seen::Dead, Seen::Live] {
        let count = seen.get(&seen_at_least).copied().unwrap_or(0);
        assert!(count > CASES / 50, "{seen_at_least:?}: {seen:?}");
    }
}

#[cfg(feature = "sessions")]
#[test]
fn browsers_return_to_pages_of_the_application() {
    const PIECES: &[&str] = &[
        "/",
        "/",
        "/",
        "a",
        "page",
        "?",
        "#",
        "\\",
        ".",
        "..",
        ":",
        "@",
        ";",
        "%2f",
        "%5C",
        "%2e",
        "%09",
        "%20",
        "%c3%a9",
        "\t",
        "\n",
        "\r",
        " ",
        "\u{ff0f}",
        "https:",
        "javascript:",
        "evil.example",
        "https://shop.example.org",
        "/auth/v2/login",
        "/auth/v2/log%6fut",
        "auth/v2/callback",
    ];
    let allowed = run(pieces(PIECES), return_to);
    assert!(allowed.get(&true) > Some(&100), "{allowed:?}");
    assert!(allowed.get(&false) > Some(&1000), "{allowed:?}");
}

#[cfg(feature = "sessions")]
#[test]
fn only_the_provider_ends_sessions_and_by_its_rules() {
    let ends = run(vec(any::<u8>(), 0..48), logout_token);
    for end in [Logout::Refused, Logout::Violation, Logout::Ended] {
        let count = ends.get(&end).copied().unwrap_or(0);
        assert!(count > CASES / 20, "{end:?}: {ends:?}");
    }
}

#[cfg(any(feature = "axum", feature = "actix-web"))]
#[test]
fn no_parser_finds_a_call_that_the_guard_of_an_mcp_server_overlooks() {
    let asked = run(vec(any::<u8>(), 0..64), |data| mcp_message(&mcp_body(data)));
    let count = |asked_for| asked.get(&asked_for).copied().unwrap_or(0);
    assert!(count(Asked::Malformed) > CASES / 5, "{asked:?}");
    assert!(count(Asked::NoTool) > CASES / 20, "{asked:?}");
    assert!(count(Asked::Unknown) > CASES / 20, "{asked:?}");
    for tool in ["list_notes", "delete_note", "purge"] {
        assert!(count(Asked::Tool(tool)) > CASES / 100, "{asked:?}");
    }
}
