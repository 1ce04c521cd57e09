struct Orders;

#[oidc::required(scopes = "read")]
impl Orders {
    async fn list() {}
}

fn main() {
    let _ = Orders::list();
}
