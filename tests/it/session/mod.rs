//! Browser sessions over HTTP: who has one, what it admits to, and what a browser or a program gets
//! without. On both frameworks, with the sessions in cookies and in stores.

mod again;
mod caching;
mod callback;
mod config;
mod cookies;
mod credentials;
mod cross_origin;
mod damaged;
mod error_pages;
mod facts;
mod fixation;
mod info;
mod keys;
mod layer;
mod like_bearers;
mod login;
mod mounted;
mod neighbours;
mod odd_input;
mod parts;
mod refusals;
mod relying_party;
mod return_to;
mod secrets;
mod silent;
mod step_up;
