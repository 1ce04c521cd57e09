#[oidc::policy(scopes = "read")]
struct Reader<T>(std::marker::PhantomData<T>);

fn main() {}
