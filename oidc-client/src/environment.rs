//! Where the program runs, and how a person can be asked there.

use std::env;
use std::ffi::OsString;
use std::io::{IsTerminal as _, stderr, stdin};

/// Variables that batch systems, container clusters and CI set for a job.
const BATCH: [&str; 16] = [
    "SLURM_JOB_ID",
    "PBS_JOBID",
    "PBS_ENVIRONMENT",
    "SGE_TASK_ID",
    "PE_HOSTFILE",
    "LSB_JOBID",
    "OAR_JOB_ID",
    "OAR_NODEFILE",
    "KUBERNETES_SERVICE_HOST",
    "CI",
    "GITHUB_ACTIONS",
    "GITLAB_CI",
    "JENKINS_URL",
    "TF_BUILD",
    "TEAMCITY_VERSION",
    "BUILDKITE",
];
const SSH: [&str; 3] = ["SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"];
const JUPYTER: [&str; 3] = ["JPY_PARENT_PID", "JPY_SESSION_NAME", "JUPYTERHUB_USER"];
const DISPLAY: [&str; 2] = ["DISPLAY", "WAYLAND_DISPLAY"];

/// Where the program runs, as far as it matters for signing in.
///
/// ```
/// use oidc_client::{Environment, Way};
///
/// let desk = Environment::default().terminal(true).display(true);
/// assert_eq!(desk.way(), Way::Browser);
/// assert_eq!(desk.clone().ssh(true).way(), Way::Device);
/// assert_eq!(desk.batch(true).way(), Way::Nobody);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    terminal: bool,
    display: bool,
    ssh: bool,
    jupyter: bool,
    batch: bool,
}

/// How a person can be asked to sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Way {
    /// In a browser on this machine.
    Browser,
    /// In a browser on another device.
    Device,
    /// Nobody can be asked.
    Nobody,
}

impl Environment {
    /// What the variables and streams of this process say.
    pub fn detect() -> Self {
        let terminal = stdin().is_terminal() && stderr().is_terminal();
        Self::of(|name| env::var_os(name), terminal)
    }

    fn of(variable: impl Fn(&str) -> Option<OsString>, terminal: bool) -> Self {
        let is_set =
            |name: &str| variable(name).is_some_and(|value| !value.is_empty() && value != "false");
        let any = |names: &[&str]| names.iter().any(|name| is_set(name));
        Self {
            terminal,
            display: cfg!(any(windows, target_os = "macos")) || any(&DISPLAY),
            ssh: any(&SSH),
            jupyter: any(&JUPYTER),
            // Grid Engine has no variable that is not a common word.
            batch: any(&BATCH) || (is_set("JOB_ID") && is_set("QUEUE")),
        }
    }

    /// Whether a person sees what the program writes, and can type. Default: no.
    #[must_use]
    pub fn terminal(mut self, terminal: bool) -> Self {
        self.terminal = terminal;
        self
    }

    /// Whether a browser can be shown. Default: no.
    #[must_use]
    pub fn display(mut self, display: bool) -> Self {
        self.display = display;
        self
    }

    /// Whether the person is at another machine. Default: no.
    #[must_use]
    pub fn ssh(mut self, ssh: bool) -> Self {
        self.ssh = ssh;
        self
    }

    /// Whether a notebook shows what the program writes. Default: no.
    #[must_use]
    pub fn jupyter(mut self, jupyter: bool) -> Self {
        self.jupyter = jupyter;
        self
    }

    /// Whether the program is a job that runs by itself. Default: no.
    #[must_use]
    pub fn batch(mut self, batch: bool) -> Self {
        self.batch = batch;
        self
    }

    /// How a person can be asked there.
    pub fn way(&self) -> Way {
        if self.batch {
            Way::Nobody
        } else if self.jupyter {
            Way::Device
        } else if !self.terminal {
            Way::Nobody
        } else if self.ssh || !self.display {
            Way::Device
        } else {
            Way::Browser
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(not(any(windows, target_os = "macos")))]
    #[test]
    fn the_way_follows_from_the_environment() {
        let cases: [(&[(&str, &str)], bool, Way); 22] = [
            (&[], true, Way::Device),
            (&[], false, Way::Nobody),
            (&[("DISPLAY", ":0")], true, Way::Browser),
            (&[("DISPLAY", "")], true, Way::Device),
            (&[("WAYLAND_DISPLAY", "wayland-0")], true, Way::Browser),
            (&[("DISPLAY", ":0")], false, Way::Nobody),
            (
                &[("DISPLAY", ":0"), ("SSH_TTY", "/dev/pts/1")],
                true,
                Way::Device,
            ),
            (
                &[("DISPLAY", "localhost:10"), ("SSH_CONNECTION", "a")],
                true,
                Way::Device,
            ),
            (&[("SSH_CONNECTION", "a")], false, Way::Nobody),
            (&[("JPY_PARENT_PID", "1")], false, Way::Device),
            (
                &[("JPY_SESSION_NAME", "a"), ("DISPLAY", ":0")],
                true,
                Way::Device,
            ),
            (
                &[("JUPYTERHUB_USER", "a"), ("SLURM_JOB_ID", "1")],
                false,
                Way::Nobody,
            ),
            (
                &[("DISPLAY", ":0"), ("SLURM_JOB_ID", "1")],
                true,
                Way::Nobody,
            ),
            (&[("DISPLAY", ":0"), ("PBS_JOBID", "1")], true, Way::Nobody),
            (
                &[("DISPLAY", ":0"), ("SGE_TASK_ID", "undefined")],
                true,
                Way::Nobody,
            ),
            (
                &[("DISPLAY", ":0"), ("JOB_ID", "1"), ("QUEUE", "all.q")],
                true,
                Way::Nobody,
            ),
            (&[("DISPLAY", ":0"), ("JOB_ID", "1")], true, Way::Browser),
            (&[("DISPLAY", ":0"), ("LSB_JOBID", "1")], true, Way::Nobody),
            (&[("DISPLAY", ":0"), ("OAR_JOB_ID", "1")], true, Way::Nobody),
            (
                &[("DISPLAY", ":0"), ("KUBERNETES_SERVICE_HOST", "1")],
                true,
                Way::Nobody,
            ),
            (&[("DISPLAY", ":0"), ("CI", "true")], true, Way::Nobody),
            (&[("DISPLAY", ":0"), ("CI", "false")], true, Way::Browser),
        ];
        for (variables, terminal, way) in cases {
            let value = |name: &str| {
                let found = variables.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| OsString::from(value))
            };
            assert_eq!(
                Environment::of(value, terminal).way(),
                way,
                "{variables:?} {terminal}"
            );
        }
    }
}
