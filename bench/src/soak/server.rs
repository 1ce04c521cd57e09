//! The application under load, in a process of its own.

use std::fs;
use std::io::{self, BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use oidc_devidp::TestIdp;

/// How much the server may grow after the first third, in KiB. Whole sign-ins bring new tokens,
/// which are kept as long as they are valid.
const GROWTH: u64 = 16 * 1024;

/// Ends with this value.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
}

impl Server {
    /// Starts an example for this provider, with further variables of the environment.
    pub fn start(program: &str, idp: &TestIdp, variables: &[(&str, &str)]) -> io::Result<Self> {
        let mut child = Command::new(program)
            .env("OIDC_CLIENT_ID", idp.client_id())
            .env("OIDC_DISCOVERY_URL", idp.discovery_url())
            .env("RUST_LOG", "off")
            .env("HOST", "127.0.0.1")
            .env("PORT", "0")
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        if let Some(stdout) = child.stdout.take() {
            BufReader::new(stdout).read_line(&mut line)?;
        }
        let address = line.trim().strip_prefix("listening on http://");
        let address = address.and_then(|address| address.parse().ok());
        let address = address.ok_or_else(|| io::Error::other("the server does not listen"))?;
        Ok(Self { child, address })
    }

    /// Resident memory in KiB, as Linux counts it.
    fn memory(&self) -> io::Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let number = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
        number.ok_or_else(|| io::Error::other("the server has ended"))
    }

    /// Its memory, every second until it is over, or for so long.
    pub fn watch(&self, length: Duration, over: &AtomicBool) -> Result<Memory, String> {
        let mut samples = Vec::new();
        let start = Instant::now();
        while start.elapsed() < length && !over.load(Ordering::Relaxed) {
            thread::sleep(Duration::from_secs(1));
            samples.push(self.memory().map_err(|error| error.to_string())?);
        }
        Ok(Memory(samples))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The memory of a server, in KiB, every second.
pub struct Memory(Vec<u64>);

impl Memory {
    /// Compares the most that was used in the first third with the most that was used later.
    pub fn judge(&self) -> Result<(), String> {
        let (early, late) = self.0.split_at(self.0.len() / 3);
        let most = |samples: &[u64]| samples.iter().max().copied().unwrap_or_default();
        let (before, after) = (most(early), most(late));
        println!("{before:>9} KiB at most in the first third, {after} KiB later");
        if after > before + GROWTH {
            return Err(format!("the server grew from {before} to {after} KiB"));
        }
        Ok(())
    }
}
