//! Published signatures: Project Wycheproof's, and the examples of the JOSE documents.

mod documents;
mod json_web;
mod wycheproof;
