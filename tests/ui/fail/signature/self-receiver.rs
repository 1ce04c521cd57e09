struct Orders;

impl Orders {
    #[oidc::required(scopes = "read")]
    async fn list(&self) {}
}

fn main() {
    let _ = Orders.list();
}
