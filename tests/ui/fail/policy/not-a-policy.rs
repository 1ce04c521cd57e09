struct Reader;

#[oidc::required(policy = Reader)]
fn list() -> std::future::Ready<()> {
    std::future::ready(())
}

fn main() {}
