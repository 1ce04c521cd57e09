//! Pages in a real browser: those of the examples, and those of the guide's programs.

mod chapters;
mod cookies;
mod demo;
mod forms;
mod history;
mod other_sites;
mod scripts;
mod shop;
