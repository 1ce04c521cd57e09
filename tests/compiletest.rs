//! What has to compile does, and what must not is reported with the reason.

use std::fs;
use std::path::{Path, PathBuf};

#[rustversion::attr(not(stable(1.95)), ignore = "the messages are those of rustc 1.95")]
#[test]
fn ui() {
    let cases = trybuild::TestCases::new();
    cases.pass("ui/pass/*.rs");
    cases.compile_fail("ui/fail/*/*.rs");
}

/// How many mistakes are recorded at least; a lost folder is noticed.
const MISTAKES: usize = 261;

/// In `impl` blocks and traits rustc rejects every generated item; one of its errors has the remedy.
const WITH_ITEMS_IN_AN_IMPL: [&str; 2] = ["inline-in-impl", "inline-in-trait"];

/// One mistake, one message: a second one is not read.
#[test]
fn every_mistake_is_reported_once() {
    let recorded = files(Path::new("ui/fail"), "stderr");
    let (found, written) = (recorded.len(), files(Path::new("ui/fail"), "rs").len());
    assert!(found >= MISTAKES, "only {found} cases found");
    assert_eq!(found, written, "a case has no recorded message");
    for path in recorded {
        let text = fs::read_to_string(&path).expect("the file was just listed");
        let errors = text
            .lines()
            .filter(|line| line.starts_with("error"))
            .count();
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        if WITH_ITEMS_IN_AN_IMPL.contains(&&*name) {
            let remedy = "__in_an_impl_name_the_rules_of_list_with_oidc_policy";
            assert!(text.contains(remedy), "{text}");
            continue;
        }
        assert_eq!(errors, 1, "{}:\n{text}", path.display());
    }
}

fn files(directory: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).expect("the directory is part of the repository");
    entries
        .map(|entry| entry.expect("the directory is readable").path())
        .flat_map(|path| {
            if path.is_dir() {
                files(&path, extension)
            } else {
                vec![path]
            }
        })
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .collect()
}
