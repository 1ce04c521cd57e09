oidc::scopes! {
    pub mod scope {
        READ = "read",
        WRITE = "write" implies "read",
    }
}

fn main() {}
