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
    let [axum, actix, ..] = &programs("server_rendered", "rust")[..] else {
        panic!("the chapter begins with a program for each framework");
    };
    write("server_rendered_axum.rs", axum);
    write("server_rendered_actix.rs", actix);
    write(
        "single_page_app.rs",
        &programs("single_page_app", "rust")[0],
    );
    write(
        "single_page_app.js",
        &programs("single_page_app", "js").concat(),
    );
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
