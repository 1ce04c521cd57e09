fn office_hours(hour: u8) -> bool {
    hour > 8
}

#[oidc::required(check = office_hours)]
async fn list() {}

fn main() {}
