struct Reader;

#[oidc::optional(policy = Reader)]
fn list() -> std::future::Ready<()> {
    std::future::ready(())
}

fn main() {}
