//! What clients carry, and cannot change: encrypted values and tags.

mod key;
mod sealer;
mod tagger;

pub(crate) use sealer::Sealer;
pub(crate) use tagger::Tagger;
