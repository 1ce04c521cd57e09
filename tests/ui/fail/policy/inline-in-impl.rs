struct Orders;

impl Orders {
    #[oidc::required(scopes = "read")]
    async fn list() -> &'static str {
        "orders"
    }
}

fn main() {}
