//! The device flow.

use std::time::Duration;

use oidc_client::{DeviceFlow, Environment, Error};
use oidc_devidp::{Endpoint, Fault};

use crate::applications::{ALICE, Person, TestClock, at_embedded, everywhere};

#[tokio::test(flavor = "multi_thread")]
async fn signs_in() {
    everywhere(true, async |application| {
        let clock = TestClock::default();
        let client = application.client(&clock).build().expect("sound");
        client.sign_in(ALICE.device_flow()).await.expect("a token");
        let user = client.user_info().await.expect("an answer");
        assert_eq!(user.username(), "alice", "{}", application.name);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ends_when_the_person_declines() {
    everywhere(true, async |application| {
        let clock = TestClock::default();
        let client = application.client(&clock).build().expect("sound");
        let declined = client
            .sign_in(Person::Declining("alice").device_flow())
            .await;
        let name = &application.name;
        assert!(
            matches!(declined, Err(Error::AccessDenied)),
            "{name}: {declined:?}"
        );
    })
    .await;
}

/// Where it is not offered, whoever cannot see a browser is shown the address of the other flow.
#[tokio::test(flavor = "multi_thread")]
async fn gives_way_to_the_code_flow() {
    everywhere(false, async |application| {
        let client = application
            .client(&TestClock::default())
            .build()
            .expect("sound");
        let refused = client.sign_in(DeviceFlow::new()).await;
        let name = &application.name;
        assert!(
            matches!(refused, Err(Error::NoDeviceFlow)),
            "{name}: {refused:?}"
        );
        let over_ssh = Environment::default().terminal(true).ssh(true);
        let shown = ALICE.code_flow().show(|url| ALICE.visit_later(url));
        let client = application.client(&TestClock::default());
        let client = client.environment(over_ssh).code_flow(shown);
        let client = client.build().expect("sound");
        client.authenticate().await.expect("a token");
        let user = client.user_info().await.expect("an answer");
        assert_eq!(user.username(), "alice", "{name}");
    })
    .await;
}

#[tokio::test]
async fn asks_nobody_in_a_batch_job() {
    at_embedded(async |application| {
        let job = Environment::default()
            .terminal(true)
            .display(true)
            .batch(true);
        let client = application.client(&TestClock::default()).environment(job);
        let refused = client.build().expect("sound").authenticate().await;
        assert!(
            matches!(refused, Err(Error::SignInRequired(_))),
            "{refused:?}"
        );
        assert_eq!(application.idp().hits(Endpoint::Device), 0);
    })
    .await;
}

/// Pending, too fast, unreachable for a while: it goes on asking until the code expires.
#[tokio::test(flavor = "multi_thread")]
async fn waits_for_the_person() {
    at_embedded(async |application| {
        let clock = TestClock::default();
        let client = application.client(&clock).build().expect("sound");
        let idp = application.idp();
        let (sender, mut prompts) = tokio::sync::mpsc::unbounded_channel();
        let flow = DeviceFlow::new().show(move |prompt| {
            let page = prompt.verification_uri_complete();
            let page = page.unwrap_or(prompt.verification_uri());
            sender.send(page.to_owned()).expect("somebody listens");
        });
        let person = async {
            let page = prompts.recv().await.expect("a prompt");
            until(|| idp.hits(Endpoint::Token) > 2).await;
            idp.fault(Endpoint::Token, Fault::Status(503));
            let before = idp.hits(Endpoint::Token);
            until(|| idp.hits(Endpoint::Token) > before + 1).await;
            idp.heal();
            tokio::task::block_in_place(|| ALICE.visit(&page));
        };
        let (token, ()) = tokio::join!(client.sign_in(flow), person);
        token.unwrap_or_else(|error| panic!("{}: {error}", application.name));

        let late = clock.clone();
        let nobody = DeviceFlow::new().show(move |_| late.shift(24 * 3600));
        let nobody = client.sign_in(nobody).await;
        assert!(matches!(nobody, Err(Error::TimedOut)), "{nobody:?}");
    })
    .await;
}

async fn until(condition: impl Fn() -> bool) {
    while !condition() {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}
