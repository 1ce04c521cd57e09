//! Which route of an application serves a request.

use std::cmp::Reverse;

use super::extent::Extent;
use super::framework::Framework;
use super::pattern::pattern;
use super::shape::Shape;

/// The routes of an application, as its router distinguishes them.
pub(super) struct Table<'r> {
    framework: Framework,
    /// On actix-web in the order of registration.
    routes: Vec<Route<'r>>,
}

struct Route<'r> {
    method: &'r str,
    place: Place,
}

/// The path of a route, as a router matches it.
#[derive(PartialEq)]
pub(super) struct Place {
    /// The path without the names of its parameters.
    pattern: String,
    extent: Extent,
    shape: Shape,
}

/// A place that may serve requests of one method.
pub(super) struct Candidate<'t> {
    pub(super) place: &'t Place,
    /// The route that serves them. On axum, a path may have no route for the method; it responds
    /// 405.
    pub(super) route: Option<usize>,
    precedence: Precedence,
}

/// Of two candidates for a request, the one with the smaller value serves it.
#[derive(PartialEq, PartialOrd)]
enum Precedence {
    Specificity(bool, Vec<(u8, Reverse<usize>)>),
    Position(usize),
}

impl<'r> Table<'r> {
    /// Takes the method, path and extent of each route.
    pub(super) fn new(
        framework: Framework,
        routes: impl Iterator<Item = (&'r str, &'r str, Extent)>,
    ) -> Self {
        let routes = routes.map(|(method, path, extent)| Route {
            method,
            place: Place::of(path, extent),
        });
        Self {
            framework,
            routes: routes.collect(),
        }
    }

    /// Every candidate for requests of the method.
    pub(super) fn candidates(&self, method: &str) -> Vec<Candidate<'_>> {
        match self.framework {
            Framework::Axum => self.axum_candidates(method),
            Framework::ActixWeb => self.actix_candidates(method),
        }
    }

    /// axum chooses a path first, and then the route of the method there.
    fn axum_candidates(&self, method: &str) -> Vec<Candidate<'_>> {
        let mut candidates: Vec<Candidate<'_>> = Vec::new();
        for Route { place, .. } in &self.routes {
            if candidates.iter().all(|known| known.place != place) {
                let is_fallback = place.extent == Extent::Fallback;
                candidates.push(Candidate {
                    place,
                    route: self.serving(place, method),
                    precedence: Precedence::Specificity(is_fallback, place.shape.specificity()),
                });
            }
        }
        candidates
    }

    fn serving(&self, place: &Place, method: &str) -> Option<usize> {
        let routes = self.routes.iter().enumerate();
        let here = routes.filter(|(_, route)| route.place == *place);
        let (indices, methods): (Vec<_>, Vec<_>) =
            here.map(|(index, route)| (index, route.method)).unzip();
        indices
            .get(self.framework.serving(&methods, method)?)
            .copied()
    }

    /// actix-web tries the routes in the order of registration.
    fn actix_candidates(&self, method: &str) -> Vec<Candidate<'_>> {
        let routes = self.routes.iter().enumerate();
        let serves = |route: &Route<'_>| self.framework.serving(&[route.method], method).is_some();
        let serving = routes.filter(|(_, route)| serves(route));
        let candidates = serving.map(|(index, Route { place, .. })| Candidate {
            place,
            route: Some(index),
            precedence: Precedence::Position(index),
        });
        candidates.collect()
    }
}

impl Place {
    pub(super) fn of(path: &str, extent: Extent) -> Self {
        Self {
            pattern: pattern(path),
            extent,
            shape: Shape::of(path, extent),
        }
    }

    /// Whether a path may match both.
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        self.shape.overlaps(&other.shape)
    }

    /// Whether every path that matches both `one` and `other` is known to match this place as well.
    fn covers(&self, one: &Self, other: &Self) -> bool {
        self == one || self == other || self.shape.covers(&one.shape, &other.shape)
    }
}

impl Candidate<'_> {
    /// Whether another candidate is known to serve every request that matches both this place and
    /// `that`.
    pub(super) fn never_serves(&self, that: &Place, candidates: &[Self]) -> bool {
        let ahead = |candidate: &&Self| candidate.precedence < self.precedence;
        let mut ahead = candidates.iter().filter(ahead);
        ahead.any(|candidate| candidate.place.covers(self.place, that))
    }
}
