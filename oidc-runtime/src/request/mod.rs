//! What the library sees of a request, whatever the framework.

mod carried;
mod field;
mod fields;
mod loggable;
mod missing;

use std::fmt;
use std::marker::PhantomData;

pub(crate) use carried::Carried;
pub(crate) use field::Field;
pub(crate) use fields::Fields;
pub(crate) use loggable::loggable;

/// The head of a request, borrowed from the framework. The body is never part of it.
#[derive(Clone, Copy)]
pub struct RequestParts<'r>(&'r (dyn Head + Sync));

/// The head of a framework's request.
pub(crate) trait Head {
    fn method(&self) -> &str;
    fn path(&self) -> &str;
    fn query(&self) -> Option<&str>;

    /// Of the request target (RFC 9112 §3.2.2), or `:authority` (RFC 9113 §8.3.1).
    fn authority(&self) -> Option<&str>;

    /// All header fields of this name, which is given in lower case.
    fn fields<'h>(&'h self, name: &str) -> Fields<'h>;

    /// The `Authorization` field: most requests have one, so this must not allocate.
    fn authorization(&self) -> Authorization<'_>;

    /// A parameter of the matched route, decoded as the framework's own extractor does it.
    fn path_param(&self, name: &str) -> PathParam;

    fn carried(&self) -> Carried<'_>;
}

/// A parameter of the matched route.
pub(crate) enum PathParam {
    Text(String),
    /// What was sent is not UTF-8.
    NotText,
    /// The route has no such parameter, or is not known here.
    Missing,
    /// Several routes around each other have a parameter of this name. Frameworks, and extractors
    /// of one framework, disagree about which of them it means.
    Repeated,
}

impl PathParam {
    /// `named` are the parameters of this name.
    pub(crate) fn of(mut named: impl Iterator<Item = String>) -> Self {
        match (named.next(), named.next()) {
            (None, _) => Self::Missing,
            (Some(text), None) => Self::Text(text),
            (Some(_), Some(_)) => Self::Repeated,
        }
    }
}

/// The `Authorization` fields of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Authorization<'h> {
    None,
    One(&'h [u8]),
    Several,
}

impl<'h> Authorization<'h> {
    pub(crate) fn of(mut fields: impl Iterator<Item = &'h [u8]>) -> Self {
        match (fields.next(), fields.next()) {
            (None, _) => Self::None,
            (Some(field), None) => Self::One(field),
            (Some(_), Some(_)) => Self::Several,
        }
    }
}

impl<'r> RequestParts<'r> {
    pub(crate) fn new(head: &'r (dyn Head + Sync)) -> Self {
        Self(head)
    }

    /// The method, such as `GET`.
    ///
    /// ```
    /// use oidc::{Principal, RequestParts};
    ///
    /// fn only_reads(_: &Principal, request: &RequestParts<'_>) -> bool {
    ///     matches!(request.method(), "GET" | "HEAD")
    /// }
    ///
    /// #[oidc::required(any(scopes = "write", check = only_reads))]
    /// async fn orders() {}
    /// ```
    #[must_use]
    pub fn method(&self) -> &str {
        self.0.method()
    }

    /// The path as sent, percent-encoded. The arguments that a framework takes from a path are
    /// decoded, so take a single parameter from [`path_param`](Self::path_param).
    ///
    /// ```
    /// use oidc::{Principal, RequestParts};
    ///
    /// fn is_published(_: &Principal, request: &RequestParts<'_>) -> bool {
    ///     request.path().starts_with("/published/")
    /// }
    ///
    /// #[oidc::required(any(roles = "editor", check = is_published))]
    /// async fn article() {}
    /// ```
    #[must_use]
    pub fn path(&self) -> &str {
        self.0.path()
    }

    /// The query as sent, percent-encoded and without the question mark. Decode it before you compare
    /// it with other text: `a=%62` means `a=b`.
    ///
    /// ```
    /// use oidc::{Principal, RequestParts};
    ///
    /// fn is_plain_list(_: &Principal, request: &RequestParts<'_>) -> bool {
    ///     request.query().is_none()
    /// }
    ///
    /// #[oidc::required(any(roles = "accounting", check = is_plain_list))]
    /// async fn orders() {}
    /// ```
    #[must_use]
    pub fn query(&self) -> Option<&str> {
        self.0.query()
    }

