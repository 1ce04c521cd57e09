use oidc::access::AccessMatrix;
use oidc::openapi::secure;
use reqwest::Method;
use serde_json::{Value, json};
use utoipa::openapi::OpenApi;

use super::{APP, access, admin, path_of};
use crate::support::bench::Bench;
use crate::support::reply::Reply;
use crate::support::servers::{Server, for_both};

/// A document with the routes of the matrix, without security requirements.
fn document(matrix: &AccessMatrix) -> OpenApi {
    let mut paths = json!({});
    for route in &matrix.routes {
        if route.handler != "oidc::routes!" && !route.path.contains('*') {
            let method = route.method.to_lowercase().replace("any", "put");
            paths[&route.path][method] = json!({"responses": {}});
        }
    }
    let document = json!({
        "openapi": "3.1.0",
        "info": {"title": "test", "version": "1"},
        "paths": paths,
    });
    serde_json::from_value(document).expect("a document")
}

async fn status(server: &Server, method: &str, path: &str, token: Option<&str>) -> u16 {
    let method = Method::from_bytes(method.to_uppercase().as_bytes()).expect("a method");
    let request = server.request(method, &path_of(path));
    match token {
        Some(token) => Reply::of(request.bearer_auth(token)).await.status,
        None => Reply::of(request).await.status,
    }
}

/// A caller who meets the requirements of the document is admitted, and one who does not is
/// rejected.
#[tokio::test]
async fn the_document_agrees_with_the_responses() {
    let bench = Bench::start().await;
    let plain = admin(&bench).mint();
    for_both(
        APP,
        || bench.oidc(),
        async |server| {
            let matrix = access(server.framework, &bench.oidc());
            let mut document = document(&matrix);
            assert!(secure(&mut document, &matrix, &bench.idp.discovery_url()).is_empty());
            let json = serde_json::to_value(&document).expect("JSON");
            let mut walked = 0;
            for (path, item) in json["paths"].as_object().expect("paths") {
                for (method, operation) in item.as_object().expect("operations") {
                    let case = format!("{method} {path}: {operation}");
                    let status =
                        async |token: Option<&str>| status(server, method, path, token).await;
                    let requirements = operation["security"].as_array().expect("security");
                    let nothing_will_do =
                        requirements.is_empty() || requirements.contains(&json!({}));
                    let without = status(None).await;
                    assert_eq!(without == 200, nothing_will_do, "{case}");
                    let described = &operation["responses"];
                    assert_eq!(without == 401, described["401"].is_object(), "{case}");
                    for requirement in requirements {
                        let scopes: Vec<_> = requirement["oidc"]
                            .as_array()
                            .into_iter()
                            .flatten()
                            .filter_map(Value::as_str)
                            .collect();
                        let enough = admin(&bench).scope(&scopes.join(" ")).mint();
                        assert_eq!(status(Some(&enough)).await, 200, "{case}");
                        let less = status(Some(&plain)).await;
                        assert_eq!(less == 403, !scopes.is_empty(), "{case}");
                        assert!(less != 403 || described["403"].is_object(), "{case}");
                    }
                    walked += 1;
                }
            }
            assert_eq!(walked, 9, "{json}");
        },
    )
    .await;
}
