//! The command as a process.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Stdio;

use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, ChildStderr, Command};

use super::App;

/// Somebody who has a directory of their own and no settings.
pub(crate) struct Home(TempDir);

/// What an ended command left.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A command that waits for somebody.
pub(crate) struct Running {
    child: Child,
    stderr: BufReader<ChildStderr>,
    read: String,
}

impl Home {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a directory for temporary files"))
    }

    /// The command with nothing of the environment of the tests.
    pub(crate) fn command<S: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = S>,
    ) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_oidc-guard"));
        let system = ["PATH", "SYSTEMROOT"].map(|name| (name, std::env::var_os(name)));
        command
            .args(arguments)
            .env_clear()
            .envs(
                system
                    .into_iter()
                    .filter_map(|(name, value)| Some((name, value?))),
            )
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        for variable in ["HOME", "XDG_STATE_HOME", "LOCALAPPDATA"] {
            command.env(variable, self.0.path());
        }
        command
    }

    /// Where the command keeps tokens.
    pub(crate) fn tokens(&self) -> PathBuf {
        let state = if cfg!(target_os = "macos") {
            self.0.path().join("Library/Application Support")
        } else {
            self.0.path().to_owned()
        };
        state.join("oidc-guard/tokens")
    }

    pub(crate) async fn run<const N: usize>(&self, arguments: [&str; N]) -> Output {
        Output::of(&mut self.command(arguments)).await
    }

    /// Runs a command with the settings of a server and a token on standard input.
    pub(crate) async fn inspect(
        &self,
        token: &str,
        variables: &[(&str, String)],
        more: &[&str],
    ) -> Output {
        let arguments = [&["inspect"], more].concat();
        let mut command = self.command(arguments);
        command.envs(variables.iter().map(|(name, value)| (name, value)));
        let mut child = command.stdin(Stdio::piped()).spawn().expect("it starts");
        let mut stdin = child.stdin.take().expect("it is piped");
        // It may end before it reads.
        let _ = stdin.write_all(token.as_bytes()).await;
        drop(stdin);
        Output::from(child.wait_with_output().await.expect("it ends"))
    }

    /// Signs in to the server by the device flow.
    pub(crate) async fn sign_in(&self, app: &App, user: &str) -> Output {
        let arguments = ["login", "--device", "--json", &app.address];
        let mut login = Running::start(&mut self.command(arguments));
        let prompt = login.prompt().await;
        let code = prompt["user_code"].as_str().expect("a code");
        app.idp.approve_device(code, user);
        login.end().await
    }
}

impl Output {
    pub(crate) async fn of(command: &mut Command) -> Self {
        command.output().await.expect("it starts and ends").into()
    }

    /// Standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Standard error as JSON.
    #[track_caller]
    pub(crate) fn error(&self) -> Value {
        serde_json::from_str(&self.stderr).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub(crate) fn contains(&self, text: &str) -> bool {
        self.stdout.contains(text) || self.stderr.contains(text)
    }
}

impl From<std::process::Output> for Output {
    fn from(output: std::process::Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("text");
        Self {
            code: output.status.code().expect("it ended by itself"),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }
}

impl Running {
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command.spawn().expect("it starts");
        let stderr = BufReader::new(child.stderr.take().expect("it is piped"));
        Self {
            child,
            stderr,
            read: String::new(),
        }
    }

    /// The next line of standard error, which says in JSON what the person has to do.
    pub(crate) async fn prompt(&mut self) -> Value {
        let mut line = String::new();
        self.stderr.read_line(&mut line).await.expect("a line");
        self.read.push_str(&line);
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"))
    }

    pub(crate) async fn end(mut self) -> Output {
        self.stderr
            .read_to_string(&mut self.read)
            .await
            .expect("text");
        let mut output = Output::from(self.child.wait_with_output().await.expect("it ends"));
        output.stderr = self.read;
        output
    }
}
