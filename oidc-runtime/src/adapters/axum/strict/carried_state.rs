//! Passes the state through services, which have none, to the routes behind them.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use ::axum::extract::{MatchedPath, Request};
use ::axum::handler::Handler;
use ::axum::response::Response;
use ::axum::routing::MethodRouter;
use ::axum::routing::future::RouteFuture;
use tower_service::Service;

/// The state as an extension of the request.
#[derive(Clone)]
struct Carried<S>(S);

/// A handler that passes its requests to a router without state.
#[derive(Clone)]
pub(super) struct CarriesState(pub(super) ::axum::Router);

impl<S> Handler<(), S> for CarriesState
where
    S: Clone + Send + Sync + 'static,
{
    type Future = Pin<Box<dyn Future<Output = Response> + Send>>;

    fn call(mut self, mut request: Request, state: S) -> Self::Future {
        let extensions = request.extensions_mut();
        extensions.insert(Carried(state));
        // An unknown path matches nothing, even if a router around this one has matched it.
        extensions.remove::<MatchedPath>();
        let response = self.0.call(request);
        Box::pin(async move {
            let Ok(response) = response.await;
            response
        })
    }
}

/// A service below [`CarriesState`].
#[derive(Clone)]
pub(super) struct TakesState<S>(pub(super) MethodRouter<S>);

impl<S> Service<Request> for TakesState<S>
where
    S: Clone + Send + Sync + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = RouteFuture<Infallible>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let extensions = request.extensions_mut();
        extensions.remove::<MatchedPath>();
        let carried = extensions.remove();
        let Some(Carried(state)) = carried else {
            unreachable!("`CarriesState` inserts the state into every request");
        };
        Service::call(&mut self.0.clone().with_state::<()>(state), request)
    }
}
