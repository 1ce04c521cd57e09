struct Health;

impl Health {
    #[oidc::public(reason = "health check")]
    async fn show() -> axum::Json<Vec<Self>> {
        axum::Json(Vec::new())
    }
}

fn main() {
    let _ = Health::show;
}
