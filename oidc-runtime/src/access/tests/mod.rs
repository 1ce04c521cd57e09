mod implication;
mod stacks;
mod universe;
