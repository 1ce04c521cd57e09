//! The metadata of protected resources as an actix-web service.

use actix_web::dev::{AppService, HttpServiceFactory};
use actix_web::{HttpRequest, HttpResponse, web};

use super::extract::client;
use super::response::respond;
use crate::answer::Rejection;
use crate::metadata::{Metadata, PATH, answer};

/// Every path below the well-known one: the resources are known by the client only.
impl HttpServiceFactory for Metadata {
    fn register(self, config: &mut AppService) {
        let paths = [PATH.to_owned(), format!("{PATH}/{{resource:.*}}")];
        web::resource(paths).to(serve).register(config);
    }
}

async fn serve(request: HttpRequest) -> Result<HttpResponse, Rejection> {
    let oidc = client(&request)?;
    let (method, path) = (request.method().as_str(), request.uri().path());
    Ok(respond(answer(&oidc, method, path).await))
}
