//! Dependencies of the fixtures, installed at the versions their lock files name.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

const TRIES: usize = 3;
const NODE: &str = "Node.js 20 or later, with npm";

pub(crate) fn fixture(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(path)
}

/// Node.js, with the packages that the fixtures import.
pub(crate) fn node() -> PathBuf {
    let packages = fixture("node_modules");
    once(
        &fixture("package-lock.json"),
        &packages.join(".installed"),
        || {
            run(
                Command::new("npm")
                    .args(["ci", "--no-audit", "--no-fund"])
                    .current_dir(fixture("")),
                NODE,
            );
        },
    );
    program(&["node"], NODE)
}

/// The interpreter of a virtual environment that holds the companion client.
pub(crate) fn python() -> PathBuf {
    python_with("python", "python/requirements.txt")
}

/// The same with the Python SDK of MCP.
pub(crate) fn mcp_python() -> PathBuf {
    python_with("mcp-python", "mcp/requirements.txt")
}

/// The interpreter of this virtual environment, which holds what a file among the fixtures lists.
pub(crate) fn python_with(environment: &str, requirements: &str) -> PathBuf {
    let environment = Path::new(env!("CARGO_TARGET_TMPDIR")).join(environment);
    let requirements = fixture(requirements);
    let interpreter = environment.join("bin/python");
    once(&requirements, &environment.join("installed"), || {
        run(
            Command::new("python3")
                .args(["-m", "venv", "--clear"])
                .arg(&environment),
            "Python 3.10 or later with its venv module (Debian: python3-venv)",
        );
        run(
            Command::new(&interpreter)
                .args([
                    "-m",
                    "pip",
                    "install",
                    "--quiet",
                    "--no-deps",
                    "--requirement",
                ])
                .arg(&requirements),
            "pip",
        );
    });
    interpreter
}

/// The first of these programs that is on the `PATH`.
pub(crate) fn program(names: &[&str], install: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .flat_map(|folder| names.iter().map(move |name| folder.join(name)))
        .find(|program| program.is_file())
        .unwrap_or_else(|| panic!("none of {names:?} is on the PATH: install {install}"))
}

/// Installs when `stamp` does not hold what `lock` says; other test processes wait meanwhile.
fn once(lock: &Path, stamp: &Path, install: impl FnOnce()) {
    let guard = File::open(lock).expect("the lock file is part of the repository");
    guard.lock().expect("file locks work here");
    let wanted = fs::read(lock).expect("the lock file is readable");
    if fs::read(stamp).is_ok_and(|installed| installed == wanted) {
        return;
    }
    install();
    fs::write(stamp, wanted).expect("the installed folder is writable");
}

/// Tries more than once, for a registry may be out of reach for a moment.
fn run(command: &mut Command, install: &str) {
    let mut failures = Vec::new();
    while failures.len() < TRIES {
        let output = command.output().unwrap_or_else(|error| {
            panic!("{command:?} does not start ({error}): install {install}")
        });
        if output.status.success() {
            return;
        }
        failures.push(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    panic!(
        "{command:?} failed {TRIES} times; it needs {install}\n{}",
        failures.join("\n")
    );
}
