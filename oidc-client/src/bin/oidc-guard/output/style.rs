//! Colours. They are removed from what does not go to a terminal, and where `NO_COLOR` is set.

use std::fmt::{self, Display};

use anstyle::{AnsiColor, Style};

/// A text in a style.
pub(crate) struct Styled<T>(Style, T);

impl<T: Display> Display for Styled<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(style, text) = self;
        write!(f, "{style}{text}{style:#}")
    }
}

pub(crate) fn good<T>(text: T) -> Styled<T> {
    Styled(AnsiColor::Green.on_default().bold(), text)
}

pub(crate) fn bad<T>(text: T) -> Styled<T> {
    Styled(AnsiColor::Red.on_default().bold(), text)
}

pub(crate) fn doubtful<T>(text: T) -> Styled<T> {
    Styled(AnsiColor::Yellow.on_default().bold(), text)
}

pub(crate) fn remark<T>(text: T) -> Styled<T> {
    Styled(AnsiColor::Cyan.on_default(), text)
}

pub(crate) fn strong<T>(text: T) -> Styled<T> {
    Styled(Style::new().bold(), text)
}
