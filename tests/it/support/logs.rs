//! What an application logs while a test listens.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Dispatch, Event, Level, Metadata, Subscriber, dispatcher};
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::registry::Registry;
use tracing_subscriber::util::SubscriberInitExt as _;

/// While `tracing` knows a single subscriber, an event that is first met on a thread without it is
/// switched off for all threads. So there is always a second one.
static SECOND: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(Registry::default()));

/// Everything at every level, of `tracing` and of `log`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Logs(Arc<Mutex<Vec<Line>>>);

/// An event, or the fields of a span.
#[derive(Clone, Debug, Default)]
pub(crate) struct Line {
    pub(crate) target: String,
    /// None for values that a span gets later.
    pub(crate) level: Option<Level>,
    fields: BTreeMap<&'static str, String>,
}

impl Logs {
    /// Listens to what is logged by `work`, and by the servers that it starts.
    pub(crate) fn listen<T>(&self, work: impl FnOnce() -> T) -> T {
        LazyLock::force(&SECOND);
        let subscriber = Registry::default().with(Layer(self.clone()));
        // What goes through the `log` facade comes to `tracing` from now on.
        drop(Registry::default().set_default());
        dispatcher::with_default(&Dispatch::new(subscriber), work)
    }

    /// Everything since the last call.
    pub(crate) fn take(&self) -> Vec<Line> {
        std::mem::take(&mut *self.lines())
    }

    fn lines(&self) -> MutexGuard<'_, Vec<Line>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, metadata: &Metadata<'_>, record: impl FnOnce(&mut Line)) {
        let mut line = Line {
            target: metadata.target().to_owned(),
            level: Some(*metadata.level()),
            ..Line::default()
        };
        record(&mut line);
        if let Some(target) = line.fields.remove("log.target") {
            line.target = target;
        }
        self.lines().push(line);
    }
}

impl Line {
    /// The value of a field, as it is printed.
    pub(crate) fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.target)?;
        for (name, value) in &self.fields {
            write!(f, " {name}={value}")?;
        }
        Ok(())
    }
}

impl Visit for Line {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.fields.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.fields.insert(field.name(), format!("{value:?}"));
    }
}

struct Layer(Logs);

impl<S: Subscriber> tracing_subscriber::Layer<S> for Layer {
    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        self.0
            .add(attributes.metadata(), |line| attributes.record(line));
    }

    fn on_record(&self, _: &Id, values: &Record<'_>, _: Context<'_, S>) {
        let mut line = Line::default();
        values.record(&mut line);
        self.0.lines().push(line);
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        self.0.add(event.metadata(), |line| event.record(line));
    }
}
