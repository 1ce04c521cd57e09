//! A real browser brings the answer to the loopback port, and shows the last page.

use serde_json::json;
use tokio::runtime::Runtime;

use crate::applications::{ALICE, TestClock, at_embedded};
use crate::support::browser;

#[tokio::test]
async fn signs_in_and_shows_the_end() {
    at_embedded(async |application| {
        let client = application.client(&TestClock::default()).build();
        let client = client.expect("the settings are sound");
        let (sender, mut pages) = tokio::sync::mpsc::unbounded_channel();
        let flow = ALICE.code_flow().open(move |address| {
            let settings = json!({ "start": address, "user": "alice" });
            let runtime = Runtime::new().expect("a runtime starts");
            let page = runtime.block_on(browser::run("sign_in.mjs", &settings));
            sender.send(page).expect("somebody listens");
        });
        let name = &application.name;
        client.sign_in(flow).await.expect("a token");
        let page = pages.recv().await.expect("a page");
        let text = page["text"].as_str().expect("a text");
        assert!(text.contains("close this window"), "{name}: {page}");
        let user = client.user_info().await.expect("an answer");
        assert_eq!(user.username(), "alice", "{name}");
    })
    .await;
}
