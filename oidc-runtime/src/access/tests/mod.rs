#[cfg(feature = "actix-web")]
mod issuers;
mod shapes;
mod stacks;
