//! The loopback port is taken for as long as a sign-in lasts, and whoever holds connections to it does
//! not hold up the sign-in.

use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use oidc_client::Error;
use reqwest::Url;

use crate::applications::{ALICE, TestClock, at_embedded};
use crate::support::process::free_port;

fn redirect_port(address: &str) -> u16 {
    let address = Url::parse(address).expect("a URL");
    let mut parameters = address.query_pairs();
    let back = parameters.find(|(name, _)| name == "redirect_uri");
    let back = Url::parse(&back.expect("it is there").1).expect("a URL");
    back.port().expect("a port")
}

#[tokio::test]
async fn the_next_free_port_is_taken_and_given_back() {
    at_embedded(async |application| {
        let client = application.client(&TestClock::default()).build();
        let client = client.expect("the settings are sound");
        let taken = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let taken_port = taken.local_addr().expect("it has an address").port();
        let free = free_port();
        let name = application.name.clone();
        let flow = ALICE.code_flow().ports([taken_port, free]);
        let flow = flow.open(move |address| {
            assert_eq!(redirect_port(address), free, "{name}");
            ALICE.visit(address);
        });
        for _ in 0..2 {
            client.sign_in(flow.clone()).await.expect("a token");
        }

        let unanswered = flow.clone().open(|_| ()).timeout(Duration::ZERO);
        let unanswered = client.sign_in(unanswered).await;
        assert!(matches!(unanswered, Err(Error::TimedOut)), "{unanswered:?}");
        client.sign_in(flow).await.expect("the port is free again");
    })
    .await;
}

#[tokio::test]
async fn idle_connections_do_no_harm() {
    at_embedded(async |application| {
        let client = application.client(&TestClock::default()).build();
        let client = client.expect("the settings are sound");
        let flow = ALICE.code_flow().open(|address| {
            let port = redirect_port(address);
            let idle = || TcpStream::connect(("127.0.0.1", port)).expect("it listens");
            let idle: Vec<_> = (0..10).map(|_| idle()).collect();
            ALICE.visit(address);
            drop(idle);
        });
        client.sign_in(flow).await.expect("a token");
    })
    .await;
}
