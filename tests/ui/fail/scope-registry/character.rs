oidc::scopes! {
    pub mod scope {
        READ = "lireé",
    }
}

fn main() {}
