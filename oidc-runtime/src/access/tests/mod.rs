mod implication;
#[cfg(feature = "actix-web")]
mod shapes;
mod stacks;
mod universe;
