//! The tools of a block, once they are known to be correct.

use proc_macro2::Span;

use super::block::{Block, is_called};
use super::settings::Settings;
use super::tool::Tool;
use crate::errors::Errors;

pub(super) struct Tools(pub(super) Vec<Tool>);

impl Tools {
    /// Takes the rules of all tools out of the block.
    pub(super) fn take(block: &mut Block, settings: &Settings, errors: &mut Errors) -> Self {
        check_place(block, settings, errors);
        let members = block.members.iter_mut();
        let tools = members.filter_map(|member| Tool::take(member, &settings.krate, errors));
        let tools: Vec<_> = tools.collect();
        for (index, tool) in tools.iter().enumerate() {
            if tools.iter().take(index).any(|other| other.excludes(tool)) {
                let message = format!("two tools are called `{}`; rename one", tool.name.text);
                errors.at_span(tool.name.span, message);
            }
        }
        Self(tools)
    }
}

impl Tool {
    /// Whether the other tool has its name. Two tools of which each has a condition may stand for
    /// each other.
    fn excludes(&self, other: &Self) -> bool {
        let are_alternatives = !self.cfgs.is_empty() && !other.cfgs.is_empty();
        self.name.text == other.name.text && !are_alternatives
    }
}

fn check_place(block: &Block, settings: &Settings, errors: &mut Errors) {
    if let Some((of_trait, _)) = &block.empty.trait_ {
        let message = "`#[oidc::tools]` writes a function beside the tools, which a trait does not \
                       have; write it on `impl Type { .. }`";
        errors.at(of_trait, message);
        return;
    }
    if let Some(own) = own_function(block, settings) {
        let message = format!(
            "`#[oidc::tools]` writes a function of this name; \
             call its own differently: `#[oidc::tools(fn = {own}_with_rules)]`"
        );
        errors.at(own, message);
    }
    // An empty router is the MCP library's to report.
    let routes = |attr: &_| is_called(attr, "tool_router");
    let has_tools = block
        .members
        .iter()
        .any(|member| member.find("tool").is_some());
    if !has_tools && !block.empty.attrs.iter().any(routes) {
        let message = "no function in this block has `#[tool]`; \
                       `#[oidc::tools]` stands above the attribute of the MCP library";
        errors.at_span(Span::call_site(), message);
    }
}

/// The user's function that has the name of the one to be written.
pub(super) fn own_function<'a>(block: &'a Block, settings: &Settings) -> Option<&'a syn::Ident> {
    let mut functions = block
        .members
        .iter()
        .filter_map(|member| member.function.as_ref());
    functions.find(|function| **function == settings.function)
}
