#[cfg(feature = "actix-web")]
mod shapes;
mod stacks;
