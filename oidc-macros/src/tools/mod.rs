//! `#[tools]`: the rules of the tools of an MCP server.

mod block;
mod expand;
mod model;
mod settings;
mod tool;

use proc_macro2::TokenStream;

use crate::errors::{Errors, item_with_errors};

use block::Block;
use model::Tools;
use settings::Settings;

/// Reads the rules of the tools in an `impl` block, and writes `tools()` beside it.
pub(crate) fn tools(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut block = match Block::from_item(item.clone()) {
        Ok(block) => block,
        Err(error) => return item_with_errors(item, &error),
    };
    let mut errors = Errors::default();
    let settings = Settings::parse(args, &block, &mut errors);
    let tools = Tools::take(&mut block, &settings, &mut errors);
    match errors.finish() {
        Ok(()) => expand::with_tools(&block, &settings, &tools),
        Err(error) => item_with_errors(expand::without_tools(&block, &settings), &error),
    }
}
