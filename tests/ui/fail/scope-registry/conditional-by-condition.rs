oidc::scopes! {
    pub mod scope {
        READ = "read",
        #[cfg_attr(all(), doc = "May do all.", cfg(any()))]
        ADMIN = "admin" implies READ,
    }
}

fn main() {}
