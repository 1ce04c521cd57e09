#[oidc::optional(scopes = "read")]
async fn home() {}

struct Handlers;

impl Handlers {
    #[oidc::required(policy = self::__oidc_policy_home)]
    fn list() -> std::future::Ready<()> {
        std::future::ready(())
    }
}

fn main() {}
