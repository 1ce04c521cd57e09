//! Compares the shapes of patterns with what actix-web matches.

use actix_web::dev::ResourceDef;

use crate::access::extent::Extent;
use crate::access::shape::Shape;

const PATTERNS: [&str; 29] = [
    "/",
    "/a",
    "/a/",
    "/ab",
    "/a/b",
    "/{x}",
    "/{x}/",
    "/a{x}",
    "/{x}b",
    "/a{x}b",
    "/{x}{y}",
    "/{x}-{y}",
    r"/{x:\d+}",
    "/{x:[a-b]*}",
    "/{x:a.*}",
    r"/{x:[^b]+}/b",
    r"/{x:[^b]+}/a",
    "/{x}/b{tail}*",
    "/{x:a|b/a}",
    "/{x}/b",
    "/a/{x}",
    "/{x}/{y}",
    r"/a/{x:\w+}",
    "/{tail}*",
    "/a/{tail}*",
    "/{x}/{tail}*",
    "/a{tail}*",
    "/{x:[--9]+}/{tail}*",
    "/a/b/{x}",
];

/// Every path of up to three of these segments.
fn paths() -> Vec<String> {
    let segments = ["", "a", "ab", "b", "7", "a-b"];
    let longer = |paths: &[String]| -> Vec<String> {
        let further = |path: &String| segments.map(|segment| format!("{path}/{segment}"));
        paths.iter().flat_map(further).collect()
    };
    let one = longer(&[String::new()]);
    let two = longer(&one);
    let three = longer(&two);
    [one, two, three].concat()
}

/// For every pattern its shape, and which of the paths it matches.
fn matched(paths: &[String]) -> Vec<(&'static str, Shape, Vec<bool>)> {
    let of = |pattern: &'static str| {
        let router = ResourceDef::new(pattern);
        let matched = paths.iter().map(|path| router.is_match(path)).collect();
        (pattern, Shape::of(pattern, Extent::Pattern), matched)
    };
    PATTERNS.into_iter().map(of).collect()
}

#[test]
fn patterns_that_match_the_same_path_overlap() {
    let paths = paths();
    let (mut overlapping, mut said) = (0, 0);
    let patterns = matched(&paths);
    for (one, shape, matched) in &patterns {
        for (other, other_shape, also_matched) in &patterns {
            let both = |index: &usize| matched[*index] && also_matched[*index];
            let common = (0..paths.len()).find(both).map(|index| &paths[index]);
            let overlaps = shape.overlaps(other_shape);
            assert!(
                overlaps || common.is_none(),
                "{one} and {other} match {common:?}"
            );
            // Little is known about regular expressions.
            if !one.contains(':') && !other.contains(':') {
                overlapping += usize::from(common.is_some());
                said += usize::from(overlaps);
            }
        }
    }
    assert!(
        overlapping > 150,
        "too few overlapping patterns: {overlapping}"
    );
    assert!(
        said - overlapping < overlapping / 10,
        "{said} are said to overlap, {overlapping} do"
    );
}

#[test]
fn a_pattern_covers_only_what_it_matches() {
    let paths = paths();
    let patterns = matched(&paths);
    let mut covered = 0;
    for (cover, shape, matches) in &patterns {
        for (one, one_shape, matched) in &patterns {
            for (other, other_shape, also_matched) in &patterns {
                if !shape.covers(one_shape, other_shape) {
                    continue;
                }
                covered += 1;
                let left =
                    |index: &usize| matched[*index] && also_matched[*index] && !matches[*index];
                let left = (0..paths.len()).find(left).map(|index| &paths[index]);
                assert!(
                    left.is_none(),
                    "{cover} does not match {left:?}, which {one} and {other} do"
                );
            }
        }
    }
    assert!(covered > 2 * PATTERNS.len() * PATTERNS.len(), "{covered}");
}

/// If these were taken to overlap, removing a route would be reported as loosened.
#[test]
fn patterns_without_a_common_path_do_not_overlap() {
    for (one, other) in [
        ("/a", "/b"),
        ("/a", "/a/"),
        ("/a/{x}", "/a/"),
        ("/a/{x}", "/b/{x}"),
        ("/a/{x}", "/a/{x}/b"),
        ("/a/{x}", "/a"),
        ("/a", "/a/{tail}*"),
        ("/a", "/a/{*rest}"),
        ("/a", "/b/{*rest}"),
        (r"/a/{x:\d+}", "/a/b/c"),
        (r"/a/{x:[0-9a-f-]{36}}", "/a/{y}/c"),
        ("/{x}.json", "/{x}.xml"),
        ("/v1-{x}", "/v2-{x}"),
        ("/user-{x}", "/me"),
    ] {
        let shape = |path| Shape::of(path, Extent::Pattern);
        assert!(!shape(one).overlaps(&shape(other)), "{one} and {other}");
        assert!(!shape(other).overlaps(&shape(one)), "{other} and {one}");
    }
}

/// A nested router and its fallback also serve the prefix itself.
#[test]
fn a_prefix_is_part_of_what_is_below_it() {
    for extent in [Extent::Prefix, Extent::Fallback] {
        let below = Shape::of("/a/{*rest}", extent);
        for path in ["/a", "/a/", "/a/b", "/{x}", "/a/b/c", "/a/{*rest}"] {
            let path = Shape::of(path, Extent::Pattern);
            assert!(below.overlaps(&path) && path.overlaps(&below), "{path:?}");
        }
        let routes = Shape::of("/a/{*rest}", Extent::Pattern);
        assert!(!routes.covers(&below, &below), "not the prefix itself");
    }
}
