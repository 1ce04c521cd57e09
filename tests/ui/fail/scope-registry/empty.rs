oidc::scopes! {
    pub mod scope {}
}

fn main() {}
