use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

const STARTUP: Duration = Duration::from_secs(60);

/// A server under a shell that ends it with us.
#[derive(Debug)]
pub(crate) struct Server {
    directory: PathBuf,
    shell: Child,
    /// `None` once the shell has been told to end.
    pipes: Mutex<Option<Pipes>>,
}

#[derive(Debug)]
struct Pipes {
    commands: ChildStdin,
    replies: BufReader<ChildStdout>,
}

impl Server {
    /// Prepares a server without starting it.
    pub(crate) fn new(directory: &Path, command: &[&str]) -> Self {
        let mut shell = Command::new("sh")
            .args(["-c", include_str!("keeper.sh"), "keeper"])
            .arg(directory)
            .args(command)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("sh");
        let commands = shell.stdin.take().expect("its input is a pipe");
        let replies = BufReader::new(shell.stdout.take().expect("its output is a pipe"));
        let pipes = Mutex::new(Some(Pipes { commands, replies }));
        Self {
            directory: directory.to_owned(),
            shell,
            pipes,
        }
    }

    /// Carries out `start`, `stop`, `pause` or `resume`, and returns when it is done.
    pub(crate) fn command(&self, command: &str) {
        let mut pipes = self.pipes.lock().unwrap_or_else(PoisonError::into_inner);
        let Pipes { commands, replies } = pipes.as_mut().expect("open until it is dropped");
        writeln!(commands, "{command}").expect("the shell listens");
        let mut reply = String::new();
        replies.read_line(&mut reply).expect("the shell replies");
        assert_eq!(reply, "done\n", "the shell of a server has ended");
    }

    /// Starts the server and waits until it is ready.
    pub(crate) fn start(&self, ready: impl Fn() -> bool) {
        self.command("start");
        let deadline = Instant::now() + STARTUP;
        while !ready() {
            let log = || fs::read_to_string(self.directory.join("log")).unwrap_or_default();
            assert!(
                Instant::now() < deadline,
                "the server does not start: {}",
                log()
            );
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.pipes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        drop(self.shell.wait());
    }
}

pub(crate) fn directory() -> PathBuf {
    tempfile::tempdir().expect("a temporary directory").keep()
}

pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("it is bound").port()
}

/// Runs a program to its end.
pub(crate) fn run(command: &mut Command) {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{command:?}: {}\n{errors}",
        output.status
    );
}
