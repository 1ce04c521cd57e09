//! A person at a browser, scripted: follows redirects and works the forms of sign-in pages.

use reqwest::{Client, RequestBuilder, StatusCode, Url, header, redirect};

use super::html::{self, Attributes, Button, Form};

const MAX_STEPS: usize = 20;

/// Signs in as one user and grants what is requested, or declines it. Keeps its cookies.
#[derive(Debug)]
pub(crate) struct UserAgent {
    client: Client,
    user: String,
    approves: bool,
}

/// Where a visit ended.
#[derive(Debug)]
pub(crate) struct Landing {
    pub(crate) url: Url,
    /// `None` when the visit ended before this page was fetched.
    pub(crate) status: Option<StatusCode>,
    pub(crate) body: String,
}

impl Landing {
    /// A parameter of the query.
    pub(crate) fn query(&self, name: &str) -> Option<String> {
        self.url
            .query_pairs()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }
}

impl UserAgent {
    pub(crate) fn approving(user: &str) -> Self {
        Self::new(user, true)
    }

    pub(crate) fn declining(user: &str) -> Self {
        Self::new(user, false)
    }

    fn new(user: &str, approves: bool) -> Self {
        let client = Client::builder()
            .cookie_store(true)
            .no_proxy()
            .redirect(redirect::Policy::none())
            .build()
            .expect("the client's settings are sound");
        Self {
            client,
            user: user.to_owned(),
            approves,
        }
    }

    /// Works through the pages from `start` on, to the first one without a form.
    pub(crate) async fn visit(&self, start: &str) -> Landing {
        self.walk(start, None).await
    }

    /// As [`visit`](Self::visit), but ends, without a request, at a URL that begins with `end`.
    pub(crate) async fn visit_until(&self, start: &str, end: &str) -> Landing {
        self.walk(start, Some(end)).await
    }

    async fn walk(&self, start: &str, end: Option<&str>) -> Landing {
        let mut url = Url::parse(start).expect("a URL");
        let mut request = self.client.get(url.clone());
        for _ in 0..MAX_STEPS {
            let response = request.send().await.expect("the page responds");
            let status = response.status();
            if let Some(location) = response.headers().get(header::LOCATION) {
                let location = location.to_str().expect("a printable location");
                url = url.join(location).expect("a valid location");
                if end.is_some_and(|end| url.as_str().starts_with(end)) {
                    return Landing {
                        url,
                        status: None,
                        body: String::new(),
                    };
                }
                request = self.client.get(url.clone());
                continue;
            }
            let body = response.text().await.expect("a page of text");
            let Some((action, submission)) = self.submission(&url, &body) else {
                return Landing {
                    url,
                    status: Some(status),
                    body,
                };
            };
            (url, request) = (action, submission);
        }
        panic!("more than {MAX_STEPS} steps, the last at {url}");
    }

    /// The request of the button that this person would press, if the page has buttons.
    fn submission(&self, page: &Url, body: &str) -> Option<(Url, RequestBuilder)> {
        let forms = html::forms(body);
        let choices = forms
            .iter()
            .flat_map(|form| form.buttons.iter().map(move |button| (form, button)));
        let (form, button) = choices.min_by_key(|(form, button)| self.reluctance(form, button))?;
        let mut fields: Vec<_> = form
            .inputs
            .iter()
            .map(|input| (input.get("name"), self.value(input)))
            .collect();
        fields.push((
            button.attributes.get("name"),
            button.attributes.get("value"),
        ));
        fields.retain(|(name, _)| !name.is_empty());
        let url = page
            .join(form.attributes.get("action"))
            .expect("a valid action");
        let request = match form.attributes.get("method") {
            "post" => self.client.post(url.clone()).form(&fields),
            _ => self.client.get(url.clone()).query(&fields),
        };
        Some((url, request))
    }

    /// Least for the button to press: it says what the person wants, names or asks for them.
    fn reluctance(&self, form: &Form, button: &Button) -> (bool, bool, bool) {
        let [name, value] = ["name", "value"].map(|name| button.attributes.get(name));
        let step = form
            .attributes
            .get("action")
            .rsplit('/')
            .next()
            .unwrap_or_default();
        let declines = [&button.label, name, value, step]
            .iter()
            .any(|text| contains_word(text, &["abort", "cancel", "decline", "deny", "no"]));
        let inputs = form.inputs.iter().map(|input| input.get("value"));
        let names_user = inputs
            .chain([&button.label, value])
            .any(|text| contains_word(text, &[&self.user]));
        let prompts_for_user = form.inputs.iter().any(prompts_for_user);
        (declines == self.approves, !names_user, !prompts_for_user)
    }

    fn value<'a>(&'a self, input: &'a Attributes) -> &'a str {
        if prompts_for_user(input) {
            &self.user
        } else {
            input.get("value")
        }
    }
}

fn prompts_for_user(input: &Attributes) -> bool {
    matches!(input.get("type"), "" | "text" | "email")
        && matches!(input.get("name"), "user" | "username" | "login" | "account")
}

fn contains_word(text: &str, words: &[&str]) -> bool {
    text.split(|c: char| !c.is_alphanumeric())
        .any(|part| words.iter().any(|word| part.eq_ignore_ascii_case(word)))
}