    /// The first header field of this name. Names are not case-sensitive (RFC 9110 §5.1).
    ///
    /// ```
    /// use oidc::{Principal, RequestParts};
    ///
    /// fn same_tenant(user: &Principal, request: &RequestParts<'_>) -> bool {
    ///     let tenant = user.claims().get("tenant").and_then(|tenant| tenant.as_str());
    ///     tenant.is_some() && request.header("x-tenant") == tenant.map(str::as_bytes)
    /// }
    ///
    /// #[oidc::required(check = same_tenant)]
    /// async fn orders() {}
    /// ```
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        self.fields(&name.to_ascii_lowercase()).next()
    }

    /// A parameter of the matched route, such as `id` of `/orders/{id}`, percent-decoded: the text
    /// that the handler gets from `Path<String>` of its framework. The parameters of outer routes
    /// and scopes are included.
    ///
    /// `None` if the request's text is not UTF-8 (on actix-web also if it contains U+FFFD), if routes
    /// around each other have several parameters of this name, or if there is none: the route does
    /// not have it, or a layer or middleware around the router calls this before the route is known.
    /// The first time that a parameter is missing or repeated, an event at ERROR names it. The guard of
    /// a scope on actix-web sees only the parameters of the scopes around it and its own.
    ///
    /// Let a check return `false` for `None`, and do not negate it: `not(check = ..)` would admit the
    /// request.
    ///
    /// ```
    /// use oidc::{Principal, RequestParts};
    ///
    /// // For `/users/{user}`.
    /// fn is_self(user: &Principal, request: &RequestParts<'_>) -> bool {
    ///     request.path_param("user").as_deref() == Some(user.subject())
    /// }
    ///
    /// #[oidc::required(check = is_self)]
    /// async fn profile() -> &'static str {
    ///     "your profile"
    /// }
    /// ```
    #[must_use]
    pub fn path_param(&self, name: &str) -> Option<String> {
        match self.0.path_param(name) {
            PathParam::Text(text) => Some(text),
            PathParam::NotText => None,
            PathParam::Missing => {
                missing::parameter(name);
                None
            }
            PathParam::Repeated => {
                missing::only_parameter(name);
                None
            }
        }
    }

    /// The application's state. On axum: the state of the router, of exactly the type that
    /// `with_state` gets, not a part of it. On actix-web: what `app_data(value)` or
    /// `app_data(web::Data::new(value))` has added, in this order.
    ///
    /// `None` if there is none of this type. axum's layers have no state. The first time that a state
    /// of a type is missing, an event at ERROR names it.
    ///
    /// ```
    /// use std::collections::HashMap;
    /// use std::sync::Arc;
    ///
    /// use axum::extract::FromRef;
    /// use oidc::{Oidc, Principal, RequestParts};
    ///
    /// #[derive(Clone)]
    /// struct AppState {
    ///     oidc: Oidc,
    ///     owners: Arc<HashMap<u64, String>>,
    /// }
    ///
    /// impl FromRef<AppState> for Oidc {
    ///     fn from_ref(state: &AppState) -> Self {
    ///         state.oidc.clone()
    ///     }
    /// }
    ///
    /// fn is_owner(user: &Principal, request: &RequestParts<'_>) -> bool {
    ///     let id = request.path_param("id").and_then(|id| id.parse().ok());
    ///     let (Some(id), Some(state)) = (id, request.state::<AppState>()) else {
    ///         return false;
    ///     };
    ///     let owner: Option<&String> = state.owners.get::<u64>(&id);
    ///     owner.is_some_and(|owner| owner == user.subject())
    /// }
    ///
    /// #[oidc::required(check = is_owner)]
    /// async fn show() -> &'static str {
    ///     "your order"
    /// }
    ///
    /// # fn app(state: AppState) -> axum::Router {
    /// axum::Router::new().route("/orders/{id}", axum::routing::get(show)).with_state(state)
    /// # }
    /// ```
    #[must_use]
    pub fn state<T: 'static>(&self) -> Option<&T> {
        let state = self.0.carried().state();
        if state.is_none() {
            missing::state::<T>();
        }
        state
    }

    /// A copy of a request extension, such as a middleware or axum's `Extension` layer has added.
    #[must_use]
    pub fn extension<T: Clone + Send + Sync + 'static>(&self) -> Option<T> {
        self.0.carried().extension()
    }

    /// The authority of the request target.
    pub(crate) fn authority(&self) -> Option<&'r str> {
        self.0.authority()
    }

    /// All header fields of this name, which is given in lower case.
    pub(crate) fn fields(&self, name: &str) -> Fields<'r> {
        self.0.fields(name)
    }

    pub(crate) fn authorization(&self) -> Authorization<'r> {
        self.0.authorization()
    }
}

/// Stands for the request of a token that did not come in one: has nothing.
pub(crate) struct NoRequest;

impl Head for NoRequest {
    fn method(&self) -> &'static str {
        ""
    }

    fn path(&self) -> &'static str {
        ""
    }

    fn query(&self) -> Option<&str> {
        None
    }

    fn authority(&self) -> Option<&str> {
        None
    }

    fn fields<'h>(&'h self, _: &str) -> Fields<'h> {
        Fields::default()
    }

    fn authorization(&self) -> Authorization<'_> {
        Authorization::None
    }

    fn path_param(&self, _: &str) -> PathParam {
        PathParam::Missing
    }

    fn carried(&self) -> Carried<'_> {
        Carried::Nothing(PhantomData)
    }
}

impl fmt::Debug for RequestParts<'_> {
    /// Without query and header fields, which carry secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestParts")
            .field("method", &self.method())
            .field("path", &self.path())
            .finish_non_exhaustive()
    }
}
