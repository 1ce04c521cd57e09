use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::process::{Server, directory, free_port, run};

/// A PostgreSQL server with a password. Start one and take a [`database`](Self::database) for each
/// test.
#[derive(Debug)]
pub struct Postgres {
    server: Server,
    programs: PathBuf,
    port: u16,
    databases: AtomicUsize,
}

impl Postgres {
    /// The password, to look for where it must not be.
    pub const PASSWORD: &'static str = "postgres-test-password";

    /// Starts a server.
    #[must_use]
    pub fn start() -> Self {
        let (directory, port, programs) = (directory(), free_port(), programs());
        let data = directory.join("data");
        init(&directory, &data, &programs);

        let mut command = as_user();
        command.push(utf8(&programs.join("postgres")));
        command.extend(["-D".into(), utf8(&data), "-p".into(), port.to_string()]);
        for setting in [
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "fsync=off",
        ] {
            command.extend(["-c".into(), setting.into()]);
        }
        let command: Vec<_> = command.iter().map(String::as_str).collect();
        let server = Server::new(&directory, &command);
        let postgres = Self {
            server,
            programs,
            port,
            databases: AtomicUsize::new(0),
        };
        postgres.start_again();
        postgres
    }

    /// The URL of a new, empty database.
    #[must_use]
    pub fn database(&self) -> String {
        let name = format!("test{}", self.databases.fetch_add(1, Ordering::Relaxed));
        run(self
            .client("createdb")
            .env("PGPASSWORD", Self::PASSWORD)
            .arg(&name));
        format!(
            "postgres://oidc:{}@127.0.0.1:{}/{name}",
            Self::PASSWORD,
            self.port
        )
    }

    /// Ends the server; connections are closed, data stay.
    pub fn stop(&self) {
        self.server.command("stop");
    }

    /// Starts it on the same port after [`stop`](Self::stop).
    pub fn start_again(&self) {
        let ready = || {
            self.client("pg_isready")
                .output()
                .is_ok_and(|it| it.status.success())
        };
        self.server.start(ready);
    }

    fn client(&self, program: &str) -> Command {
        let mut client = Command::new(self.programs.join(program));
        client.args([
            "-h",
            "127.0.0.1",
            "-U",
            "oidc",
            "-p",
            &self.port.to_string(),
        ]);
        client
    }
}

fn init(directory: &Path, data: &Path, programs: &Path) {
    let password = directory.join("password");
    fs::write(&password, Postgres::PASSWORD).expect("a temporary file");
    if is_root() {
        run(Command::new("chown")
            .arg("-R")
            .arg("postgres")
            .arg(directory));
    }
    let mut command = as_user();
    command.push(utf8(&programs.join("initdb")));
    let options = [
        "-U",
        "oidc",
        "-A",
        "scram-sha-256",
        "-E",
        "UTF8",
        "--locale",
        "C",
        "--no-sync",
    ];
    run(Command::new(&command[0])
        .args(&command[1..])
        .args(options)
        .arg("--pwfile")
        .arg(password)
        .arg("-D")
        .arg(data)
        .current_dir(directory));
}

/// PostgreSQL refuses to run as root.
fn as_user() -> Vec<String> {
    let user = "setpriv --reuid postgres --regid postgres --init-groups --";
    if is_root() {
        user.split(' ').map(str::to_owned).collect()
    } else {
        vec!["env".to_owned()]
    }
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().expect("id");
    id.stdout == b"0\n"
}

/// Debian keeps the programs of each version in a directory of its own.
fn programs() -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let directories = versions.map(|version| version.path().join("bin"));
    directories
        .filter(|directory| directory.join("initdb").exists())
        .max()
        .expect("PostgreSQL is missing: install Debian's package postgresql")
}

fn utf8(path: &Path) -> String {
    path.to_str().expect("a path in UTF-8").to_owned()
}
