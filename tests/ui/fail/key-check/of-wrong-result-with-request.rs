fn office_hours(_user: &oidc::Principal, _request: &oidc::RequestParts<'_>) -> u8 {
    8
}

#[oidc::required(check = office_hours)]
async fn list() {}

fn main() {}
