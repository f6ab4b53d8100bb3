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

/// Where a function keeps its body among its fields; a class and a lambda.
const FUNCTION_BODY: u8 = 2;
const BODY: u8 = 1;

/// In `Node::extra` of functions, loops, comprehensions and `with`.
pub const ASYNC: u8 = 1;

/// The nodes in libcst's order; the module is the first.
#[derive(Debug)]
pub struct Tree {
    pub nodes: Vec<Node>,
}

impl Tree {
    /// The scope that code at a node runs in: decorators, defaults and base classes run outside what they belong to.
    /// The module is in itself.
    pub fn scope(&self, mut index: u32) -> u32 {
        while index != 0 {
            let node = &self.nodes[index as usize];
            index = node.parent;
            match self.nodes[index as usize].kind {
                Kind::ListComp | Kind::SetComp | Kind::DictComp | Kind::GeneratorExp => break,
                Kind::FunctionDef if node.field == FUNCTION_BODY => break,
                Kind::ClassDef | Kind::Lambda if node.field == BODY => break,
                _ => {}
            }
        }
        index
    }

    /// What the file calls by another name: `import a as b`, `b = c = x.a`, `b: T = a`, `(b := a)`, `class b(a)`, as
    /// pairs (a, b).
    pub fn renames<'t>(&self, text: &'t str) -> Vec<(&'t str, &'t str)> {
        let mut found = Vec::new();
        for (index, node) in self.nodes.iter().enumerate() {
            match node.kind {
                Kind::ImportAlias | Kind::WithItem => {
                    if let (Some(old), Some(new)) = (self.field(index, 0), self.field(index, 1)) {
                        self.rename(old, new, text, &mut found);
                    }
                }
                Kind::Assign => {
                    if let Some(old) = self.field(index, 1) {
                        let targets = self.children(index).filter(|&child| self.nodes[child].field == 0);
                        for new in targets {
                            self.rename(old, new, text, &mut found);
                        }
                    }
                }
                Kind::AnnAssign => {
                    if let (Some(new), Some(old)) = (self.field(index, 0), self.field(index, 2)) {
                        self.rename(old, new, text, &mut found);
                    }
                }
                Kind::NamedExpr => {
                    if let (Some(new), Some(old)) = (self.field(index, 0), self.field(index, 1)) {
                        self.rename(old, new, text, &mut found);
                    }
                }
                Kind::ClassDef => self.derive(index, text, &mut found),
                _ => {}
            }
        }
        found
    }

    fn rename<'t>(&self, old: usize, new: usize, text: &'t str, found: &mut Vec<(&'t str, &'t str)>) {
        // The new name may be inside an `AsName` or an `AssignTarget`.
        let new = self.field(new, 0).unwrap_or(new);
        if let (Some(old), Kind::Name) = (self.last_name(old), self.nodes[new].kind) {
            found.push((self.text(&self.nodes[old], text), self.text(&self.nodes[new], text)));
        }
    }

    fn derive<'t>(&self, class: usize, text: &'t str, found: &mut Vec<(&'t str, &'t str)>) {
        let Some(name) = self.field(class, 0) else { return };
        let name = self.text(&self.nodes[name], text);
        for base in self.children(class).filter(|&child| self.nodes[child].kind == Kind::Arg) {
            let inside = &self.nodes[base..self.nodes[base].last as usize];
            let names = inside.iter().filter(|node| node.kind == Kind::Name);
            found.extend(names.map(|node| (self.text(node, text), name)));
        }
    }

    /// The name, or the last one of a dotted name.
    fn last_name(&self, node: usize) -> Option<usize> {
        match self.nodes[node].kind {
            Kind::Name => Some(node),
            Kind::Attribute => self.field(node, 1),
            _ => None,
        }
    }

    /// The first child in a field.
    pub fn field(&self, node: usize, field: u8) -> Option<usize> {
        self.children(node).find(|&child| self.nodes[child].field == field)
    }

    /// The children of a node, in order.
    pub fn children(&self, node: usize) -> impl Iterator<Item = usize> + '_ {
        let last = self.nodes[node].last as usize;
        let mut at = node + 1;
        std::iter::from_fn(move || {
            (at < last).then(|| {
                let child = at;
                at = self.nodes[child].last as usize;
                child
            })
        })
    }

    /// The source of a node.
    pub fn text<'t>(&self, node: &Node, text: &'t str) -> &'t str {
        text.get(node.start as usize..node.end as usize).unwrap_or_default()
    }
}
