//! The compact serialization, to the letter (RFC 7515 §7.1), and JSON that two readers would not
//! read alike.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE};
use oidc_devidp::Algorithm;
use serde_json::json;

use super::forge::{Forge, encode};
use super::{Attempt, accepted, attempt, malformed, rejected};

#[tokio::test]
async fn parts() {
    let attempts = vec![
        rejected("one part", |forge| encode(forge.header().to_string())),
        rejected("two parts", |forge| forge.parts(Algorithm::Rs256).0),
        rejected("two parts and a dot", |forge| {
            forge.parts(Algorithm::Rs256).0 + "."
        }),
        rejected("four parts", |forge| forge.token().mint() + ".AAAA"),
        rejected("five parts, as a JWE", |forge| {
            forge.token().mint() + ".AAAA.AAAA"
        }),
        rejected("six parts", |forge| {
            forge.token().mint() + ".AAAA.AAAA.AAAA"
        }),
        rejected("a dot in front", |forge| {
            format!(".{}", forge.token().mint())
        }),
        rejected("a dot behind", |forge| forge.token().mint() + "."),
        rejected("two dots between", |forge| {
            forge.token().mint().replacen('.', "..", 1)
        }),
        rejected("only dots", |_| "..".to_owned()),
        rejected("many dots", |_| ".".repeat(5000)),
        rejected("no header", |forge| {
            forge.sign_text(&format!(".{}", encode(forge.claims().to_string())))
        }),
        rejected("no payload", |forge| {
            forge.sign_text(&format!("{}.", encode(forge.header().to_string())))
        }),
        rejected("a letter", |_| "a".to_owned()),
        rejected("words", |_| "undefined".to_owned()),
        rejected("a true JWE's header", |_| {
            let header = encode(json!({ "alg": "RSA-OAEP", "enc": "A256GCM" }).to_string());
            format!("{header}.AAAA.AAAA.AAAA.AAAA")
        }),
        rejected("parts swapped", |forge| {
            let token = forge.token().mint();
            let parts: Vec<_> = token.split('.').collect();
            format!("{}.{}.{}", parts[1], parts[0], parts[2])
        }),
        rejected("17 KiB", |forge| {
            forge
                .token()
                .claim("pad", json!("x".repeat(17 * 1024)))
                .mint()
        }),
        rejected("64 KiB of letters", |_| "a".repeat(64 * 1024)),
        accepted("11 KiB", |forge| {
            forge
                .token()
                .claim("pad", json!("x".repeat(8 * 1024)))
                .mint()
        }),
    ];
    attempt(attempts).await;
}

/// A genuine token, one of whose parts is written in another way.
fn rewritten(name: &str, part: usize, write: fn(&str) -> String) -> Attempt {
    rejected(name, move |forge| {
        let token = forge.token().claim("pad", json!("\u{ff}\u{ff}?>~")).mint();
        let parts = token.split('.').enumerate();
        let parts = parts.map(|(index, text)| {
            if index == part {
                write(text)
            } else {
                text.to_owned()
            }
        });
        parts.collect::<Vec<_>>().join(".")
    })
}

