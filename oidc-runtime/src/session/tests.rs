//! A request for the tests of this module.

use std::marker::PhantomData;

use crate::request::{Authorization, Carried, Fields, Head, PathParam, RequestParts};

#[derive(Clone)]
pub(super) struct Request {
    pub(super) method: &'static str,
    pub(super) target: &'static str,
    pub(super) fields: Vec<(&'static str, &'static str)>,
}

impl Request {
    pub(super) fn new(method: &'static str, fields: &[(&'static str, &'static str)]) -> Self {
        Self {
            method,
            target: "/orders?page=2",
            fields: fields.to_vec(),
        }
    }

    pub(super) fn parts(&self) -> RequestParts<'_> {
        RequestParts::new(self)
    }

    fn split(&self) -> (&str, Option<&str>) {
        match self.target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (self.target, None),
        }
    }
}

impl Head for Request {
    fn method(&self) -> &str {
        self.method
    }

    fn path(&self) -> &str {
        self.split().0
    }

    fn query(&self) -> Option<&str> {
        self.split().1
    }

    fn authority(&self) -> Option<&str> {
        None
    }

    fn fields<'h>(&'h self, name: &str) -> Fields<'h> {
        let name = name.to_owned();
        let named = self.fields.iter().filter(move |(key, _)| *key == name);
        Fields::new(named.map(|(_, value)| value.as_bytes()))
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
