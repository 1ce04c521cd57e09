mod implication;
pub(crate) mod universe;
