//! No two files of this crate reach each other.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// What each file uses, by module path. A file uses its child modules, so these do not use it.
type Graph = BTreeMap<String, BTreeSet<String>>;

#[test]
fn no_two_files_reach_each_other() {
    let mut graph = Graph::new();
    read(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("src").as_path(),
        "crate",
        &mut graph,
    );
    assert!(graph.len() > 40, "found {} files", graph.len());
    let in_circle: Vec<_> = graph
        .keys()
        .filter(|file| reaches(&graph, file, file))
        .collect();
    assert!(in_circle.is_empty(), "{in_circle:#?}");
}

fn reaches(graph: &Graph, from: &str, target: &str) -> bool {
    let (mut reached, mut next) = (BTreeSet::new(), vec![from]);
    while let Some(file) = next.pop() {
        for path in &graph[file] {
            // The file that defines what a path names is the longest beginning of it that is one.
            let mut used = path.as_str();
            while !graph.contains_key(used) {
                used = used.rsplit_once("::").map_or("crate", |(parent, _)| parent);
            }
            if used != file && reached.insert(used) {
                next.push(used);
            }
        }
    }
    reached.contains(target)
}

fn read(directory: &Path, module: &str, graph: &mut Graph) {
    for entry in fs::read_dir(directory).expect("a directory") {
        let path = entry.expect("an entry").path();
        let name = path.file_stem().expect("a name").to_string_lossy();
        match &*name {
            _ if path.is_dir() => read(&path, &format!("{module}::{name}"), graph),
            "main" | "layers" => {}
            "lib" | "mod" => add(&path, module, graph),
            _ => add(&path, &format!("{module}::{name}"), graph),
        }
    }
}

fn add(file: &Path, module: &str, graph: &mut Graph) {
    let text = fs::read_to_string(file).expect("a source");
    let is_code = |line: &&str| !line.trim_start().starts_with("//");
    let code: String = text.lines().filter(is_code).collect();
    let code = code
        .split("#[cfg(test)]mod tests")
        .next()
        .unwrap_or_default();
    let parent = module
        .rsplit_once("::")
        .map_or("crate", |(parent, _)| parent);
    let mut used = BTreeSet::new();
    for (mark, base) in [("crate::", "crate"), ("super::", parent), ("mod ", module)] {
        for (at, _) in code.match_indices(mark) {
            expand(base, &code[at + mark.len()..], &mut used);
        }
    }
    graph.insert(module.to_owned(), used);
}

/// The paths of a use tree, such as `provider::{self, Provider}`, which is followed by anything.
fn expand(base: &str, tree: &str, used: &mut BTreeSet<String>) {
    let of_path = |character: char| character.is_alphanumeric() || "_:".contains(character);
    let (path, rest) = tree.split_at(tree.find(|character| !of_path(character)).unwrap_or(0));
    if !rest.starts_with('{') {
        used.insert(format!("{base}::{path}"));
        return;
    }
    let items = rest[1..].split('}').next().unwrap_or_default();
    assert!(!items.contains('{'), "lists in lists are not read: {items}");
    let items = items.split(',').map(str::trim);
    let items = items.filter(|item| !item.is_empty());
    used.extend(items.map(|item| format!("{base}::{path}{item}")));
}
