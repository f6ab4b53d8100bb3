//! What is nested so deeply that parsing it would need a stack of many megabytes. The parser grows its stack on the
//! heap, so small texts are harmless whatever they hold; only long ones are looked at before they are parsed.

use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{Mode, lexer::lex};

/// Below this many bytes nothing can nest deeply enough to matter.
const HARMLESS_BYTES: usize = 32 << 10;

/// The most levels that a tree may have; code written by people stays below a hundred.
pub const MAX_DEPTH: u32 = 2_000;

/// How many tokens may depend on each other without a comma or an end of line between them.
const MAX_CHAIN: usize = 20_000;

/// Whether the text must not be parsed.
pub fn too_deep(text: &str) -> bool {
    if text.len() < HARMLESS_BYTES {
        return false;
    }
    let mut lexer = lex(text, Mode::Module);
    let mut outer: Vec<usize> = Vec::new();
    let mut chain = 0;
    loop {
        match lexer.next_token() {
            TokenKind::EndOfFile => return false,
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => outer.push(chain),
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => chain = outer.pop().unwrap_or(0),
            TokenKind::Comma | TokenKind::Newline | TokenKind::Semi => chain = outer.last().copied().unwrap_or(0),
            TokenKind::String | TokenKind::Comment | TokenKind::NonLogicalNewline => continue,
            _ => {}
        }
        chain += 1;
        if chain > MAX_CHAIN {
            return true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::too_deep;

    #[test]
    fn long_chains_are_deep_and_long_tables_are_not() {
        assert!(too_deep(&format!("x = {}1", "-".repeat(40_000))));
        assert!(too_deep(&format!("x = {}", "(".repeat(40_000))));
        assert!(!too_deep(&format!("x = [{}]", "-1, ".repeat(40_000))));
        assert!(!too_deep(&format!("x = ({})", "'a'\n".repeat(40_000))));
        assert!(!too_deep(&"f(x).y[0] = 1\n".repeat(10_000)));
    }
}
