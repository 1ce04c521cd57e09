oidc::scopes! {
    pub mod scope {
        READ = "",
    }
}

fn main() {}
