#!/usr/bin/env python3
"""What `release/check` wants to know of the crates that are published."""

import json
import pathlib
import re
import subprocess
import sys

FIELDS = ["description", "documentation", "repository", "license", "readme", "keywords", "categories", "rust_version"]
FILES = ["CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT", "README.md"]


def cargo(*arguments, **options):
    return subprocess.run(["cargo", *arguments], text=True, capture_output=True, **options)


def metadata(*arguments):
    result = cargo("metadata", "--format-version", "1", "--locked", *arguments)
    if result.returncode != 0:
        sys.exit(result.stderr)
    return json.loads(result.stdout)


def published():
    """Without a list of registries in `publish`, a package may go to any."""
    return [package for package in metadata("--no-deps")["packages"] if package["publish"] is None]


def names():
    for package in published():
        print(package["name"])


def complete():
    """Each package has what its page on crates.io shows, and what its licences ask for."""
    for package in published():
        name = package["name"]
        for field in FIELDS:
            if not package[field]:
                yield f"{name}: no `{field}` in its Cargo.toml"
        listed = cargo("package", "--list", "--allow-dirty", "--locked", "-p", name, check=True).stdout.split("\n")
        for file in FILES:
            if file not in listed:
                yield f"{name}: no {file} in its package"


def changelogs():
    """Each changelog with a list of changes has the version, and its date."""
    for package in published():
        changelog = pathlib.Path(package["manifest_path"]).with_name("CHANGELOG.md").read_text()
        headings = re.findall(r"^## .*$", changelog, re.MULTILINE)
        released = re.compile(rf"## {re.escape(package['version'])} - \d{{4}}-\d\d-\d\d")
        if headings and not any(map(released.fullmatch, headings)):
            yield f"{package['name']}: its changelog lacks `## {package['version']} - YYYY-MM-DD`"


def names_are_ours():
    """A name that is not on crates.io yet is free; one that is there leads to our repository."""
    for package in published():
        name = package["name"]
        # Elsewhere than in the workspace, which has packages of these names.
        found = cargo("info", name, "--registry", "crates-io", cwd="/")
        if found.returncode != 0 and "could not find" in found.stderr:
            print(f"{name}: free")
        elif found.returncode != 0:
            yield f"{name}: {found.stderr.strip()}"
        elif f"repository: {package['repository']}\n" not in found.stdout:
            yield f"{name}: taken on crates.io by another project"


def numbers(version):
    """1.89 and 1.89.0 are the same."""
    return [int(part) for part in re.findall(r"\d+", version + ".0")[:3]]


def rust_versions():
    """No dependency of a published crate wants a newer Rust than the crate."""
    known = metadata("--all-features")
    by_id = {package["id"]: package for package in known["packages"]}
    edges = {
        node["id"]: [
            dependency["pkg"]
            for dependency in node["deps"]
            if any(kind["kind"] != "dev" for kind in dependency["dep_kinds"])
        ]
        for node in known["resolve"]["nodes"]
    }
    for package in published():
        waiting, seen = [package["id"]], set()
        while waiting:
            current = waiting.pop()
            if current in seen:
                continue
            seen.add(current)
            waiting += edges[current]
            wanted = by_id[current]["rust_version"]
            if wanted and numbers(wanted) > numbers(package["rust_version"]):
                yield f"{package['name']}: {by_id[current]['name']} {by_id[current]['version']} wants Rust {wanted}"


CHECKS = {
    "changelogs": changelogs,
    "complete": complete,
    "names-are-ours": names_are_ours,
    "rust-versions": rust_versions,
}


def main():
    if sys.argv[1:] == ["names"]:
        return names()
    problems = list(CHECKS[sys.argv[1]]())
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)


main()
