#!/bin/sh
# Everything that docs/benchmarks.md shows, in one go; takes about an hour, most of it
# building. Needs Linux with taskset (util-linux), two processor cores, and Debian's postgresql and
# redis-server. Arguments to single programs are in their sources.
set -eu
cd "$(dirname "$0")"

# One after another: together, their features would be united.
for peer in peers/*; do
    cargo build --release --package "peer-${peer#peers/}"
done
cargo build --release --bins

for program in in_process verify hit issuers mcp session memory http http_sessions compile_time; do
    printf '\n## %s\n\n' "$program"
    cargo run --quiet --release --bin "$program"
done

printf '\n## crates\n\n'
for peer in peers/*; do
    crates=$(cargo tree --package "peer-${peer#peers/}" --edges normal --prefix none |
        sed 's/ (.*//' | sort -u | wc -l)
    echo "${peer#peers/}: $((crates - 1))"
done

# What browser sessions add to a program on axum.
crates() {
    cargo tree --manifest-path ../Cargo.toml --package oidc-guard --features "$1" --edges normal \
        --prefix none | sed 's/ (.*//' | sort -u | wc -l
}
without=$(crates axum)
with=$(crates axum,sessions)
echo "sessions: $((with - without))"
for store in sqlite postgres redis; do
    echo "$store: $(($(crates "axum,sessions,$store") - with))"
done

printf '\n## micro\n\n'
cargo bench --bench micro -- --noplot
