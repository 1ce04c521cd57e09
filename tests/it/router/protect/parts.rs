//! Random applications: routers in routers, with guards at any place.

use super::handlers::HANDLERS;
use super::without_braces;
use crate::support::servers::Framework;

/// The policy of a guard around a part of an application.
#[derive(Clone, Copy, Debug)]
pub(super) enum Layer {
    Reader,
    Writer,
}

/// A path with a handler for `GET` and one for `POST`.
#[derive(Clone, Debug)]
pub(super) struct Resource {
    pub(super) path: String,
    pub(super) get: usize,
    pub(super) post: usize,
    /// A guard of its own, registered between the handlers.
    pub(super) layer: Option<Layer>,
}

/// One call of a method of a router.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Route(Resource),
    Protect(Layer),
    Nest(String, Part),
    /// On axum only.
    Merge(Part),
    Fallback(usize),
    Service(String),
    /// An ordinary layer.
    Layer,
    /// On axum only.
    ResetFallback,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    pub(super) steps: Vec<Step>,
}

/// Knuth's MMIX generator, of which the upper bits are sufficiently random.
pub(super) struct Dice(u64);

impl Default for Dice {
    fn default() -> Self {
        Self(2027)
    }
}

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % limit
    }

    fn one_in(&mut self, chances: usize) -> bool {
        self.below(chances) == 0
    }

    fn layer(&mut self) -> Layer {
        if self.one_in(2) {
            Layer::Reader
        } else {
            Layer::Writer
        }
    }
}

/// Gives every path and every handler once.
struct Generator<'d> {
    framework: Framework,
    dice: &'d mut Dice,
    names: usize,
    handlers: usize,
}

impl Generator<'_> {
    fn name(&mut self) -> String {
        self.names += 1;
        format!("/p{}", self.names)
    }

    fn prefix(&mut self) -> String {
        let name = self.name();
        match self.dice.below(8) {
            0 => format!("/{{v{}}}{name}", self.names),
            1 => format!("{name}/{{v{}}}", self.names),
            _ => name,
        }
    }

    /// The handlers differ in their attributes.
    fn handler(&mut self) -> Option<usize> {
        let skipped = self.dice.below(3);
        self.handlers += 1 + skipped;
        (self.handlers <= HANDLERS).then(|| self.handlers - 1)
    }

    fn part(&mut self, depth: usize, may_fall_back: bool) -> Part {
        let mut steps = Vec::new();
        for _ in 0..2 + self.dice.below(4) {
            steps.extend(self.step(depth, may_fall_back));
        }
        if self.framework == Framework::Actix {
            keep_one_layer(&mut steps);
        }
        Part { steps }
    }

    fn step(&mut self, depth: usize, may_fall_back: bool) -> Option<Step> {
        let is_axum = self.framework == Framework::Axum;
        Some(match self.dice.below(12) {
            0..=2 => Step::Route(Resource {
                path: self.name(),
                get: self.handler()?,
                post: self.handler()?,
                layer: self.dice.one_in(3).then(|| self.dice.layer()),
            }),
            3 | 4 => Step::Protect(self.dice.layer()),
            5..=7 if depth > 0 => Step::Nest(self.prefix(), self.part(depth - 1, true)),
            8 if depth > 0 && is_axum => Step::Merge(self.part(depth - 1, false)),
            9 if may_fall_back => Step::Fallback(self.handler()?),
            10 => Step::Service(self.name()),
            11 if is_axum && self.dice.one_in(3) => Step::ResetFallback,
            11 if is_axum => Step::Layer,
            _ => return None,
        })
    }
}

/// Each guard changes the type of a scope of actix-web.
fn keep_one_layer(steps: &mut Vec<Step>) {
    let mut is_first = true;
    steps.retain(|step| !matches!(step, Step::Protect(_)) || std::mem::take(&mut is_first));
}

impl Part {
    pub(super) fn random(framework: Framework, dice: &mut Dice) -> Self {
        let mut generator = Generator {
            framework,
            dice,
            names: 0,
            handlers: 0,
        };
        generator.part(3, true)
    }

    /// Requests for every route, and for unknown paths.
    pub(super) fn requests(&self) -> Vec<(&'static str, String)> {
        let mut paths = vec!["/".to_owned()];
        self.paths("", &mut paths);
        let requests = paths
            .into_iter()
            .map(|path| without_braces(&path))
            .flat_map(|path| ["GET", "POST", "PUT"].map(|method| (method, path.clone())));
        requests.collect()
    }

    fn paths(&self, prefix: &str, paths: &mut Vec<String>) {
        paths.push(format!("{prefix}/unknown"));
        for step in &self.steps {
            match step {
                Step::Route(resource) => {
                    let path = format!("{prefix}{}", resource.path);
                    paths.extend([format!("{path}/unknown"), path]);
                }
                Step::Nest(path, part) => {
                    let prefix = format!("{prefix}{path}");
                    part.paths(&prefix, paths);
                    paths.extend([format!("{prefix}/"), prefix]);
                }
                Step::Merge(part) => part.paths(prefix, paths),
                Step::Service(path) => paths.push(format!("{prefix}{path}/below")),
                Step::Protect(_) | Step::Fallback(_) | Step::Layer | Step::ResetFallback => {}
            }
        }
    }
}
