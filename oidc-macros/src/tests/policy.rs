/// Reads orders.
#[derive(Debug)]
pub struct Reader;
#[automatically_derived]
impl ::oidc::__private::Policy for Reader {
    const SPEC: ::oidc::__private::PolicySpec = ::oidc::__private::PolicySpec::required(
        ::oidc::__private::Rule::Roles(&["reader", "admin"]),
        "Reader",
    );
}
