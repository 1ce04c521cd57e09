mod implication;
mod issuers;
pub(crate) mod universe;
