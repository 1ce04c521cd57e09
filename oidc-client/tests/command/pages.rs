//! What is printed, and how.

use crate::support::{Home, Output, signed_in};

#[tokio::test]
async fn what_is_no_terminal_gets_no_colours() {
    let (app, home) = signed_in("alice").await;
    for arguments in [
        vec!["list"],
        vec!["doctor", app.idp.issuer()],
        vec!["doctor", "http://127.0.0.1:1"],
        vec!["token", "http://127.0.0.1:1"],
        vec!["inspect", "--server", &app.address],
        vec!["--help"],
        vec!["nonsense"],
    ] {
        let mut command = home.command(&arguments);
        command.envs(app.variables()).env("TERM", "xterm-256color");
        let output = Output::of(&mut command).await;
        assert!(!output.contains("\u{1b}"), "{arguments:?} {output:?}");
    }
}

#[tokio::test]
async fn colours_can_be_forced_and_forbidden() {
    let home = Home::new();
    for (variable, has_colours) in [("CLICOLOR_FORCE", true), ("NO_COLOR", false)] {
        let mut command = home.command(["doctor", "http://127.0.0.1:1"]);
        let output = Output::of(command.env(variable, "1")).await;
        assert_eq!(output.stdout.contains('\u{1b}'), has_colours, "{variable}");
    }
}

#[tokio::test]
async fn completions_know_the_commands() {
    let home = Home::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let output = home.run(["completions", shell]).await;
        assert_eq!(output.code, 0, "{shell}");
        for command in ["login", "inspect", "doctor"] {
            assert!(output.stdout.contains(command), "{shell} {command}");
        }
    }
    assert_eq!(home.run(["completions", "tcsh"]).await.code, 2);
}

#[tokio::test]
async fn there_is_a_manual_page_for_each_command() {
    let home = Home::new();
    let page = home.run(["man"]).await;
    assert!(page.stdout.contains(".TH oidc-guard 1"), "{page:?}");
    assert!(
        page.stdout.contains("a person has to sign in first"),
        "{page:?}"
    );
    for command in [
        "login",
        "logout",
        "token",
        "whoami",
        "get",
        "list",
        "inspect",
        "doctor",
        "completions",
        "man",
    ] {
        let page = home.run(["man", command]).await;
        assert_eq!(page.code, 0, "{command}");
        assert!(
            page.stdout.contains(&format!(".TH oidc-guard-{command} 1")),
            "{page:?}"
        );
        assert_eq!(home.run([command, "--help"]).await.code, 0, "{command}");
    }
    assert_eq!(home.run(["man", "nonsense"]).await.code, 2);
}
