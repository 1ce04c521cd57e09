//! Everything that needs running parts: real providers, the examples, other people's clients.

mod browser;
mod companion_client;
mod guard_cases;
mod hostile_tokens;
mod npm_provider;
mod own_callback;
mod support;
