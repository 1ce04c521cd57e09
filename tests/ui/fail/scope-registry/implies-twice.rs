oidc::scopes! {
    pub mod scope {
        READ = "read",
        WRITE = "write" implies [READ, READ],
    }
}

fn main() {}
