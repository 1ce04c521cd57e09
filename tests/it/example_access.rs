//! The access matrices of the examples are the same on both frameworks and in the README.

use std::process::Command;

use crate::support::process::example;

/// What an example prints of its routes, without the handlers: method, path and access.
fn access(name: &str) -> String {
    let output = Command::new(example(name)).arg("--access").output();
    let output = output.expect("the example runs");
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).expect("text");
    let handlers = text.lines().next().and_then(|head| head.find("Handler"));
    let handlers = handlers.expect("a column of handlers");
    let lines: Vec<_> = text
        .lines()
        .map(|line| line[..handlers].trim_end())
        .collect();
    lines.join("\n")
}

#[test]
fn is_the_same_on_both_frameworks_and_in_the_readme() {
    let matrix = access("axum");
    assert_eq!(matrix, access("actix"));
    let readme = include_str!("../../README.md");
    assert!(
        readme.contains(&matrix),
        "the README does not show this:\n{matrix}"
    );
}
