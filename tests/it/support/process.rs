//! Servers in processes of their own.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::watch;

const START_LIMIT: Duration = Duration::from_secs(90);
const READY: &str = "listening on ";

/// A server that printed `listening on URL`; it ends with this value.
#[derive(Debug)]
pub(crate) struct Server {
    url: String,
    output: Output,
    child: Child,
}

impl Server {
    /// Starts `command` and waits until it listens.
    ///
    /// # Panics
    ///
    /// When it ends, or does not listen within 90 seconds; the message holds what it printed.
    pub(crate) async fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
        let output = Output::default();
        let (found, mut ready) = watch::channel(None);
        let stdout = child.stdout.take().expect("stdout is piped");
        let stderr = child.stderr.take().expect("stderr is piped");
        tokio::spawn(output.clone().collect(stdout, Some(found)));
        tokio::spawn(output.clone().collect(stderr, None));
        let url = match tokio::time::timeout(START_LIMIT, ready.wait_for(Option::is_some)).await {
            Ok(Ok(url)) => url.clone().unwrap_or_default(),
            Ok(Err(_)) => panic!(
                "{command:?} ended before it listened ({:?}); it printed:\n{}",
                child.wait().await,
                output.text()
            ),
            Err(elapsed) => panic!(
                "{command:?} does not listen ({elapsed}); it printed:\n{}",
                output.text()
            ),
        };
        Self { url, output, child }
    }

    /// Starts one of this package's examples, with nothing of this process's OIDC settings.
    pub(crate) async fn example(name: &str, settings: &[(&str, &str)]) -> Self {
        let mut command = Command::new(example(name));
        for (variable, _) in std::env::vars_os() {
            if variable.to_string_lossy().starts_with("OIDC_") {
                command.env_remove(variable);
            }
        }
        command
            .env("HOST", "127.0.0.1")
            .env("PORT", "0")
            .envs(settings.iter().copied());
        Self::start(&mut command).await
    }

    /// Base URL, without a slash at the end.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Everything printed so far, on both streams.
    pub(crate) fn output(&self) -> String {
        self.output.text()
    }

    /// Ends the server, so that its port refuses connections.
    pub(crate) async fn stop(mut self) {
        self.child.kill().await.expect("the server can be ended");
    }
}

/// A port for a server whose settings name it. It is none of those that the system hands out, so nothing
/// else takes it between now and the server's start.
pub(crate) fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    (0..10_000)
        .map(|_| 20_000 + NEXT.fetch_add(1, Ordering::Relaxed) % 10_000)
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .expect("a port is free")
}

pub(crate) fn example(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its own path");
    let profile = test
        .ancestors()
        .nth(2)
        .expect("tests are built in target/PROFILE/deps");
    let path = profile.join("examples").join(name);
    assert!(
        path.is_file(),
        "{} is missing: run `cargo build --examples`",
        path.display()
    );
    path
}

/// Runs `command` to its end and reads what it printed as JSON.
///
/// # Panics
///
/// When it fails or prints something else; the message holds its standard error.
pub(crate) async fn json_output(command: &mut Command) -> Value {
    let output = command
        .kill_on_drop(true)
        .output()
        .await
        .unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?} failed:\n{errors}");
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{command:?} printed no JSON ({error}):\n{errors}"))
}

#[derive(Clone, Debug, Default)]
struct Output(Arc<Mutex<String>>);

impl Output {
    fn text(&self) -> String {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Reads on to the end, so that the server never waits for a full pipe.
    async fn collect(
        self,
        stream: impl AsyncRead + Unpin,
        ready: Option<watch::Sender<Option<String>>>,
    ) {
        let mut lines = BufReader::new(stream).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            if let (Some(ready), Some(url)) = (&ready, line.strip_prefix(READY)) {
                ready.send_replace(Some(url.to_owned()));
            }
            let mut text = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            text.push_str(&line);
            text.push('\n');
        }
    }
}