#[tokio::test]
async fn base64() {
    let mut attempts = vec![
        malformed("blank inside", |forge| {
            forge.token().mint().replacen('.', ". ", 1)
        }),
        malformed("tab inside", |forge| {
            forge.token().mint().replacen('.', ".\t", 1)
        }),
        malformed("padding inside", |forge| {
            forge.token().mint().replacen('.', "=.", 1)
        }),
        malformed("comma", |forge| forge.token().mint() + ","),
        malformed("quotes", |forge| format!("\"{}\"", forge.token().mint())),
        malformed("percent", |forge| forge.token().mint().replace('.', "%2E")),
        rejected("padding behind", |forge| forge.token().mint() + "=="),
        malformed("padding for the payload, signed", |forge| {
            let claims = forge.claims().to_string();
            let payload =
                URL_SAFE.encode(claims.clone() + &" ".repeat(1 + (3 - claims.len() % 3) % 3));
            forge.sign_text(&format!("{}.{payload}", encode(forge.header().to_string())))
        }),
        rejected("standard alphabet, signed", |forge| {
            let mut claims = forge.claims();
            claims["pad"] = json!("\u{7ff}\u{fff}?>~~~???");
            let payload = STANDARD_NO_PAD.encode(claims.to_string());
            let text = format!("{}.{payload}", encode(forge.header().to_string()));
            assert!(text.contains(['+', '/']), "the alphabets differ");
            forge.sign_text(&text)
        }),
    ];
    for (part, name) in ["header", "payload", "signature"].into_iter().enumerate() {
        attempts.push(rewritten(
            &format!("stray bits in the {name}"),
            part,
            stray_bits,
        ));
        attempts.push(rewritten(
            &format!("a letter more in the {name}"),
            part,
            |text| format!("{text}A"),
        ));
        attempts.push(rewritten(
            &format!("a letter less in the {name}"),
            part,
            |text| text[1..].to_owned(),
        ));
        attempts.push(rewritten(
            &format!("base64 of the {name} twice"),
            part,
            |text| encode(text),
        ));
    }
    attempt(attempts).await;
}

/// Another text that a careless decoder reads as the same bytes; if there is none, no base64.
fn stray_bits(text: &str) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (rest, last) = text.split_at(text.len() - 1);
    let index = ALPHABET
        .iter()
        .position(|letter| last.as_bytes() == [*letter])
        .unwrap_or_default();
    if text.len().is_multiple_of(4) {
        return format!("{text}A");
    }
    format!("{rest}{}", char::from(ALPHABET[index ^ 1]))
}

#[tokio::test]
async fn payloads() {
    let payload = |name: &str, payload: &'static [u8]| {
        rejected(name, move |forge| forge.with_payload(payload))
    };
    let attempts = vec![
        payload("empty", b""),
        payload("null", b"null"),
        payload("true", b"true"),
        payload("number", b"42"),
        payload("string", b"\"alice\""),
        payload("array", b"[]"),
        payload("empty object", b"{}"),
        payload("open brace", b"{"),
        payload("invalid UTF-8", b"{\"sub\":\"\xff\xfe\"}"),
        payload("UTF-16", b"{\0}\0"),
        payload("no JSON", b"sub=alice&exp=9999999999"),
        payload("NUL", b"\0"),
        rejected("array of claims", |forge| {
            forge.with_payload(format!("[{}]", forge.claims()))
        }),
        rejected("a token as payload", |forge| {
            forge.with_payload(forge.token().mint())
        }),
        rejected("claims twice", |forge| {
            forge.with_payload(format!("{0}{0}", forge.claims()))
        }),
        rejected("text behind", |forge| {
            forge.with_payload(format!("{}x", forge.claims()))
        }),
        rejected("byte order mark", |forge| {
            forge.with_payload(format!("\u{feff}{}", forge.claims()))
        }),
        rejected("comment", |forge| {
            forge.with_payload(format!("/* */{}", forge.claims()))
        }),
        rejected("comma behind", |forge| {
            forge.with_payload(forge.claims().to_string().replace("]}", "],}"))
        }),
        rejected("invalid UTF-8 in a name", |forge| {
            forge.with_payload(splice(forge, b"\"\xff\":1"))
        }),
        rejected("invalid UTF-8 in a value", |forge| {
            forge.with_payload(splice(forge, b"\"name\":\"\xc3\x28\""))
        }),
        rejected("lone surrogate", |forge| {
            forge.with_payload(splice(forge, b"\"name\":\"\\ud800\""))
        }),
        rejected("NaN", |forge| {
            forge.with_payload(splice(forge, b"\"x\":NaN"))
        }),
        rejected("10,000 arrays", |forge| {
            forge.with_payload(splice(forge, &nested('[', ']', 5000)))
        }),
        rejected("200 objects", |forge| {
            forge.with_payload(splice(forge, &objects(200)))
        }),
        accepted("blanks around", |forge| {
            forge.with_payload(format!(" \n{}\t ", forge.claims()))
        }),
        accepted("20 arrays", |forge| {
            forge.with_payload(splice(forge, &nested('[', ']', 20)))
        }),
        accepted("huge number in a claim", |forge| {
            forge.with_payload(splice(forge, b"\"n\":1e300"))
        }),
    ];
    attempt(attempts).await;
}

