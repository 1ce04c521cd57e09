#[oidc::public(reason = "static files")]
mod orders {
    pub async fn list() {}
}

fn main() {
    let _ = orders::list();
}
