//! The program.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_oidc-devidp");

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn it_prints_its_address_and_serves() {
    let mut command = Command::new(PROGRAM);
    command
        .args(["--port", "0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut program = Running(command.spawn().unwrap());
    let lines = BufReader::new(program.0.stdout.take().unwrap()).lines();
    let lines: Vec<String> = lines.take(6).map(Result::unwrap).collect();
    let word = |line: usize| lines[line].split_whitespace().nth(1).unwrap();

    assert_eq!(lines[2], "client     oidc-guard-dev (public)");
    assert_eq!([word(3), word(4), word(5)], ["alice", "bob", "carol"]);
    let metadata: Value = reqwest::get(word(1)).await.unwrap().json().await.unwrap();
    assert_eq!(metadata["issuer"], word(0));
}

#[tokio::test]
async fn it_serves_every_issuer_of_its_file() {
    let file = std::env::temp_dir().join(format!("oidc-devidp-{}.toml", std::process::id()));
    std::fs::write(&file, "port = 0\nusers = []\n[issuers.partner]\nport = 0\n").unwrap();
    let mut command = Command::new(PROGRAM);
    command.arg(&file).stdout(Stdio::piped());
    let mut program = Running(command.stderr(Stdio::null()).spawn().unwrap());
    let lines = BufReader::new(program.0.stdout.take().unwrap()).lines();
    let lines: Vec<String> = lines.take(11).map(Result::unwrap).collect();
    std::fs::remove_file(&file).unwrap();
    assert_eq!(lines[4], "name       partner");
    let word = |line: usize| lines[line].split_whitespace().nth(1).unwrap();
    for (issuer, discovery) in [(word(0), word(1)), (word(5), word(6))] {
        let metadata: Value = reqwest::get(discovery).await.unwrap().json().await.unwrap();
        assert_eq!(metadata["issuer"], issuer);
    }
}

#[test]
fn it_does_not_serve_other_machines() {
    let output = Command::new(PROGRAM)
        .args(["--host", "0.0.0.0"])
        .output()
        .unwrap();
    assert!(!output.status.success());
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.contains("insecure_allow_remote"), "{message}");
}
