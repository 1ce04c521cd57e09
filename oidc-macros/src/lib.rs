//! The attributes and macros of [`oidc-guard`](https://docs.rs/oidc-guard). Use that crate: it
//! re-exports them as `oidc::required` and so on, and generated code names its items.
//!
//! Arguments go through the same phases in every macro: `syntax` parses the grammar, the models
//! (`rules`, `guard::model`, `routes::model`, `tools::model`) hold the meaning without tokens, the
//! `expand` modules turn models into tokens. Every path that generated code names is listed in
//! `exports`.

#![forbid(unsafe_code)]
#![deny(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

mod crate_path;
mod errors;
mod exports;
mod guard;
mod handler;
mod routes;
mod rules;
mod scopes;
mod suggest;
mod syntax;
#[cfg(test)]
#[allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test panics when it fails"
)]
mod tests;
mod tools;

use proc_macro::TokenStream;

use guard::Attribute;

/// Lets only those requests through to the handler whose token satisfies the rules.
///
/// The token comes from the `Authorization: Bearer` header. A request without a valid one is
/// answered with 401, one whose token does not satisfy the rules with 403, and the handler's other
/// extractors never run. Without any rule, a valid token is enough.
///
/// ```
/// use axum::{Router, routing::get};
/// use oidc::{Principal, Oidc};
///
/// #[oidc::required(scopes = "orders:read")]
/// async fn list(user: Principal) -> String {
///     format!("the orders of {}", user.subject())
/// }
///
/// # fn app(oidc: Oidc) -> Router {
/// Router::new().route("/orders", get(list)).with_state(oidc)
/// # }
/// ```
///
/// The same on actix-web:
///
/// ```
/// use actix_web::{App, HttpServer, Responder, get};
/// use oidc::{Principal, Oidc};
///
/// #[oidc::required(scopes = "orders:read")]
/// #[get("/orders")]
/// async fn list(user: Principal) -> impl Responder {
///     format!("the orders of {}", user.subject())
/// }
///
/// # async fn serve(oidc: Oidc) -> std::io::Result<()> {
/// HttpServer::new(move || App::new().app_data(oidc.clone()).service(list))
///     .bind(("127.0.0.1", 8000))?
///     .run()
///     .await
/// # }
/// ```
///
/// # Rules
///
/// Rules that are separated by commas all have to hold.
///
/// | rule | holds if |
/// |---|---|
/// | `scopes = "read write"` | the token was granted all of these scopes |
/// | `scopes(scope::READ)` | the same with constants of `oidc::scopes!`, or scopes that imply them |
/// | `roles = "editor"` | the user has the role: in `roles`, `groups`, or Keycloak's realm roles and client roles of this application, unless `OidcBuilder::roles_from` says otherwise |
/// | `claims(groups = "admin", email_verified = true)` | each claim equals its value, or is an array that contains it |
/// | `acr = "urn:example:mfa"` | the user signed in this strongly (RFC 9470) |
/// | `max_age = "15m"` | the user signed in at most so long ago (RFC 9470); units are `s`, `m`, `h`, `d` |
/// | `via = "bearer"`, `via = "session"` | the user is known by an access token, or by the cookie of a session |
/// | `issuer = "partner"`, `issuer("own", "partner")` | the token was issued by the issuer of this name in the configuration, or by one of these; `own` is the client's own provider |
/// | `check = path::to::function` | the function returns `true` |
/// | `policy = path::to::Policy` | the policy that [`macro@policy`] named holds |
/// | `any(..)`, `all(..)`, `not(..)` | at least one rule holds, all of them do, the one does not |
///
/// ```
/// #[oidc::required(
///     scopes = "orders:read",
///     any(roles = "accountant", claims(department = "finance")),
///     not(claims(groups = "suspended")),
/// )]
/// async fn list() -> &'static str {
///     "orders"
/// }
/// ```
///
/// ## Several values
///
/// `scopes("read", "write")` and `scopes = ["read", "write"]` mean the same as
/// `scopes = "read write"`: a token needs **all** scopes. A list of anything else means **any** of
/// them: `roles("editor", "author")`, `acr("silver", "gold")`, `claims(groups = ["admin", "ops"])`.
/// For the other way round, combine: `any(scopes = "read", scopes = "write")`,
/// `all(roles = "editor", roles = "author")`.
///
/// A string of `roles` or `acr` is one value. One that contains a space or a comma is written in a
/// list, `roles("Team Lead")`, because `roles = "editor author"` looks like two.
///
/// Inside `not(..)`, a list of scopes or claims does not compile, because it could be read in two
/// ways: write `not(any(..))` to deny tokens with any of them, or `not(all(..))` to deny only
/// those with all of them.
///
/// ```
/// #[oidc::required(not(any(claims(suspended = true), claims(banned = true))))]
/// async fn post() -> &'static str {
///     "posted"
/// }
/// ```
///
/// ## Claims
///
/// Values are strings, integers and booleans, and are compared for equality. A dot descends into an object; a quoted name is one
/// name, whatever it contains:
///
/// ```
/// #[oidc::required(claims(
///     realm_access.roles = "editor",
///     resource_access."my-api".roles = ["reader", "writer"],
///     "https://example.org/tenant" = "acme",
///     level = 3,
/// ))]
/// async fn edit() -> &'static str {
///     "edited"
/// }
/// ```
///
/// ## Checks
///
/// Rules that need code are functions: `fn(&Principal) -> bool`, or
/// `fn(&Principal, &RequestParts<'_>) -> bool` if they read the request, which may be an `async fn`.
/// They are called only with valid tokens; if they return `false`, the response is 403.
///
/// A check must not have side effects: it may be called more than once for a request, for example
/// where an asynchronous check follows it, and another check may still deny the request.
///
/// ```
/// use oidc::Principal;
///
/// fn employee(user: &Principal) -> bool {
///     user.email_verified() && user.email().is_some_and(|email| email.ends_with("@example.org"))
/// }
///
/// #[oidc::required(check = employee)]
/// async fn canteen() -> &'static str {
///     "the menu"
/// }
/// ```
///
/// Who owns what is requested is such a rule. `RequestParts::path_param` is the text that the
/// handler's `Path` has, and `RequestParts::state` the application's state: on axum the router's, on
/// actix-web what `app_data` has added.
///
/// ```
/// use axum::extract::{FromRef, Path};
/// use axum::{Router, routing::get};
/// use oidc::{Oidc, Principal, RequestParts};
///
/// #[derive(Clone)]
/// struct AppState {
///     oidc: Oidc,
///     orders: Orders,
/// }
///
/// impl FromRef<AppState> for Oidc {
///     fn from_ref(state: &AppState) -> Self {
///         state.oidc.clone()
///     }
/// }
///
/// #[derive(Clone)]
/// struct Orders(/* a connection pool */);
///
/// impl Orders {
///     async fn owner(&self, id: u64) -> Option<String> {
///         // Look it up.
///         # let _ = id;
///         # None
///     }
/// }
///
/// async fn owner(user: &Principal, request: &RequestParts<'_>) -> bool {
///     let id = request.path_param("id").and_then(|id| id.parse().ok());
///     let (Some(id), Some(state)) = (id, request.state::<AppState>()) else {
///         return false;
///     };
///     state.orders.owner(id).await.as_deref() == Some(user.subject())
/// }
///
/// #[oidc::required(any(check = owner, roles = "accountant"))]
/// async fn show(Path(id): Path<u64>) -> String {
///     format!("order {id}")
/// }
///
/// # fn app(state: AppState) -> Router {
/// Router::new().route("/orders/{id}", get(show)).with_state(state)
/// # }
/// ```
///
/// Both return `None` where there is no such parameter or state, so that a check that returns
/// `false` then denies the request, and the first time an event at ERROR names what is missing. A
/// layer around a router has neither. A check that compares parts of `RequestParts::path` has to
/// decode them: it is the path as the client sent it, where `/users/%61lice` is not
/// `/users/alice`.
///
/// # What the attribute does
///
/// It puts one argument in front of the handler's, a guard that decides before any other extractor
/// runs, and a line about who may call the handler at the end of its documentation. Body, return
/// type and other arguments stay as they are. A handler is an `async fn`, or a function whose
/// return type is a future. A handler takes up to 15 arguments of its own.
///
/// Write it **first**, above `#[get("/")]`, `#[tracing::instrument]`, `#[utoipa::path(..)]` and
/// `#[axum::debug_handler]`. The first three work in any order; a `debug_handler` above does not
/// compile, because it counts the arguments too early. No order loses the guard. Under
/// `#[cfg_attr(condition, oidc::required)]` the handler is unguarded where the condition does not hold.
///
/// In an `impl` block or a trait the attribute works without rules. Inline rules do not, because
/// their type cannot be put beside the function there: name them with [`macro@policy`] and write
/// `#[oidc::required(policy = Name)]`.
///
/// On actix-web, `FromRequest::from_request` of every extractor is called before any of them is
/// polled. For a request that the guard rejects, the others are made and dropped; those that do
/// their work at once, from headers, path or `app_data`, have done it. The body is withheld until
/// the guard has admitted the request. While the guard waits, for keys or for an asynchronous
/// `check`, an extractor that fails without the body answers first. Where none of that is
/// acceptable, guard the scope with a layer instead, which decides before there are extractors.
///
/// # Other settings
///
/// `crate = ::path` is where `oidc-guard` is, if not at `::oidc`; the path is absolute.
#[proc_macro_attribute]
pub fn required(args: TokenStream, item: TokenStream) -> TokenStream {
    guard::handler(Attribute::Required, args.into(), item.into()).into()
}

