oidc::scopes! {
    pub mod scope {
        READ = "read",
        #[cfg(any())]
        ADMIN = "admin" implies READ,
    }
}

fn main() {}
