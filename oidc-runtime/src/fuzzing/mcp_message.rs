//! Compares what the guard of an MCP server takes a body for with what any parser might.

use std::sync::LazyLock;
use std::time::{Duration, UNIX_EPOCH};

use futures_util::FutureExt as _;
use serde_json::json;

use super::mcp_body::TOOLS;
use super::mcp_readings;
use super::request::Request;
use super::signer::{AUDIENCE, CLIENT_ID, ISSUER, KID, NOW, sign, verify};
use crate::answer::Response;
use crate::client::Oidc;
use crate::mcp::{McpLayer, Passage, Tools};
use crate::policy::{AccessMode, OAuthScope, Policy, PolicySpec, Rule};
use crate::token::Principal;

/// What the guard takes a body for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Asked {
    /// It is rejected.
    Malformed,
    /// It runs no tool.
    NoTool,
    /// It runs a tool that has no rule.
    Unknown,
    /// It runs this tool.
    Tool(&'static str),
}

impl Asked {
    /// Whether the rules are kept although the server takes the body for a call of `tool`.
    pub fn covers(self, tool: &str) -> bool {
        match self {
            Self::Malformed => true,
            Self::NoTool => false,
            Self::Unknown => !TOOLS.contains(&tool),
            Self::Tool(listed) => listed == tool,
        }
    }
}

/// A tool's rule: the scope that has its name.
struct Needs<const TOOL: usize>;

impl<const TOOL: usize> Policy for Needs<TOOL> {
    const SPEC: PolicySpec = PolicySpec::new(
        AccessMode::Required,
        Rule::scope(OAuthScope::plain(TOOLS[TOOL])),
        "Needs",
    );
}

struct AnyUser;

impl Policy for AnyUser {
    const SPEC: PolicySpec = PolicySpec::new(AccessMode::Required, Rule::any_user(), "AnyUser");
}

static NOTES: LazyLock<McpLayer> = LazyLock::new(|| {
    let builder = Oidc::builder().client_id(CLIENT_ID).discovery_url(ISSUER);
    let builder = builder.clock(|| UNIX_EPOCH + Duration::from_secs(NOW.unsigned_abs()));
    let tools = Tools::new()
        .with(TOOLS[0], Needs::<0>)
        .with(TOOLS[1], Needs::<1>)
        .with(TOOLS[2], Needs::<2>);
    let oidc = builder.build().expect("a configuration");
    oidc.mcp_layer(AnyUser, tools)
});

/// One without scopes.
static USER: LazyLock<Principal> = LazyLock::new(|| {
    let header = json!({"alg": "EdDSA", "kid": KID}).to_string();
    let claims = json!({"iss": ISSUER, "aud": AUDIENCE, "sub": "alice", "exp": NOW + 60});
    let token = sign(header.as_bytes(), claims.to_string().as_bytes());
    verify(&token).expect("a genuine token")
});

/// Lets the guard judge a body.
///
/// # Panics
/// If some parser might take a body for the call of a tool that the guard does not take it for, or
/// none does where the guard does.
pub fn mcp_message(body: &[u8]) -> Asked {
    let asked = judge(body);
    let text = String::from_utf8_lossy(body);
    let (tools, is_whole) = mcp_readings::tools(body);
    for tool in &tools {
        assert!(asked.covers(tool), "{asked:?}, not {tool:?}: {text}");
    }
    if let Asked::Tool(tool) = asked {
        assert!(!is_whole || tools.contains(tool), "{asked:?}: {text}");
    }
    asked
}

fn judge(body: &[u8]) -> Asked {
    let passage = Passage {
        user: USER.clone(),
        session: None,
    };
    let request = Request {
        method: "POST",
        path: "/mcp",
        fields: Vec::new(),
    };
    let judged = NOTES.guard.judge_body(&passage, body, &request);
    match judged.now_or_never().expect("there are no checks") {
        Ok(()) => Asked::NoTool,
        Err(response) if response.status == 400 => Asked::Malformed,
        Err(response) => {
            assert_eq!(response.status, 403);
            let missing = TOOLS.into_iter().find(|tool| asks_for(&response, tool));
            missing.map_or(Asked::Unknown, Asked::Tool)
        }
    }
}

fn asks_for(response: &Response, scope: &str) -> bool {
    let scope = format!("scope=\"{scope}\"");
    let mut challenges = response
        .headers
        .iter()
        .filter(|(name, _)| name == "www-authenticate");
    challenges.any(|(_, challenge)| challenge.contains(&scope))
}
