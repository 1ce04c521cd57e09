//! What has to compile does, and what must not says why.

use std::fs;
use std::path::{Path, PathBuf};

#[rustversion::attr(not(stable(1.95)), ignore = "the messages are those of rustc 1.95")]
#[test]
fn ui() {
    let cases = trybuild::TestCases::new();
    cases.pass("ui/pass/*.rs");
    cases.compile_fail("ui/fail/*/*.rs");
}

/// One mistake, one message: nobody reads the second.
#[test]
fn every_mistake_is_reported_once() {
    let recorded = recorded(Path::new("ui/fail"));
    assert!(recorded.len() >= 45, "only {} cases found", recorded.len());
    for path in recorded {
        let text = fs::read_to_string(&path).expect("the file was just listed");
        let errors = text
            .lines()
            .filter(|line| line.starts_with("error"))
            .count();
        assert_eq!(errors, 1, "{}:\n{text}", path.display());
    }
}

fn recorded(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).expect("the directory is part of the repository");
    entries
        .map(|entry| entry.expect("the directory is readable").path())
        .flat_map(|path| {
            if path.is_dir() {
                recorded(&path)
            } else {
                vec![path]
            }
        })
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "stderr")
        })
        .collect()
}
