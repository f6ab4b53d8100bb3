//! The array under construction.

use ruff_python_ast::ModModule;
use ruff_python_ast::token::TokenKind;
use ruff_python_parser::Parsed;
use ruff_text_size::{Ranged, TextRange, TextSize};
use rustc_hash::FxHashMap;

use super::{Kind, Node, Tree};
use crate::index::guard::MAX_DEPTH;

/// Where the recursion grows its stack on the heap.
const RED_ZONE: usize = 64 << 10;
const STACK: usize = 1 << 20;

/// As many open brackets as CPython's tokenizer allows.
const MAX_BRACKETS: usize = 200;

/// ruff's tree as libcst's; None when it is nested deeper than the limits.
pub fn build(text: &str, parsed: &Parsed<ModModule>) -> Option<Tree> {
    if nesting(parsed) > MAX_BRACKETS {
        return None;
    }
    let mut builder = Builder {
        text,
        nodes: Vec::with_capacity(text.len() / 4),
        parent: 0,
        depth: 0,
        too_deep: false,
        pairs: Pairs::of(parsed),
    };
    let all = TextRange::up_to(TextSize::of(text));
    builder.node(Kind::Module, 0, all, |b| b.statements(0, &parsed.syntax().body));
    builder.nodes.shrink_to_fit();
    (!builder.too_deep).then_some(Tree { nodes: builder.nodes })
}

/// The most brackets that are open at once.
fn nesting(parsed: &Parsed<ModModule>) -> usize {
    let (mut open, mut most) = (0_usize, 0);
    for token in parsed.tokens() {
        match token.kind() {
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => open += 1,
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => open = open.saturating_sub(1),
            _ => {}
        }
        most = most.max(open);
    }
    most
}

pub(super) struct Builder<'a> {
    pub text: &'a str,
    nodes: Vec<Node>,
    parent: u32,
    depth: u32,
    too_deep: bool,
    pairs: Pairs,
}

impl Builder<'_> {
    /// Add a node and its children. Returns its index.
    pub fn node(&mut self, kind: Kind, field: u8, range: TextRange, children: impl FnOnce(&mut Self)) -> usize {
        let index = self.nodes.len();
        let outer = std::mem::replace(&mut self.parent, index as u32);
        self.nodes.push(Node {
            kind,
            field,
            extra: 0,
            parens: 0,
            start: range.start().to_u32(),
            end: range.end().to_u32(),
            parent: outer,
            last: 0,
        });
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            self.too_deep = true;
        }
        if !self.too_deep {
            if self.depth.is_multiple_of(32) {
                stacker::maybe_grow(RED_ZONE, STACK, || children(self));
            } else {
                children(self);
            }
        }
        self.depth -= 1;
        self.parent = outer;
        self.nodes[index].last = self.nodes.len() as u32;
        index
    }

    pub fn leaf(&mut self, kind: Kind, field: u8, range: TextRange) -> usize {
        self.node(kind, field, range, |_| ())
    }

    pub fn extra(&mut self, index: usize, extra: u8) {
        self.nodes[index].extra = extra;
    }

    /// Add an expression with the parentheses around it; of several nodes with one range the outermost takes them.
    pub fn expression(&mut self, kind: Kind, field: u8, range: TextRange, children: impl FnOnce(&mut Self)) -> usize {
        let parens = self.pairs.take(range);
        let index = self.node(kind, field, range, children);
        self.nodes[index].parens = parens;
        index
    }

    /// The parentheses around a range, for a node that is given them later.
    pub fn take_parens(&mut self, range: TextRange) -> u8 {
        self.pairs.take(range)
    }

    pub fn set_parens(&mut self, index: usize, parens: u8) {
        self.nodes[index].parens = parens;
    }

    /// A range with the parentheses around it, if any.
    pub fn outer(&self, range: TextRange) -> TextRange {
        self.pairs.outer(range)
    }

    /// The brackets that open at `offset` belong to the syntax (a call, parameters, a tuple): the range inside them.
    pub fn own_brackets(&mut self, offset: TextSize) -> Option<TextRange> {
        self.pairs.forget(offset)
    }
}

/// The round brackets of a file.
struct Pairs {
    /// What stands inside (first token's start, last token's end) -> from where to where the brackets stand.
    around: FxHashMap<(u32, u32), (u32, u32)>,
    /// Where brackets open -> what stands inside.
    inside: FxHashMap<u32, (u32, u32)>,
}

impl Pairs {
    fn of(parsed: &Parsed<ModModule>) -> Self {
        let mut found = Self { around: FxHashMap::default(), inside: FxHashMap::default() };
        // Where each open bracket stands, and the first token inside it once that is known.
        let mut open: Vec<(u32, Option<u32>)> = Vec::new();
        let mut end = 0;
        for token in parsed.tokens() {
            let start = token.start().to_u32();
            match token.kind() {
                TokenKind::Comment | TokenKind::NonLogicalNewline => continue,
                TokenKind::Rpar => {
                    if let Some((at, first)) = open.pop() {
                        let inside = first.map_or((at + 1, at + 1), |first| (first, end));
                        found.around.insert(inside, (at, token.end().to_u32()));
                        found.inside.insert(at, inside);
                    }
                }
                kind => {
                    if let Some((_, first @ None)) = open.last_mut() {
                        *first = Some(start);
                    }
                    if kind == TokenKind::Lpar {
                        open.push((start, None));
                    }
                }
            }
            end = token.end().to_u32();
        }
        found
    }

    fn take(&mut self, range: TextRange) -> u8 {
        let mut key = (range.start().to_u32(), range.end().to_u32());
        let mut count: u8 = 0;
        while let Some(around) = self.around.remove(&key) {
            count = count.saturating_add(1);
            key = around;
        }
        count
    }

    fn outer(&self, range: TextRange) -> TextRange {
        let mut key = (range.start().to_u32(), range.end().to_u32());
        while let Some(around) = self.around.get(&key) {
            key = *around;
        }
        TextRange::new(key.0.into(), key.1.into())
    }

    fn forget(&mut self, offset: TextSize) -> Option<TextRange> {
        let inside = self.inside.get(&offset.to_u32()).copied()?;
        self.around.remove(&inside);
        Some(TextRange::new(inside.0.into(), inside.1.into()))
    }
}
