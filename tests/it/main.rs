//! Everything that needs running parts: real providers, the examples, other people's clients.

mod npm_provider;
mod support;
