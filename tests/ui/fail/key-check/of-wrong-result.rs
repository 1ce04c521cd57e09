fn office_hours(_user: &oidc::Principal) -> u8 {
    8
}

#[oidc::required(scopes = "read", check = office_hours)]
async fn list() {}

fn main() {}
