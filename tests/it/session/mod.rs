//! Browser sessions over HTTP: who has one, what it admits to, and what a browser or a program gets
//! without. On both frameworks, with the sessions in cookies and in stores.

mod app;
mod browser;
mod credentials;
mod cross_origin;
mod facts;
mod jar;
mod refusals;
mod shop;
mod step_up;
