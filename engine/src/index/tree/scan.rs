//! What ruff's tree leaves out and the text tells: operators' places, `;`, and blocks on the line of their colon.

use ruff_text_size::{TextRange, TextSize};

/// The token that begins first in a gap between two nodes, past white space, comments and brackets that close.
pub fn operator(text: &str, from: TextSize, length: u32) -> TextRange {
    let bytes = text.as_bytes();
    let mut at = from.to_usize();
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'#' => at += bytes[at..].iter().position(|b| matches!(b, b'\n' | b'\r')).unwrap_or(bytes.len() - at),
            b' ' | b'\t' | b'\x0c' | b'\r' | b'\n' | b'\\' | b')' => at += 1,
            _ => break,
        }
    }
    let start = TextSize::try_from(at).unwrap_or(from);
    TextRange::at(start, length.into())
}

/// Where the token stands that comes last before `at`; `at` itself when it is not there.
pub fn before(text: &str, at: TextSize, token: &str) -> TextSize {
    let gap = text.get(..at.to_usize()).unwrap_or_default();
    gap.rfind(token).and_then(|found| TextSize::try_from(found).ok()).unwrap_or(at)
}

/// Whether the statement at `next` follows the one that ends at `end` on its line, after a `;`.
pub fn on_one_line(text: &str, end: TextSize, next: TextSize) -> bool {
    let gap = text.get(end.to_usize()..next.to_usize()).unwrap_or_default();
    let after = gap.trim_start_matches([' ', '\t', '\x0c']);
    after.strip_prefix(';').is_some_and(|rest| !ends_a_line(rest))
}

/// Whether a block that begins at `first` stands on the line of its colon.
pub fn is_suite(text: &str, first: TextSize) -> bool {
    let before = text.get(..first.to_usize()).unwrap_or_default();
    let mut rest = before.trim_end_matches([' ', '\t', '\x0c']);
    while let Some(line) = rest.strip_suffix("\\\n").or_else(|| rest.strip_suffix("\\\r\n")) {
        rest = line.trim_end_matches([' ', '\t', '\x0c']);
    }
    rest.ends_with(':')
}

fn ends_a_line(gap: &str) -> bool {
    let mut previous = ' ';
    for character in gap.chars() {
        if character == '#' || (matches!(character, '\n' | '\r') && !matches!(previous, '\\' | '\r')) {
            return true;
        }
        previous = character;
    }
    false
}
