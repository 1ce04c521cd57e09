#[oidc::required(check = checks::office_hours)]
async fn list() {}

mod checks {}

fn main() {}
