//! Which paths a pattern matches, as far as that is decidable for both frameworks.

use std::cmp::Reverse;
use std::iter::zip;

use super::extent::Extent;
use super::pattern::{Part, parts, pattern};

/// The paths that a pattern matches, segment by segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    segments: Vec<Segment>,
    tail: Tail,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    Literal(String),
    /// Any text that is not empty.
    Any,
    /// A subset of the texts with this start and end. Equal `text` means the same subset.
    Like {
        start: String,
        end: String,
        text: String,
    },
}

/// What may follow the segments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tail {
    Nothing,
    /// Some further segments, or none, depending on the text of the last segment.
    Something,
    /// Any further segments, at least one.
    Below,
    /// Any further segments, or none.
    Everything,
}

impl Shape {
    pub(super) fn of(path: &str, extent: Extent) -> Self {
        let path = path.strip_prefix('/').unwrap_or(path);
        let rest = match extent {
            Extent::Pattern => Tail::Below,
            Extent::Prefix | Extent::Fallback => Tail::Everything,
        };
        let mut builder = Builder::default();
        let mut parts = parts(path).into_iter().peekable();
        while let Some(part) = parts.next() {
            let followed_by = parts.peek();
            match part {
                // actix-web drops this text; axum matches it literally, with the star.
                Part::Text(text) if followed_by.is_none() && text.ends_with('*') => {
                    return builder.with_something(path);
                }
                Part::Text(text) => builder.text(text),
                Part::Parameter { is_rest, .. }
                    if is_rest || matches!(followed_by, Some(Part::Text("*"))) =>
                {
                    return builder.with_rest(rest, path);
                }
                Part::Parameter { constraint, .. } => {
                    builder.parameter(constraint);
                    if !stays_in_segment(constraint) {
                        return builder.with_something(path);
                    }
                }
            }
        }
        builder.close();
        Self {
            segments: builder.segments,
            tail: Tail::Nothing,
        }
    }

    /// Whether a path may match both patterns.
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        let (shorter, longer) = by_length(self, other);
        let reaches = if shorter.segments.len() == longer.segments.len() {
            !matches!(
                (shorter.tail, longer.tail),
                (Tail::Nothing, Tail::Below) | (Tail::Below, Tail::Nothing)
            )
        } else {
            shorter.tail != Tail::Nothing
        };
        let mut segments = zip(&shorter.segments, &longer.segments);
        reaches
            && segments.all(|(one, other)| one.overlaps(other))
            && !shorter.ends_in_slash_unlike(longer)
            && !longer.ends_in_slash_unlike(shorter)
    }

    /// Whether this pattern ends in a slash where the other one has a parameter: at the end of a
    /// path, a parameter is not empty.
    fn ends_in_slash_unlike(&self, other: &Self) -> bool {
        let ends_in_slash = self.tail == Tail::Nothing
            && matches!(self.segments.last(), Some(Segment::Literal(text)) if text.is_empty());
        let mut others = other
            .segments
            .iter()
            .skip(self.segments.len().saturating_sub(1));
        ends_in_slash && others.next() == Some(&Segment::Any)
    }

    /// Whether every path that matches both `one` and `other` is known to match this pattern.
    pub(super) fn covers(&self, one: &Self, other: &Self) -> bool {
        let meet = one.meet(other);
        self.contains(one) || self.contains(other) || self.contains(&meet)
    }

    fn contains(&self, other: &Self) -> bool {
        let further = other.segments.get(self.segments.len());
        let reaches = match (self.tail, other.tail) {
            (Tail::Nothing, Tail::Nothing) => {
                further.is_none() && self.segments.len() == other.segments.len()
            }
            // The frameworks differ in whether a tail may be empty.
            (Tail::Below | Tail::Everything, _) => further.is_some_and(Segment::is_not_empty),
            (Tail::Nothing | Tail::Something, _) => false,
        };
        reaches && zip(&self.segments, &other.segments).all(|(one, other)| one.contains(other))
    }

    /// Paths that match both are among these.
    fn meet(&self, other: &Self) -> Self {
        let (shorter, longer) = by_length(self, other);
        let mut meet = longer.clone();
        for (segment, other) in zip(&mut meet.segments, &shorter.segments) {
            if segment.contains(other) {
                segment.clone_from(other);
            }
        }
        if shorter.segments.len() == longer.segments.len() && shorter.tail == Tail::Nothing {
            meet.tail = Tail::Nothing;
        }
        meet
    }

    /// The more specific of two patterns that match the same path comes first, as axum has it:
    /// literal text goes before parameters, from left to right.
    pub(super) fn specificity(&self) -> Vec<(u8, Reverse<usize>)> {
        let tail = (self.tail != Tail::Nothing).then_some((3, Reverse(0)));
        let segments = self.segments.iter().map(|segment| match segment {
            Segment::Literal(_) => (0, Reverse(0)),
            Segment::Like { start, .. } => (1, Reverse(start.len())),
            Segment::Any => (2, Reverse(0)),
        });
        segments.chain(tail).collect()
    }
}