/// The claims of a genuine token with this member in front.
fn splice(forge: &Forge<'_>, member: &[u8]) -> Vec<u8> {
    let claims = forge.claims().to_string();
    [b"{", member, b",", &claims.as_bytes()[1..]].concat()
}

fn nested(open: char, close: char, depth: usize) -> Vec<u8> {
    let text = [
        open.to_string().repeat(depth),
        close.to_string().repeat(depth),
    ]
    .concat();
    format!("\"deep\":{text}").into()
}

fn objects(depth: usize) -> Vec<u8> {
    format!("\"deep\":{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth)).into()
}

/// An object that is another value, or none, to some of those who parse it: the claims beside it would
/// be gone, and with them what `not(..)` denies.
#[tokio::test]
async fn objects_that_stand_for_something_else() {
    let claim = |member: &'static str| {
        rejected(member, move |forge| {
            forge.with_payload(splice(forge, member.as_bytes()))
        })
    };
    let attempts = vec![
        claim(r#""meta":{"$serde_json::private::RawValue":1}"#),
        claim(r#""meta":{"$serde_json::private::RawValue":"x"}"#),
        claim(r#""meta":{"$serde_json::private::RawValue":"1","a":2}"#),
        claim(r#""meta":{"$serde_json::private::RawValue":"[\"admin\"]"}"#),
        claim(r#""meta":[{"a":{"\u0024serde_json::private::RawValue":"1"}}]"#),
    ];
    attempt(attempts).await;
}

#[tokio::test]
async fn duplicate_members() {
    let claim = |name: &str, member: &'static [u8]| {
        rejected(name, move |forge| forge.with_payload(splice(forge, member)))
    };
    let header = |name: &str, member: &'static str| {
        rejected(name, move |forge| {
            let header = forge.header().to_string();
            forge.with_header(format!("{{{member},{}", &header[1..]))
        })
    };
    let attempts = vec![
        claim("sub", b"\"sub\":\"bob\""),
        claim("sub, the same", b"\"sub\":\"alice\""),
        claim("sub, escaped", b"\"s\\u0075b\":\"bob\""),
        claim("aud", b"\"aud\":\"x\""),
        claim("iss", b"\"iss\":\"https://attacker.example\""),
        claim("exp", b"\"exp\":9999999999"),
        claim("scope", b"\"scope\":\"admin\""),
        claim("unknown", b"\"x\":1,\"x\":2"),
        claim("nested", b"\"a\":{\"b\":1,\"b\":2}"),
        claim("in an array", b"\"a\":[{\"b\":1,\"b\":2}]"),
        header("alg", "\"alg\":\"none\""),
        header("alg, the same", "\"alg\":\"RS256\""),
        header("kid", "\"kid\":\"x\""),
        header("typ", "\"typ\":\"JWT\""),
        header("unknown header", "\"x\":1,\"x\":2"),
        rejected("header an array", |forge| {
            forge.with_header(format!("[{}]", forge.header()))
        }),
        rejected("header a string", |forge| forge.with_header("\"RS256\"")),
        rejected("header empty", |forge| forge.with_header("{}")),
        rejected("header no JSON", |forge| forge.with_header("alg=RS256")),
        rejected("header invalid UTF-8", |forge| {
            forge.with_header(b"{\"alg\":\"\xff\"}")
        }),
        rejected("header deep", |forge| {
            let deep = String::from_utf8(nested('[', ']', 3000)).expect("ASCII");
            forge.with_header(format!("{{{deep},{}", &forge.header().to_string()[1..]))
        }),
    ];
    attempt(attempts).await;
}