/// Lets every request through to the handler, which sees the user if there is one.
///
/// It takes the rules of [`macro@required`]: the handler's `Option<Principal>` is `Some` if the
/// request has a valid token that satisfies them, and `None` if it has no token, an invalid one, or
/// one that does not satisfy them.
///
/// ```
/// use oidc::Principal;
///
/// #[oidc::optional]
/// async fn home(user: Option<Principal>) -> String {
///     match user {
///         Some(user) => format!("Hello {}", user.subject()),
///         None => "Hello".to_owned(),
///     }
/// }
/// ```
///
/// With `invalid = "reject"` a token that does not verify is answered with 401, so that a client
/// whose token has expired notices:
///
/// ```
/// # use oidc::Principal;
/// #[oidc::optional(roles = "editor", invalid = "reject")]
/// async fn drafts(editor: Option<Principal>) -> String {
///     format!("with drafts: {}", editor.is_some())
/// }
/// ```
///
/// A token that is bound to a key (`cnf`) is answered with 401 in any case: its client believes that it
/// needs no proof.
#[proc_macro_attribute]
pub fn optional(args: TokenStream, item: TokenStream) -> TokenStream {
    guard::handler(Attribute::Optional, args.into(), item.into()).into()
}

/// Marks a route as public: every request reaches the handler, and the reason is recorded.
///
/// The reason is required, and the only argument besides `crate`. It is part of the handler's
/// documentation.
///
/// ```
/// #[oidc::public(reason = "the load balancer sends no credentials")]
/// async fn healthz() -> &'static str {
///     "ok"
/// }
/// ```
#[proc_macro_attribute]
pub fn public(args: TokenStream, item: TokenStream) -> TokenStream {
    guard::handler(Attribute::Public, args.into(), item.into()).into()
}

