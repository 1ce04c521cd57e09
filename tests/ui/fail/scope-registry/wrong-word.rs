oidc::scopes! {
    pub mod scope {
        READ = "read",
        WRITE = "write" includes READ,
    }
}

fn main() {}
