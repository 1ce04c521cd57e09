oidc::scopes! {
    pub mod scope {
        READ = "read" implies ADMIN,
        WRITE = "write" implies READ,
        ADMIN = "admin" implies WRITE,
    }
}

fn main() {}
