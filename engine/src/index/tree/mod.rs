//! A syntax tree in libcst's shape as one flat array: nodes in the order of libcst's fields, parents before children.
//!
//! Layout (white space, commas, comments) is left out. Spans are those of libcst's `PositionProvider`, in bytes:
//! without the parentheses around an expression, without decorators, without the semicolon of a statement.

mod build;
mod expressions;
mod functions;
mod kinds;
mod patterns;
mod scan;
mod statements;

pub use build::build;
pub use kinds::{KINDS, Kind};

/// One node. `field` counts the fields of the parent's kind; the children follow the node up to `last` (exclusive).
#[derive(Debug, Clone, Copy)]
pub struct Node {
    pub kind: Kind,
    pub field: u8,
    /// What else the class says: stars of an argument or parameter, dots of an import, `ASYNC`, the conversion of a
    /// format expression, the length of a format string's opening.
    pub extra: u8,
    /// How many pairs of parentheses stand around it.
    pub parens: u8,
    pub start: u32,
    pub end: u32,
    pub parent: u32,
    pub last: u32,
}

/// In `Node::extra` of functions, loops, comprehensions and `with`.
pub const ASYNC: u8 = 1;

/// The nodes in libcst's order; the module is the first.
#[derive(Debug)]
pub struct Tree {
    pub nodes: Vec<Node>,
}

impl Tree {
    /// The source of a node.
    pub fn text<'t>(&self, node: &Node, text: &'t str) -> &'t str {
        text.get(node.start as usize..node.end as usize).unwrap_or_default()
    }
}
