oidc::scopes! {
    pub mod scope {
        READ = "read" implies READ,
    }
}

fn main() {}
