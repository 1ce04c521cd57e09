//! The public interface is what `public-api.txt` lists, so that it changes on purpose only.
//!
//! `UPDATE_PUBLIC_API=1 cargo test --test public_api` writes the list anew.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const LISTING: &str = "public-api.txt";

/// What documentation lists by itself below these headings is not written by anyone.
const GENERATED: [&str; 2] = ["synthetic-implementations", "blanket-implementations"];

#[rustversion::attr(
    not(stable(1.95)),
    ignore = "the listing is read from pages of rustdoc 1.95"
)]
#[test]
fn the_public_api_is_the_listed_one() {
    let pages = document();
    let mut lines = BTreeSet::new();
    for page in pages_of(&pages) {
        let text = fs::read_to_string(pages.join(&page)).expect("a page that is linked");
        let path = path_of(&page);
        lines.extend(items(&text).map(|item| format!("{path}: {item}")));
    }
    let lines: Vec<_> = lines.into_iter().collect();
    let found = lines.join("\n") + "\n";
    if std::env::var_os("UPDATE_PUBLIC_API").is_some_and(|value| value == "1") {
        fs::write(LISTING, &found).expect("the listing can be written");
    }
    let listed = fs::read_to_string(LISTING).expect("the listing");
    let listed: BTreeSet<&str> = listed.lines().collect();
    let found: BTreeSet<&str> = found.lines().collect();
    let added: Vec<_> = found.difference(&listed).collect();
    let removed: Vec<_> = listed.difference(&found).collect();
    assert!(
        added.is_empty() && removed.is_empty(),
        "the public API is another one than {LISTING} lists; if this is intended, run this test \
         with UPDATE_PUBLIC_API=1\nadded: {added:#?}\nremoved: {removed:#?}"
    );
}

/// Documents the library and returns the directory of its pages.
fn document() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("public-api");
    let status = Command::new(env!("CARGO"))
        .args(["doc", "--quiet", "--package", "oidc-guard", "--no-deps"])
        .arg("--all-features")
        .arg("--target-dir")
        .arg(&target)
        .status()
        .expect("cargo runs");
    assert!(status.success(), "the documentation has errors");
    target.join("doc/oidc")
}

/// The pages of all items, as the list of all items links them.
fn pages_of(pages: &Path) -> Vec<String> {
    let all = fs::read_to_string(pages.join("all.html")).expect("the list of all items");
    let links = all.split("href=\"").skip(1);
    let links = links.filter_map(|rest| rest.split('"').next());
    let is_item = |link: &&str| !link.starts_with(['#', '.']) && *link != "index.html";
    let links: BTreeSet<_> = links.filter(is_item).collect();
    assert!(links.len() > 50, "found {} items", links.len());
    links.into_iter().map(str::to_owned).collect()
}

/// `access/struct.AccessMatrix.html` documents `access::AccessMatrix`.
fn path_of(page: &str) -> String {
    let (module, file) = page.rsplit_once('/').unwrap_or(("", page));
    let name = file.split('.').nth(1).unwrap_or_default();
    let module = module.replace('/', "::");
    let separator = if module.is_empty() { "" } else { "::" };
    format!("oidc::{module}{separator}{name}")
}

/// The declaration on a page, and what belongs to it.
fn items(page: &str) -> impl Iterator<Item = String> {
    let end = GENERATED
        .iter()
        .filter_map(|id| page.find(&format!("id=\"{id}\"")));
    let page = &page[..end.min().unwrap_or(page.len())];
    let declarations = between(page, "<pre class=\"rust item-decl\">", "</pre>");
    let declarations = declarations.map(text_of).map(without_variants);
    // What a trait's implementation consists of, the trait says.
    let members = between(page, "<section id=", "</section>");
    let members = members.filter(|member| !member.contains(" trait-impl\""));
    let members = members.flat_map(|member| between(member, "class=\"code-header\">", "</h"));
    let members = members.map(text_of);
    let members = members.filter(|member| !member.starts_with("impl") || member.contains(" for "));
    declarations.chain(members)
}

/// Variants are listed by themselves.
fn without_variants(declaration: String) -> String {
    match declaration.split_once(" {") {
        Some((head, _)) if head.contains("enum ") => head.to_owned(),
        _ => declaration,
    }
}

fn between<'p>(page: &'p str, start: &'p str, end: &'p str) -> impl Iterator<Item = &'p str> {
    let found = page.split(start).skip(1);
    found.map(move |rest| rest.split(end).next().unwrap_or_default())
}

/// What a reader sees, in one line.
fn text_of(html: &str) -> String {
    let html = html.replace("<div", " <div").replace("<br", " <br");
    let mut text = String::new();
    let mut is_tag = false;
    for c in html.chars() {
        match c {
            '<' => is_tag = true,
            '>' => is_tag = false,
            c if !is_tag => text.push(c),
            _ => {}
        }
    }
    let text = text.replace("&lt;", "<").replace("&gt;", ">");
    let text = text.replace("&amp;", "&").replace("&nbsp;", " ");
    let text = text.replace("&#39;", "'").replace("&quot;", "\"");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
