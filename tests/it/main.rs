//! Everything that needs running parts: real providers, the examples, other people's clients.

mod browser;
mod clients;
mod companion_client;
mod config;
mod differential;
mod error_responses;
mod example_access;
mod extractors;
mod guard_cases;
mod handler_alone;
mod headers;
mod hostile_tokens;
mod hygiene;
mod keys;
mod layers;
mod npm_provider;
mod observability;
mod order;
mod own_callback;
mod ownership;
mod real_provider;
mod router;
mod session_life;
mod sign_in;
mod support;
mod token_alone;
