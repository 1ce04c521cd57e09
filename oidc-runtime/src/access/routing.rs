//! Which of the routes of an application gets a request.

use std::cmp::Reverse;

use super::extent::Extent;
use super::framework::Framework;
use super::pattern::pattern;
use super::shape::Shape;

/// The routes of an application, as its router tells them apart.
pub(super) struct Table<'r> {
    framework: Framework,
    /// On actix-web in the order of registration.
    routes: Vec<Route<'r>>,
}

struct Route<'r> {
    method: &'r str,
    place: Place,
}

/// Where a router finds a route.
#[derive(PartialEq)]
pub(super) struct Place {
    /// The path without the names of its parameters.
    pattern: String,
    extent: Extent,
    shape: Shape,
}

/// Where requests of one method may end up.
pub(super) struct Candidate<'t> {
    pub(super) place: &'t Place,
    /// The route that serves them; a path of axum may be there without this method.
    pub(super) route: Option<usize>,
    turn: Turn,
}

/// Of two candidates for a request, the one with the smaller turn gets it.
#[derive(PartialEq, PartialOrd)]
enum Turn {
    Specificity(bool, Vec<(u8, Reverse<usize>)>),
    Position(usize),
}

impl<'r> Table<'r> {
    /// The routes are given by method, path and extent.
    pub(super) fn new(
        framework: Framework,
        routes: impl Iterator<Item = (&'r str, &'r str, Extent)>,
    ) -> Self {
        let routes = routes.map(|(method, path, extent)| Route {
            method,
            place: Place {
                pattern: pattern(path),
                extent,
                shape: Shape::of(path, extent),
            },
        });
        Self {
            framework,
            routes: routes.collect(),
        }
    }

    /// Everything that may get a request of the method.
    pub(super) fn candidates(&self, method: &str) -> Vec<Candidate<'_>> {
        match self.framework {
            Framework::Axum => self.paths(method),
            Framework::ActixWeb => self.turns(method),
        }
    }

    /// axum chooses a path, and then the method's route there.
    fn paths(&self, method: &str) -> Vec<Candidate<'_>> {
        let mut candidates: Vec<Candidate<'_>> = Vec::new();
        for Route { place, .. } in &self.routes {
            if candidates.iter().all(|known| known.place != place) {
                let is_fallback = place.extent == Extent::Fallback;
                candidates.push(Candidate {
                    place,
                    route: self.serving(place, method),
                    turn: Turn::Specificity(is_fallback, place.shape.specificity()),
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

    /// actix-web asks one route after the other.
    fn turns(&self, method: &str) -> Vec<Candidate<'_>> {
        let routes = self.routes.iter().enumerate();
        let serves = |route: &Route<'_>| self.framework.serving(&[route.method], method).is_some();
        let serving = routes.filter(|(_, route)| serves(route));
        let candidates = serving.map(|(index, Route { place, .. })| Candidate {
            place,
            route: Some(index),
            turn: Turn::Position(index),
        });
        candidates.collect()
    }
}

impl Place {
    /// Whether a path may match both.
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        self.shape.overlaps(&other.shape)
    }

    /// Whether every path that matches both others is known to match this, too.
    fn covers(&self, one: &Self, other: &Self) -> bool {
        self == one || self == other || self.shape.covers(&one.shape, &other.shape)
    }
}

impl Candidate<'_> {
    /// Whether another candidate is known to get whatever matches both this place and that one.
    pub(super) fn never_serves(&self, that: &Place, candidates: &[Self]) -> bool {
        let ahead = |candidate: &&Self| candidate.turn < self.turn;
        let mut ahead = candidates.iter().filter(ahead);
        ahead.any(|candidate| candidate.place.covers(self.place, that))
    }
}
