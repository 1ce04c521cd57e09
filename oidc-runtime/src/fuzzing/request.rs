//! A request without a framework.

use std::marker::PhantomData;
use std::sync::Arc;

use crate::client::Oidc;
use crate::gate::{Outcome, OutcomeStore};
use crate::request::{Authorization, Carried, Fields, Head, PathParam, RequestParts};

pub(super) struct Request {
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    pub(super) fields: Vec<(&'static str, Vec<u8>)>,
}

impl Head for Request {
    fn method(&self) -> &str {
        self.method
    }

    fn path(&self) -> &str {
        self.path
    }

    fn query(&self) -> Option<&str> {
        None
    }

    fn authority(&self) -> Option<&str> {
        None
    }

    fn fields<'h>(&'h self, name: &str) -> Fields<'h> {
        let name = name.to_owned();
        let named = self.fields.iter().filter(move |(key, _)| *key == name);
        Fields::new(named.map(|(_, value)| value.as_slice()))
    }

    fn authorization(&self) -> Authorization<'_> {
        Authorization::of(self.fields("authorization"))
    }

    fn path_param(&self, _: &str) -> PathParam {
        PathParam::Missing
    }

    fn carried(&self) -> Carried<'_> {
        Carried::Nothing(PhantomData)
    }
}

/// Keeps nothing: there is one who asks.
impl OutcomeStore for Request {
    fn parts(&self) -> RequestParts<'_> {
        RequestParts::new(self)
    }

    fn cached(&self, _: &Oidc) -> Option<Arc<Outcome>> {
        None
    }

    fn cache(&mut self, _: Arc<Outcome>) {}
}
