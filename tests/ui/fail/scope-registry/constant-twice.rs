oidc::scopes! {
    pub mod scope {
        READ = "read",
        READ = "write",
    }
}

fn main() {}
