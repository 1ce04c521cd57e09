oidc::scopes! {
    READ = "read",
}

fn main() {}
