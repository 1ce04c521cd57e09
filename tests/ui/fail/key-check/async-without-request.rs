async fn office_hours(_user: &oidc::Principal) -> bool {
    true
}

#[oidc::required(check = office_hours)]
async fn list() {}

fn main() {}
