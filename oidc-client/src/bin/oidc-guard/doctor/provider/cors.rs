//! Whether pages of other origins may read the metadata.

use crate::doctor::fetch::Fetched;
use crate::doctor::finding::Finding;

const CHECK: &str = "cors";

pub(super) fn check(document: &Fetched) -> Finding {
    match document.allow_origin.as_deref() {
        Some(_) => Finding::ok(CHECK, "scripts of other origins may read the metadata"),
        None => Finding::note(CHECK, "scripts of other origins may not read the metadata")
            .why(
                "servers do not mind; clients that run in a web page cannot discover this provider",
            )
            .fix("allow the page's origin at the provider, if there are such clients"),
    }
}
