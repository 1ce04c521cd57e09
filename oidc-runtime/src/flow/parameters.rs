//! The parameters of a request to a sign-in endpoint.

use std::convert::Infallible;
use std::future::ready;

use futures_util::stream::once;
use multer::{Constraints, Multipart, SizeLimit};

use super::error::FlowError;

const URLENCODED: &str = "application/x-www-form-urlencoded";

/// The media type without its parameters, in lower case; empty if it is no text.
fn essence(content_type: &[u8]) -> String {
    let content_type = std::str::from_utf8(content_type).unwrap_or_default();
    let (essence, _) = content_type.split_once(';').unwrap_or((content_type, ""));
    essence.trim().to_ascii_lowercase()
}

/// Parameters of a query or a form.
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    pub(super) fn of_query(query: Option<&str>) -> Self {
        Self::of_urlencoded(query.unwrap_or_default().as_bytes())
    }

    /// Reads a form: urlencoded or multipart.
    pub(super) async fn of_form(content_type: &[u8], body: &[u8]) -> Result<Self, FlowError> {
        match essence(content_type).as_str() {
            URLENCODED => Ok(Self::of_urlencoded(body)),
            "multipart/form-data" => Self::of_multipart(content_type, body)
                .await
                .map_err(|_| FlowError::request("the form is not well-formed")),
            _ => Err(FlowError::request("the body must be a form")),
        }
    }

    /// Reads an urlencoded form.
    #[cfg(feature = "sessions")]
    pub(super) fn of_urlencoded_form(content_type: &[u8], body: &[u8]) -> Result<Self, FlowError> {
        match essence(content_type).as_str() {
            URLENCODED => Ok(Self::of_urlencoded(body)),
            _ => Err(FlowError::request("the body must be an urlencoded form")),
        }
    }

    fn of_urlencoded(text: &[u8]) -> Self {
        Self(form_urlencoded::parse(text).into_owned().collect())
    }

    async fn of_multipart(content_type: &[u8], body: &[u8]) -> multer::Result<Self> {
        let content_type = std::str::from_utf8(content_type).unwrap_or_default();
        let boundary = multer::parse_boundary(content_type)?;
        let limit = SizeLimit::new().whole_stream(body.len() as u64);
        let constraints = Constraints::new().size_limit(limit);
        let body = once(ready(Ok::<_, Infallible>(body.to_vec())));
        let mut form = Multipart::with_constraints(body, boundary, constraints);
        let mut parameters = Vec::new();
        while let Some(field) = form.next_field().await? {
            let name = field.name().unwrap_or_default().to_owned();
            parameters.push((name, field.text().await?));
        }
        Ok(Self(parameters))
    }

    /// A parameter under any of its names. One without a value counts as missing, and none may be
    /// repeated (RFC 6749 §3.1).
    pub(super) fn one_of(&self, names: &[&str]) -> Result<Option<&str>, FlowError> {
        let mut found = self
            .0
            .iter()
            .filter(|(name, _)| names.contains(&name.as_str()));
        let value = found.next().map(|(_, value)| value.as_str());
        if found.next().is_some() {
            let name = names.first().copied().unwrap_or_default();
            return Err(FlowError::request(format!("`{name}` is repeated")));
        }
        Ok(value.filter(|value| !value.is_empty()))
    }

    /// Whether there is such a parameter, even without a value.
    #[cfg(feature = "sessions")]
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(other, _)| other == name)
    }

    /// The same as [`get`](Self::get), but one without a value does not count as missing.
    #[cfg(feature = "sessions")]
    pub(super) fn raw(&self, name: &'static str) -> Result<Option<&str>, FlowError> {
        let value = self.get(name)?;
        Ok(value.or(self.has(name).then_some("")))
    }

    pub(super) fn get(&self, name: &str) -> Result<Option<&str>, FlowError> {
        self.one_of(&[name])
    }

    pub(super) fn required(&self, name: &'static str) -> Result<&str, FlowError> {
        self.get(name)?
            .ok_or_else(|| FlowError::request(format!("`{name}` is missing")))
    }
}
