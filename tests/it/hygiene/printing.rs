//! What `Debug` and `Display` of the public types show.

use oidc_devidp::{Endpoint, Fault};

use super::{CLIENT_SECRET, STATE_KEY, bench, builder};
use crate::support::secrets::Secrets;

#[tokio::test]
async fn shows_no_secret() {
    let bench = bench().await;
    let mut secrets = Secrets::default();
    secrets.add("the client secret", CLIENT_SECRET);
    secrets.add("the state key", STATE_KEY);
    let password = "a password that stands in an address";
    secrets.add("the password", password);
    let address = format!("https://user:{password}@login.example");

    let sound = builder(&bench);
    secrets.assert_none_in("a builder", &format!("{sound:?} {sound:#?}"));
    let oidc = sound.build().expect("the configuration is sound");
    secrets.assert_none_in("a client", &format!("{oidc:?} {oidc:#?}"));

    let wrong = builder(&bench)
        .discovery_url(&address)
        .jwks_uri(&address)
        .public_url(&address)
        .scopes("\u{e9}")
        .algorithms([])
        .root_certificate(CLIENT_SECRET);
    let error = wrong.build().expect_err("the configuration is wrong");
    assert!(error.fields().count() >= 5, "{error}");
    secrets.assert_none_in("a mistake", &format!("{error} {error:?}"));

    for fault in [
        Fault::Down,
        Fault::Status(500),
        Fault::Garbage,
        Fault::WrongIssuer,
    ] {
        bench.idp.fault(Endpoint::Discovery, fault);
        let oidc = builder(&bench).build().expect("the configuration is sound");
        let error = oidc.discover().await.expect_err("the provider fails");
        let health = oidc.health();
        secrets.assert_none_in(
            "a failure",
            &format!("{error} {error:?} {health:?} {oidc:?}"),
        );
    }
}