/// Gives rules a name, to be used on several handlers.
///
/// It takes the rules of [`macro@required`] and belongs on a unit struct, which it makes an
/// `oidc::Policy`.
///
/// ```
/// use oidc::Principal;
///
/// /// Who may read orders.
/// #[oidc::policy(scopes = "orders:read", not(claims(groups = "suspended")))]
/// pub struct Reader;
///
/// #[oidc::required(policy = Reader)]
/// async fn list() -> &'static str {
///     "orders"
/// }
///
/// #[oidc::required(policy = Reader, roles = "accountant", max_age = "15m")]
/// async fn refund() -> &'static str {
///     "refunded"
/// }
///
/// #[oidc::optional(policy = Reader)]
/// async fn home(reader: Option<Principal>) -> String {
///     format!("with orders: {}", reader.is_some())
/// }
/// ```
///
/// A named policy works where inline rules do not, in `impl` blocks and traits, and as a layer
/// around many routes at once. `policy = ..` takes nothing but a struct with this attribute: the
/// policy of a public or optional handler does not compile there.
#[proc_macro_attribute]
pub fn policy(args: TokenStream, item: TokenStream) -> TokenStream {
    guard::policy(args.into(), item.into()).into()
}

/// Reads the rules of an MCP server's tools, which stand beside each `#[tool]`.
///
/// Write it on the `impl` block of the tools, **above** the attribute of the MCP library. It adds a
/// function `tools()`, which returns the `oidc::Tools` that `Oidc::mcp` and `Oidc::mcp_layer` take:
///
/// ```
/// # use tracing::instrument as tool; // rmcp is not needed to compile this
/// # #[derive(Debug)]
/// # struct Notes;
/// #[oidc::tools]
/// # /*
/// #[tool_router]
/// # */
/// impl Notes {
///     /// Lists the notes.
///     #[tool]
///     #[oidc::required]
///     async fn list_notes(&self) -> String {
///         "all notes".to_owned()
///     }
///
///     /// Deletes a note.
///     #[tool(name = "delete_note")]
///     #[oidc::required(scopes = "notes:write", any(roles = "editor", claims(tier = "gold")))]
///     async fn delete(&self) -> String {
///         "deleted".to_owned()
///     }
/// }
///
/// let tools = Notes::tools();
/// assert_eq!(tools.names().collect::<Vec<_>>(), ["delete_note", "list_notes"]);
/// ```
///
/// Each tool needs `#[oidc::required]`, with or without [rules](macro@required#rules): a tool that
/// does not say who may call it does not compile. Its rules hold in addition to the server's base
/// policy; without rules, the base policy alone decides. `#[oidc::optional]` and `#[oidc::public]` do
/// not compile on a tool, because the base policy guards every request to the server.
///
/// A tool is a function with an attribute whose path ends in `tool`. Its name is the string in
/// `#[tool(name = "..")]`, or else that of the function. Functions without `#[tool]` are left alone,
/// and so is all of a tool but `#[oidc::required]`: the attribute adds neither an argument nor
/// documentation, which MCP libraries show to models as the description. What `tools()` returns is
/// listed, with the rules, in the documentation of `tools()`.
///
/// A `#[cfg(..)]` on a tool is heeded. Tools that a macro inside of the block writes are not seen, and
/// neither are attributes under `#[cfg_attr]`. A tool that is not listed is not run.
///
/// The rules hold where the server is given what `tools()` returns; rustc warns if nobody calls the
/// function of a private type. It is as visible as the type.
///
/// # Other settings
///
/// `fn = name` is what `tools()` is called instead. `crate = ::path` is where `oidc-guard` is, if not
/// at `::oidc`; tools do not repeat it.
#[proc_macro_attribute]
pub fn tools(args: TokenStream, item: TokenStream) -> TokenStream {
    tools::tools(args.into(), item.into()).into()
}

/// What `oidc::routes!` expands to; the crate's path comes first.
#[doc(hidden)]
#[proc_macro]
pub fn __routes(input: TokenStream) -> TokenStream {
    routes::routes(input.into()).into()
}

/// What `oidc::scopes!` expands to; the crate's path comes first.
#[doc(hidden)]
#[proc_macro]
pub fn __scopes(input: TokenStream) -> TokenStream {
    scopes::scopes(input.into()).into()
}

/// What a registry of scopes expands to for a name that is not registered.
#[doc(hidden)]
#[proc_macro]
pub fn __unregistered_scope(input: TokenStream) -> TokenStream {
    scopes::unregistered(input.into()).into()
}
