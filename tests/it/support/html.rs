//! The forms of a sign-in page: enough of HTML for pages without scripts.

use std::collections::HashMap;

#[derive(Debug, Default)]
pub(crate) struct Attributes(HashMap<String, String>);

impl Attributes {
    /// The attribute's value, empty when it is absent.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }
}

#[derive(Debug, Default)]
pub(crate) struct Form {
    pub(crate) attributes: Attributes,
    pub(crate) inputs: Vec<Attributes>,
    pub(crate) buttons: Vec<Button>,
}

#[derive(Debug)]
pub(crate) struct Button {
    pub(crate) attributes: Attributes,
    pub(crate) label: String,
}

pub(crate) fn forms(page: &str) -> Vec<Form> {
    let mut forms: Vec<Form> = Vec::new();
    for chunk in page.split('<').skip(1) {
        let (tag, text) = chunk.split_once('>').unwrap_or((chunk, ""));
        let (name, attributes) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
        let attributes = parse_attributes(attributes);
        match (name, forms.last_mut()) {
            ("form", _) => forms.push(Form {
                attributes,
                ..Form::default()
            }),
            ("input", Some(form)) => form.inputs.push(attributes),
            ("button", Some(form)) => {
                form.buttons.push(Button {
                    attributes,
                    label: unescape(text.trim()),
                });
            }
            _ => {}
        }
    }
    forms
}

/// `name="value"` and bare `name`.
fn parse_attributes(mut rest: &str) -> Attributes {
    let mut attributes = Attributes::default();
    loop {
        rest = rest.trim_matches(|c: char| c.is_whitespace() || c == '/');
        let end = rest
            .find(|c: char| c.is_whitespace() || c == '=')
            .unwrap_or(rest.len());
        let (name, tail) = rest.split_at(end);
        if name.is_empty() {
            return attributes;
        }
        let quoted = tail
            .strip_prefix("=\"")
            .and_then(|value| value.split_once('"'));
        let (value, tail) = quoted.unwrap_or(("", tail));
        attributes.0.insert(name.to_owned(), unescape(value));
        rest = tail;
    }
}

fn unescape(text: &str) -> String {
    [
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
    ]
    .iter()
    .fold(text.to_owned(), |text, (escaped, plain)| {
        text.replace(escaped, plain)
    })
}
