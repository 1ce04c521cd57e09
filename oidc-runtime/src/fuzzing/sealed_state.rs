//! Opens arbitrary and tampered states.

use std::sync::LazyLock;

use crate::clock::UnixSeconds;
use crate::flow::{LIFETIME, SignIn};
use crate::protocol::Proof;
use crate::seal::Sealer;
use crate::secret::Secret;
use crate::token::SKEW;

const NOW: UnixSeconds = 1_700_000_000;

static SEALER: LazyLock<Sealer> = LazyLock::new(|| sealer("the secret of this application"));
static OTHER: LazyLock<Sealer> = LazyLock::new(|| sealer("the secret of another application"));

fn sealer(secret: &str) -> Sealer {
    Sealer::new(Some(&Secret::new(secret)), "test", "client", 1).expect("a key")
}

/// Opens arbitrary text, and a sealed state with arbitrary contents and one change; returns whether
/// the change left the state intact.
///
/// # Panics
/// If text opens that was not sealed here, or a state differs after it was opened.
pub fn sealed_state(data: &[u8]) -> bool {
    let text = String::from_utf8_lossy(data).into_owned();
    assert!(
        SignIn::open(&SEALER, &text, NOW).is_err(),
        "opened {text:?}"
    );

    let (change, age) = match data {
        [change, age, ..] => (usize::from(*change), UnixSeconds::from(*age) * 2 - 60),
        _ => (0, 0),
    };
    let reversed = text.chars().rev().collect();
    let proof = match change % 3 {
        0 => Proof::Challenge(reversed),
        _ => Proof::Verifier(reversed),
    };
    let sign_in = SignIn {
        redirect_uri: text.clone(),
        proof: proof.clone(),
        nonce: "nonce".into(),
        scope: "openid".into(),
        issued_at: NOW - age,
        browser: (change % 2 == 0).then_some(text),
    };
    let state = sign_in.seal(&SEALER).expect("it seals");
    assert!(!state.contains('|'), "companion clients cut there");
    assert!(
        SignIn::open(&OTHER, &state, NOW).is_err(),
        "another application's state"
    );
    let fresh = (-SKEW..LIFETIME).contains(&age);
    match SignIn::open(&SEALER, &state, NOW) {
        Ok(opened) => {
            assert!(fresh, "{age} s old");
            assert_eq!(opened.redirect_uri, sign_in.redirect_uri);
            assert_eq!(opened.proof.challenge(), proof.challenge());
            assert_eq!(opened.browser, sign_in.browser);
        }
        Err(reason) => assert!(!fresh, "{reason:?} after {age} s"),
    }
    let tampered = changed(&state, data);
    let opens = SignIn::open(&SEALER, &tampered, NOW).is_ok();
    assert_eq!(opens, fresh && tampered == state, "{tampered}");
    tampered == state
}

/// The state with one character replaced, or with text in front or behind.
fn changed(state: &str, data: &[u8]) -> String {
    let byte = |at: usize| data.get(at).copied().unwrap_or_default();
    let character = char::from(byte(2) & 0x7f);
    let at = usize::from(u16::from_be_bytes([byte(3), byte(4)])) % state.len();
    match byte(0) % 4 {
        0 => format!("{}{character}{}", &state[..at], &state[at + 1..]),
        1 => format!("{character}|{state}"),
        2 => format!("{state}{character}"),
        _ => state[..at].to_owned(),
    }
}
