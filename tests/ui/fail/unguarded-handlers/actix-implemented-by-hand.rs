use actix_web::dev::{AppService, HttpServiceFactory};
use oidc::access::AccessMatrix;
use oidc::actix::GuardedService;

struct Mine;

impl HttpServiceFactory for Mine {
    fn register(self, _: &mut AppService) {}
}

impl GuardedService for Mine {
    fn access(&self) -> AccessMatrix {
        AccessMatrix::default()
    }
}

fn main() {}