/// The one with fewer segments first.
fn by_length<'s>(one: &'s Shape, other: &'s Shape) -> (&'s Shape, &'s Shape) {
    if one.segments.len() <= other.segments.len() {
        (one, other)
    } else {
        (other, one)
    }
}

impl Segment {
    fn overlaps(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Literal(one), Self::Literal(other)) => one == other,
            (Self::Literal(literal), Self::Like { start, end, .. })
            | (Self::Like { start, end, .. }, Self::Literal(literal)) => {
                literal.starts_with(start) && literal.ends_with(end)
            }
            (
                Self::Like { start, end, .. },
                Self::Like {
                    start: other_start,
                    end: other_end,
                    ..
                },
            ) => {
                let starts = start.starts_with(other_start) || other_start.starts_with(start);
                starts && (end.ends_with(other_end) || other_end.ends_with(end))
            }
            (Self::Any, _) | (_, Self::Any) => true,
        }
    }

    /// Whether it is known to match whatever the other one does.
    fn contains(&self, other: &Self) -> bool {
        self == other || *self == Self::Any && other.is_not_empty()
    }

    fn is_not_empty(&self) -> bool {
        match self {
            Self::Literal(text) => !text.is_empty(),
            Self::Any => true,
            Self::Like { start, end, .. } => !start.is_empty() || !end.is_empty(),
        }
    }
}

/// Collects segments.
#[derive(Default)]
struct Builder {
    segments: Vec<Segment>,
    start: String,
    end: String,
    text: String,
    parameters: usize,
}

impl Builder {
    fn text(&mut self, text: &str) {
        for (index, piece) in text.split('/').enumerate() {
            if index > 0 {
                self.close();
            }
            let literal = match self.parameters {
                0 => &mut self.start,
                _ => &mut self.end,
            };
            literal.push_str(piece);
            self.text.push_str(piece);
        }
    }

    fn parameter(&mut self, constraint: &str) {
        self.parameters += 1;
        self.end.clear();
        self.text.push_str("{}");
        self.text.push_str(constraint);
    }

    fn close(&mut self) {
        let text = std::mem::take(&mut self.text);
        let (start, end) = (
            std::mem::take(&mut self.start),
            std::mem::take(&mut self.end),
        );
        self.segments
            .push(match std::mem::take(&mut self.parameters) {
                0 => Segment::Literal(start),
                _ if text == "{}" => Segment::Any,
                _ => Segment::Like { start, end, text },
            });
    }

    /// Ends in a parameter that takes the rest of the path.
    fn with_rest(self, rest: Tail, path: &str) -> Shape {
        if self.text.is_empty() {
            return Shape {
                segments: self.segments,
                tail: rest,
            };
        }
        self.with_something(path)
    }

    /// Ends inside a segment, in what may match further ones.
    fn with_something(mut self, path: &str) -> Shape {
        self.segments.push(Segment::Like {
            start: self.start,
            end: String::new(),
            text: pattern(path),
        });
        Shape {
            segments: self.segments,
            tail: Tail::Something,
        }
    }
}

/// Whether the expression (`:\d+`, or nothing) surely matches no slash.
fn stays_in_segment(constraint: &str) -> bool {
    let expression = constraint.trim_start_matches(':');
    let expression = expression.replace(r"\d", "0").replace(r"\w", "0");
    let known = |c: char| c.is_ascii_alphanumeric() || "[](){}+*?,|_-".contains(c);
    // Between other characters, a hyphen could stand for a range that has the slash in it.
    let mut hyphens = expression.match_indices('-').map(|(hyphen, _)| {
        let (before, after) = (&expression[..hyphen], &expression[hyphen + 1..]);
        before.ends_with(|c: char| c.is_ascii_alphanumeric())
            && after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == ']')
    });
    expression.chars().all(known) && hyphens.all(|plain| plain)
}
