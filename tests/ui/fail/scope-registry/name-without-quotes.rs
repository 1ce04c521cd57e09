oidc::scopes! {
    pub mod scope {
        READ = read,
    }
}

fn main() {}
