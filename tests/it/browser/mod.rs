//! Pages in a real browser.

mod demo;
