oidc::scopes! {
    pub mod scope {
        READ = "read",
        WRITE = "write" implies RAED,
    }
}

fn main() {}
