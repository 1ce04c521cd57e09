//! A browser, as far as signing in needs one: it keeps cookies.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;

use oidc_devidp::TestIdp;

use crate::connection::{Answer, Connection};

pub struct Browser {
    connection: Connection,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    pub fn new(server: SocketAddr) -> Self {
        Self {
            connection: Connection::new(server),
            cookies: BTreeMap::new(),
        }
    }

    /// Another one with the same cookies, and a connection of its own.
    pub fn beside(&self, server: SocketAddr) -> Self {
        Self {
            cookies: self.cookies.clone(),
            ..Self::new(server)
        }
    }

    /// Gets a page, and keeps the cookies that it sets.
    pub fn get(&mut self, path: &str) -> io::Result<Answer> {
        self.send(&format!("GET {path}"), "", "")
    }

    /// Posts JSON as a page of the own site does.
    pub fn post(&mut self, path: &str, json: &str) -> io::Result<Answer> {
        let fields = format!(
            "sec-fetch-site: same-origin\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n",
            json.len()
        );
        self.send(&format!("POST {path}"), &fields, json)
    }

    fn send(&mut self, what: &str, fields: &str, body: &str) -> io::Result<Answer> {
        let cookie = match self.cookies() {
            none if none.is_empty() => none,
            cookies => format!("cookie: {cookies}\r\n"),
        };
        let request = format!("{what} HTTP/1.1\r\nhost: 127.0.0.1\r\n{cookie}{fields}\r\n{body}");
        let answer = self.connection.ask(request.as_bytes())?;
        for set in answer.fields("set-cookie") {
            let (cookie, attributes) = set.split_once(';').unwrap_or((set, ""));
            let (name, value) = cookie.split_once('=').unwrap_or((cookie, ""));
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Ok(answer)
    }

    /// The value of the field `Cookie`.
    pub fn cookies(&self) -> String {
        let pairs = self.cookies.iter();
        let pairs: Vec<_> = pairs
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    }

    /// Becomes the browser of somebody else, and returns the value of the field `Cookie` so far.
    pub fn forget(&mut self) -> String {
        let cookies = self.cookies();
        self.cookies.clear();
        cookies
    }

    /// Signs in to an application whose sign-in routes have no prefix.
    pub fn sign_in(&mut self, idp: &TestIdp, username: &str) -> Result<(), String> {
        let mut ask = |path: &str, status| match self.get(path) {
            Ok(answer) if answer.status == status => Ok(answer),
            Ok(answer) => Err(format!("{path}: {} {}", answer.status, answer.body)),
            Err(error) => Err(format!("{path}: {error}")),
        };
        let login = ask("/auth/v2/login", 307)?;
        let landing = idp.sign_in(login.location().ok_or("no location")?, username);
        let (_, callback) = landing.split_once("/auth/").ok_or("a foreign callback")?;
        ask(&format!("/auth/{callback}"), 303).map(drop)
    }
}
