//! The refresh token of a session that ends is revoked by the same client.

use std::sync::{Arc, Mutex};

use oidc::{ClientAuth, ClientKey};
use oidc_devidp::{Endpoint, Fault, TestKey};
use serde_json::{Value, json};

use super::{Sent, listen};
use crate::keys::until;
use crate::session_support::site::{Place, renewing};

#[tokio::test]
async fn has_an_assertion() {
    let sent = Arc::<Mutex<Vec<Sent>>>::default();
    let address = listen(Arc::clone(&sent)).await;
    let key = TestKey::ec_p256();
    let pem = key.private_pem();
    renewing()
        .places(&[Place::Cookie])
        .idp(move |idp| {
            idp.configure(|config| {
                let shop = config.clients.remove(0);
                config.clients.insert(0, shop.public_key(&key));
            })
        })
        .client(move |client| client.client_auth(ClientAuth::key(ClientKey::pem(pem.clone()))))
        .run(async |site| {
            let discovery = site.http.get(site.bench.idp.discovery_url()).send().await;
            let document = discovery.expect("the provider responds").json().await;
            let mut document: Value = document.expect("JSON");
            document["revocation_endpoint"] = json!(format!("{address}/revoke"));
            let fault = Fault::Body(document.to_string());
            site.bench.idp.fault(Endpoint::Discovery, fault);

            let browser = site.signed_in("alice").await;
            browser.submit("/auth/v2/logout", &[]).await;
            let recorded = || sent.lock().expect("nothing panics with it");
            until(async || !recorded().is_empty()).await;
            let revoked = recorded().pop().expect("a request");
            assert_eq!(revoked.path, "/revoke");
            assert_eq!(revoked.all("token_type_hint"), ["refresh_token"]);
            assert!(revoked.assertion().contains('.'), "{revoked:?}");
        })
        .await;
}
