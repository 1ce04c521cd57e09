//! The beginning of a sign-in: where the application sends the browser.

use std::collections::HashMap;

use oidc_runtime::for_client::{Secret, Verifier};
use url::Url;

use super::CodeFlow;
use crate::error::Error;
use crate::flow::Session;
use crate::server::address_problem;

/// A sign-in that the application has begun.
pub(super) struct Login {
    address: Url,
    redirect_uri: String,
    state: Secret,
    verifier: Verifier,
}

impl Login {
    /// Asks the application where to sign in, and checks its answer.
    pub(super) async fn begin(
        flow: &CodeFlow,
        session: Session<'_>,
        port: u16,
    ) -> Result<Self, Error> {
        let own =
            Verifier::new().map_err(|_| Error::unusable("this system has no random numbers"))?;
        let redirect_uri = format!("http://localhost:{port}/callback");
        let mut url = session.server.login_url().clone();
        add_parameters(&mut url, flow, &redirect_uri, &own.challenge());
        let answer = session.http.get(url).await?;
        let Some(location) = answer.location.as_deref().filter(|_| answer.is_redirect()) else {
            return Err(answer.error());
        };
        Self::read(location, redirect_uri, own, session.server.allows_http)
    }

    fn read(
        location: &str,
        redirect_uri: String,
        own: Verifier,
        allows_http: bool,
    ) -> Result<Self, Error> {
        let address = Url::parse(location).map_err(|_| {
            Error::unusable("the application redirects to something that is no URL")
        })?;
        if let Some(problem) = address_problem(&address, allows_http) {
            return Err(Error::unusable(format!(
                "the address of the provider {problem}"
            )));
        }
        let parameters = parameters(&address)?;
        let get = |name: &str| parameters.get(name).map(String::as_str);
        if get("redirect_uri") != Some(&redirect_uri) {
            return Err(Error::unusable(
                "the application would send the answer of the browser elsewhere",
            ));
        }
        if get("response_type") != Some("code")
            || !matches!(get("response_mode"), None | Some("query"))
        {
            return Err(Error::unusable(
                "the application asks the provider for something other than a code",
            ));
        }
        let state = get("state").filter(|state| !state.is_empty());
        let state = state.ok_or_else(|| Error::unusable("the application gives no `state`"))?;
        let verifier = match get("code_challenge_method") {
            Some("S256") => verifier(own, state, get("code_challenge")),
            _ => None,
        };
        let verifier = verifier.ok_or_else(|| {
            Error::unusable("the application does not protect the code (PKCE, RFC 7636)")
        })?;
        Ok(Self {
            state: Secret::new(state),
            verifier,
            redirect_uri,
            address,
        })
    }

    /// Where the browser has to go.
    pub(super) fn address(&self) -> &str {
        self.address.as_str()
    }

    pub(super) fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    pub(super) fn state(&self) -> &Secret {
        &self.state
    }

    pub(super) fn verifier(&self) -> &str {
        self.verifier.expose()
    }
}

fn add_parameters(url: &mut Url, flow: &CodeFlow, redirect_uri: &str, challenge: &str) {
    let mut query = url.query_pairs_mut();
    query.append_pair("redirect_uri", redirect_uri);
    query.append_pair("code_challenge", challenge);
    query.append_pair("code_challenge_method", "S256");
    if let Some(prompt) = flow.prompt {
        query.append_pair("prompt", prompt.name());
    }
    if flow.offline_access {
        query.append_pair("offline_access", "true");
    }
    if let Some(scopes) = &flow.scopes {
        query.append_pair("scope", scopes);
    }
}

/// Whoever read another one of two values would see another request.
fn parameters(address: &Url) -> Result<HashMap<String, String>, Error> {
    let mut parameters = HashMap::new();
    for (name, value) in address.query_pairs() {
        if parameters
            .insert(name.into_owned(), value.into_owned())
            .is_some()
        {
            return Err(Error::unusable(
                "the address of the provider has a parameter twice",
            ));
        }
    }
    Ok(parameters)
}

/// The verifier that belongs to the challenge: the own one, or that of py-oidc-auth, which is the last
/// part of its state.
fn verifier(own: Verifier, state: &str, challenge: Option<&str>) -> Option<Verifier> {
    let belongs = |verifier: &Verifier| challenge == Some(&*verifier.challenge());
    let theirs = state
        .rsplit_once('|')
        .and_then(|(_, text)| Verifier::of(text));
    [Some(own), theirs].into_iter().flatten().find(belongs)
}

#[cfg(test)]
mod tests {
    use super::*;

    const URI: &str = "http://localhost:53100/callback";
    /// The pair of RFC 7636 appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    fn read(base: &str, parameters: &[(&str, &str)], own: &str) -> Result<Login, Error> {
        let mut url = Url::parse(base).expect("a URL");
        url.query_pairs_mut().extend_pairs(parameters);
        let own = Verifier::of(own).expect("a verifier");
        Login::read(url.as_str(), URI.to_owned(), own, false)
    }

    fn plain<'p>(state: &'p str, challenge: &'p str) -> Vec<(&'p str, &'p str)> {
        vec![
            ("response_type", "code"),
            ("client_id", "app"),
            ("redirect_uri", URI),
            ("state", state),
            ("code_challenge", challenge),
            ("code_challenge_method", "S256"),
        ]
    }

    #[test]
    fn the_verifier_is_the_one_of_the_challenge() {
        let base = "https://login.example/auth?tenant=1";
        let login = read(base, &plain("sealed", CHALLENGE), VERIFIER).expect("a login");
        assert_eq!(login.verifier(), VERIFIER);
        assert_eq!(login.state().expose(), "sealed");

        let state = format!("random|{URI}|{VERIFIER}");
        let login = read(base, &plain(&state, CHALLENGE), "another-one").expect("a login");
        assert_eq!(login.verifier(), VERIFIER);

        for state in ["sealed", "a|b", VERIFIER, &format!("{VERIFIER}|")] {
            assert!(
                read(base, &plain(state, CHALLENGE), "another-one").is_err(),
                "{state}"
            );
        }
    }

    #[test]
    fn other_answers_are_refused() {
        let changed = |name: &'static str, value: &'static str| {
            let mut parameters = plain("s", CHALLENGE);
            parameters.retain(|(known, _)| *known != name);
            if !value.is_empty() {
                parameters.push((name, value));
            }
            parameters
        };
        let twice = [plain("s", CHALLENGE), vec![("state", "t")]].concat();
        let cases = [
            changed("redirect_uri", "http://localhost:53101/callback"),
            changed("redirect_uri", "https://evil.example/callback"),
            changed("redirect_uri", ""),
            changed("state", ""),
            changed("code_challenge", ""),
            changed("code_challenge_method", "plain"),
            changed("code_challenge_method", ""),
            changed("response_type", "token"),
            changed("response_mode", "form_post"),
            twice,
        ];
        for parameters in cases {
            let result = read("https://login.example/auth", &parameters, VERIFIER);
            assert!(result.is_err(), "{parameters:?}");
        }
        for base in [
            "http://login.example",
            "ftp://login.example",
            "https://bank.example@login.example",
            "data:text/html,x",
        ] {
            assert!(
                read(base, &plain("s", CHALLENGE), VERIFIER).is_err(),
                "{base}"
            );
        }
        assert!(read("http://127.0.0.1:9", &plain("s", CHALLENGE), VERIFIER).is_ok());
    }
}
