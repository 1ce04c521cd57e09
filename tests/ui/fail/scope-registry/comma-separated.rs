oidc::scopes! {
    pub mod scope {
        READ = "read,write",
    }
}

fn main() {}
