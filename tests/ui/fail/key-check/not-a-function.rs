struct OfficeHours;

#[oidc::required(check = OfficeHours)]
async fn list() {}

fn main() {}
