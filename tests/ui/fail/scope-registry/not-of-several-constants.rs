oidc::scopes! {
    mod scope {
        GUEST = "guest",
        LIMITED = "limited",
    }
}

#[oidc::policy(not(scopes(scope::GUEST, scope::LIMITED)))]
struct Member;

fn main() {}
