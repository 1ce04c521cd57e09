//! Random applications as tables of routes.

use crate::support::servers::Framework;

/// The handlers, each as strict as those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Guard {
    Open,
    Maybe,
    MaybeValid,
    User,
    Reader,
    Editor,
}

const GUARDS: [Guard; 6] = [
    Guard::Open,
    Guard::Maybe,
    Guard::MaybeValid,
    Guard::User,
    Guard::Reader,
    Guard::Editor,
];

const METHODS: [&str; 4] = ["GET", "HEAD", "POST", "ANY"];

#[derive(Clone, Copy, Debug)]
pub(super) struct Route {
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    pub(super) guard: Guard,
    /// On actix-web, whether it shares a resource with the previous route, if that has the same
    /// path.
    pub(super) is_joined: bool,
}

/// An application: routes, and more of them in a part of its own at `/a`.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    pub(super) routes: Vec<Route>,
    pub(super) nested: Vec<Route>,
    pub(super) fallback: Option<Guard>,
    pub(super) nested_fallback: Option<Guard>,
    /// Whether a layer guards the part at `/a`.
    pub(super) is_protected: bool,
    /// Whether there is an open service at `/s`.
    pub(super) has_service: bool,
}

/// Paths of axum do not conflict with each other.
fn paths(framework: Framework) -> &'static [&'static str] {
    match framework {
        Framework::Axum => &[
            "/",
            "/b",
            "/b/c",
            "/{x}",
            "/{x}/c",
            "/{x}/{y}",
            "/b/{*rest}",
            "/b-{x}",
        ],
        Framework::Actix => &[
            "/",
            "/a",
            "/b",
            "/b/c",
            "/{x}",
            "/{x}/{y}",
            "/{x:[a-b]+}",
            "/{x:.+}",
            "/{tail}*",
            "/b{tail}*",
        ],
    }
}

fn nested_paths(framework: Framework) -> &'static [&'static str] {
    match framework {
        Framework::Axum => &["/", "/b", "/{y}", "/b/{*rest}"],
        Framework::Actix => &["", "/b", "/{y}", "/{tail}*"],
    }
}

/// Knuth's MMIX generator, of which the upper bits are sufficiently random.
pub(super) struct Dice(u64);

impl Default for Dice {
    fn default() -> Self {
        Self(2026)
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

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    fn one_in(&mut self, chances: usize) -> bool {
        self.below(chances) == 0
    }
}

impl Route {
    fn random(paths: &[&'static str], dice: &mut Dice) -> Self {
        Self {
            method: dice.pick(&METHODS),
            path: dice.pick(paths),
            guard: dice.pick(&GUARDS),
            is_joined: dice.one_in(2),
        }
    }
}

impl Table {
    pub(super) fn random(framework: Framework, dice: &mut Dice) -> Self {
        let mut table = Self::default();
        for _ in 0..30 {
            table = table.changed(framework, dice);
        }
        table
    }

    /// The application after one change of any kind.
    pub(super) fn changed(&self, framework: Framework, dice: &mut Dice) -> Self {
        let mut table = self.clone();
        let (routes, paths) = if dice.one_in(3) {
            (&mut table.nested, nested_paths(framework))
        } else {
            (&mut table.routes, paths(framework))
        };
        let fallback = Some(dice.pick(&GUARDS)).filter(|_| dice.one_in(2));
        match dice.below(12) {
            0 => table.fallback = fallback,
            1 => table.nested_fallback = fallback,
            2 => table.is_protected ^= true,
            3 => table.has_service ^= true,
            4..=6 if routes.len() < 6 => {
                let place = dice.below(routes.len() + 1);
                routes.insert(place, Route::random(paths, dice));
            }
            _ if routes.is_empty() => {}
            7 | 8 => {
                routes.remove(dice.below(routes.len()));
            }
            9 => {
                let (one, other) = (dice.below(routes.len()), dice.below(routes.len()));
                routes.swap(one, other);
            }
            10 => {
                let place = dice.below(routes.len());
                routes[place].path = dice.pick(paths);
            }
            _ => {
                let place = dice.below(routes.len());
                routes[place].guard = dice.pick(&GUARDS);
            }
        }
        table
    }

    /// The application with some of its guards replaced by stricter ones.
    pub(super) fn stricter(&self, dice: &mut Dice) -> Self {
        let mut table = self.clone();
        let routes = table.routes.iter_mut().chain(&mut table.nested);
        let guards = routes.map(|route| &mut route.guard);
        let fallbacks = table.fallback.iter_mut().chain(&mut table.nested_fallback);
        for guard in guards.chain(fallbacks) {
            if dice.one_in(4) {
                *guard = dice.pick(&GUARDS).max(*guard);
            }
        }
        table
    }
}
