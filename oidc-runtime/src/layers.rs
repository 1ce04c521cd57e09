//! The order of the modules: imports run one way, and no two files reach each other.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// From the ground up. A module may use those in front of it.
const FLOORS: [&str; 30] = [
    "clock",
    "html",
    "secret",
    "telemetry",
    "text_cache",
    "request",
    "routes",
    "random",
    "seal",
    "http",
    "jose",
    "client_auth",
    "token",
    "policy",
    "answer",
    "config",
    "provider",
    "protocol",
    "introspection",
    "session",
    "client",
    "gate",
    "metadata",
    "mcp",
    "flow",
    "access",
    "openapi",
    "adapters",
    "for_client",
    "fuzzing",
];

#[test]
fn imports_run_down() {
    let mut up = Vec::new();
    for (file, imports) in imports() {
        let floor = floor(&file);
        for import in imports {
            let used = import.split("::").next().unwrap_or_default();
            if floor_index(used) > floor_index(floor) {
                up.push(format!("{file} uses {import}"));
            }
        }
    }
    assert!(up.is_empty(), "{up:#?}");
}

#[test]
fn no_two_files_reach_each_other() {
    let imports = imports();
    let files: BTreeSet<&str> = imports.keys().map(String::as_str).collect();
    let graph: BTreeMap<&str, BTreeSet<&str>> = imports
        .iter()
        .map(|(file, imports)| {
            let used = imports.iter().filter_map(|import| file_of(import, &files));
            (file.as_str(), used.filter(|used| used != file).collect())
        })
        .collect();
    let reaches = |from: &str| {
        let mut reached: BTreeSet<&str> = BTreeSet::new();
        let mut next: Vec<&str> = graph[from].iter().copied().collect();
        while let Some(file) = next.pop() {
            if reached.insert(file) {
                next.extend(&graph[file]);
            }
        }
        reached
    };
    let circular: Vec<&str> = files
        .iter()
        .copied()
        .filter(|file| reaches(file).contains(file))
        .collect();
    assert!(circular.is_empty(), "in a circle: {circular:#?}");
}

fn floor(file: &str) -> &str {
    file.split("::").next().unwrap_or_default()
}

fn floor_index(floor: &str) -> usize {
    let known = FLOORS.iter().position(|known| *known == floor);
    known.unwrap_or_else(|| panic!("`{floor}` is not one of the floors"))
}

/// The file that defines what the path names: the longest beginning of it that is one.
fn file_of<'f>(path: &str, files: &BTreeSet<&'f str>) -> Option<&'f str> {
    let mut path = path;
    loop {
        if let Some(file) = files.get(path) {
            return Some(file);
        }
        (path, _) = path.rsplit_once("::")?;
    }
}

/// The paths that each file names, of modules of this crate, from the root. Tests are left out.
fn imports() -> BTreeMap<String, BTreeSet<String>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = BTreeMap::new();
    read(&root, &mut Vec::new(), &mut files);
    assert!(files.len() > 100, "found {} files", files.len());
    files
}

fn read(
    directory: &Path,
    module: &mut Vec<String>,
    files: &mut BTreeMap<String, BTreeSet<String>>,
) {
    for entry in fs::read_dir(directory).expect("a directory") {
        let path = entry.expect("an entry").path();
        let name = path.file_stem().expect("a name").to_string_lossy();
        if path.is_dir() {
            module.push(name.into_owned());
            read(&path, module, files);
            module.pop();
        } else if name != "lib" && name != "layers" && name != "tests" {
            if name != "mod" {
                module.push(name.to_string());
            }
            if !module.iter().any(|part| part == "tests") {
                let text = fs::read_to_string(&path).expect("a source");
                files.insert(module.join("::"), named(&text, module));
            }
            if name != "mod" {
                module.pop();
            }
        }
    }
}

/// The paths of modules that a source names. What it passes on by `pub use` is not its own.
fn named(text: &str, module: &[String]) -> BTreeSet<String> {
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or(text);
    let code: Vec<&str> = text
        .lines()
        .map(str::trim_start)
        .filter(|line| !line.starts_with("//"))
        .collect();
    let code = code.join("\n").replace("$crate::", "crate::");
    let parent = &module[..module.len() - 1];
    let mut paths = BTreeSet::new();
    for statement in code.split(';') {
        let is_passed_on = ["pub use ", "pub(crate) use "];
        if is_passed_on.iter().any(|start| statement.contains(start)) {
            continue;
        }
        for (start, base) in [("crate::", &[][..]), ("super::", parent)] {
            for (at, _) in statement.match_indices(start) {
                expand(&prefix(base), &statement[at + start.len()..], &mut paths);
            }
        }
        if let Some(children) = statement.trim().strip_prefix("use ") {
            let is_other = ["crate::", "super::", "::", "std::"];
            if !is_other.iter().any(|start| children.starts_with(start)) {
                expand(&prefix(module), children, &mut paths);
            }
        }
    }
    paths
}

fn prefix(module: &[String]) -> String {
    module.iter().flat_map(|part| [part, "::"]).collect()
}

/// The paths of a use tree.
fn expand(base: &str, tree: &str, paths: &mut BTreeSet<String>) {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let end = tree.find(|c| !is_name(c)).unwrap_or(tree.len());
    let (name, rest) = tree.split_at(end);
    if let Some(rest) = rest.strip_prefix("::") {
        return expand(&format!("{base}{name}::"), rest, paths);
    }
    let Some(list) = tree.strip_prefix('{') else {
        if !name.is_empty() {
            paths.insert(format!("{base}{name}"));
        }
        return;
    };
    let (mut depth, mut from) = (0_usize, 0);
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            ',' | '}' if depth == 0 => {
                expand(base, list[from..at].trim(), paths);
                from = at + 1;
                if c == '}' {
                    return;
                }
            }
            '}' => depth -= 1,
            _ => {}
        }
    }
}
