trait Orders {
    #[oidc::required(scopes = "read")]
    fn list() -> impl Future<Output = String> + Send;
}

fn main() {}
