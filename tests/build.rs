//! Takes programs out of the chapters of the guide, for the browser tests: what runs there is what
//! the chapters print.

use std::path::Path;
use std::{env, fs};

fn main() {
    let target = env::var("OUT_DIR").expect("Cargo sets it");
    let write = |name: &str, program: &str| {
        let path = Path::new(&target).join(name);
        fs::write(path, program).expect("the directory is writable");
    };
    for chapter in ["server_rendered", "single_page_app"] {
        let [axum, actix, ..] = &programs(chapter, "rust")[..] else {
            panic!("the chapter begins with a program for each framework");
        };
        write(&format!("{chapter}_axum.rs"), axum);
        write(&format!("{chapter}_actix.rs"), actix);
    }
    let page = programs("single_page_app", "js").concat();
    write("single_page_app.js", &page);
}

/// The code blocks of a chapter that are in this language.
fn programs(chapter: &str, language: &str) -> Vec<String> {
    let path = format!("../docs/guide/{chapter}.md");
    println!("cargo::rerun-if-changed={path}");
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let blocks = text.split("\n```").skip(1).step_by(2);
    blocks
        .filter_map(|block| block.split_once('\n'))
        .filter(|(info, _)| info.split(',').next() == Some(language))
        .map(|(_, program)| format!("{program}\n"))
        .collect()
}
