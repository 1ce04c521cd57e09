//! The code flow.

use oidc_client::{Error, Prompt};

use crate::applications::{ALICE, Person, TestClock, everywhere};

#[tokio::test]
async fn signs_in_and_refreshes() {
    everywhere(true, async |application| {
        let clock = TestClock::default();
        let client = application.client(&clock).build().expect("sound");
        let token = client.sign_in(ALICE.code_flow()).await.expect("a token");
        let name = &application.name;
        assert!(token.refresh_token().is_some(), "{name}");
        assert!(token.not_stored().is_none(), "{name}");
        let user = client.user_info().await.expect("an answer");
        assert_eq!(user.username(), "alice", "{name}");

        // What is stored is used until shortly before its end.
        let again = client.token().await.expect("a token");
        assert_eq!(again.access_token(), token.access_token(), "{name}");
        let left = token
            .expires()
            .expect("an end")
            .duration_since(token.obtained());
        clock.shift(left.expect("a lifetime").as_secs().cast_signed() - 30);
        let refreshed = client.token().await.expect("a token");
        assert_ne!(refreshed.access_token(), token.access_token(), "{name}");
        let user = client.user_info().await.expect("an answer");
        assert_eq!(user.username(), "alice", "{name}");

        for secret in [&token, &refreshed].map(|token| token.access_token().to_owned()) {
            assert!(!application.output().contains(&secret), "{name}");
            assert!(!format!("{client:?} {token:?}").contains(&secret), "{name}");
        }
        assert!(client.sign_out().await.expect("it is removed"), "{name}");
        let nobody = client.token().await;
        assert!(matches!(nobody, Err(Error::SignInRequired(_))), "{name}");
    })
    .await;
}

#[tokio::test]
async fn ends_when_the_person_declines() {
    everywhere(true, async |application| {
        let client = application
            .client(&TestClock::default())
            .build()
            .expect("sound");
        let person = Person::Declining("alice");
        let declined = client.sign_in(person.code_flow()).await;
        let name = &application.name;
        assert!(
            matches!(declined, Err(Error::AccessDenied)),
            "{name}: {declined:?}"
        );
        assert!(
            client.stored().await.expect("it is readable").is_none(),
            "{name}"
        );
    })
    .await;
}

/// A sign-in that is abandoned leaves what there was.
#[tokio::test]
async fn of_another_user_takes_the_place_of_the_first() {
    everywhere(true, async |application| {
        let client = application
            .client(&TestClock::default())
            .build()
            .expect("sound");
        client.sign_in(ALICE.code_flow()).await.expect("a token");
        let impatient = ALICE
            .code_flow()
            .open(|_| ())
            .timeout(std::time::Duration::ZERO);
        let abandoned = client.sign_in(impatient).await;
        assert!(matches!(abandoned, Err(Error::TimedOut)), "{abandoned:?}");
        let user = client.user_info().await.expect("an answer");
        assert_eq!(user.username(), "alice");

        let bob = Person::Approving("bob").code_flow().prompt(Prompt::Consent);
        client.sign_in(bob).await.expect("a token");
        let user = client.user_info().await.expect("an answer");
        assert_eq!(user.username(), "bob", "{}", application.name);
    })
    .await;
}
