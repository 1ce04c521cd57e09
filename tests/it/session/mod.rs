//! Browser sessions over HTTP: who has one, what it admits to, and what a browser or a program gets
//! without. On both frameworks, with the sessions in cookies and in stores.

mod app;
mod browser;
mod callback;
mod cookies;
mod credentials;
mod cross_origin;
mod damaged;
mod facts;
mod fixation;
mod jar;
mod keys;
mod login;
mod parts;
mod refusals;
mod return_to;
mod shop;
mod silent;
mod step_up;
