//! Patterns of `match`.

use ruff_python_ast::{MatchCase, Pattern};
use ruff_text_size::{Ranged, TextRange};

use super::Kind;
use super::build::Builder;
use super::statements::around;

impl Builder<'_> {
    pub fn case(&mut self, case: &MatchCase) {
        let range = TextRange::new(case.start(), around(&case.body).end());
        self.node(Kind::MatchCase, 1, range, |b| {
            b.pattern(0, &case.pattern);
            b.block(1, &case.body);
            b.optional(2, case.guard.as_deref());
        });
    }

    fn pattern(&mut self, field: u8, pattern: &Pattern) {
        let range = pattern.range();
        match pattern {
            Pattern::MatchValue(p) => {
                self.node(Kind::MatchValue, field, range, |b| b.expr(0, &p.value));
            }
            Pattern::MatchSingleton(_) => {
                self.node(Kind::MatchSingleton, field, range, |b| {
                    b.leaf(Kind::Name, 0, range);
                });
            }
            Pattern::MatchSequence(p) => {
                let is_list = self.text.as_bytes().get(range.start().to_usize()) == Some(&b'[');
                let kind = if is_list { Kind::MatchList } else { Kind::MatchTuple };
                self.node(kind, field, range, |b| p.patterns.iter().for_each(|one| b.sequence_element(0, one)));
            }
            Pattern::MatchMapping(p) => {
                self.node(Kind::MatchMapping, field, range, |b| {
                    for (key, value) in p.keys.iter().zip(&p.patterns) {
                        b.node(Kind::MatchMappingElement, 0, TextRange::new(key.start(), value.end()), |b| {
                            b.expr(0, key);
                            b.pattern(1, value);
                        });
                    }
                    if let Some(rest) = &p.rest {
                        b.leaf(Kind::Name, 1, rest.range());
                    }
                });
            }
            Pattern::MatchClass(p) => {
                self.node(Kind::MatchClass, field, range, |b| {
                    b.expr(0, &p.cls);
                    p.arguments.patterns.iter().for_each(|one| b.sequence_element(1, one));
                    for keyword in &p.arguments.keywords {
                        b.node(Kind::MatchKeywordElement, 2, keyword.range(), |b| {
                            b.leaf(Kind::Name, 0, keyword.attr.range());
                            b.pattern(1, &keyword.pattern);
                        });
                    }
                });
            }
            Pattern::MatchStar(p) => {
                self.node(Kind::MatchStar, field, range, |b| {
                    if let Some(name) = &p.name {
                        b.leaf(Kind::Name, 0, name.range());
                    }
                });
            }
            Pattern::MatchAs(p) => {
                self.node(Kind::MatchAs, field, range, |b| {
                    if let Some(inner) = p.pattern.as_deref() {
                        b.pattern(0, inner);
                    }
                    if let Some(name) = &p.name {
                        b.leaf(Kind::Name, 1, name.range());
                    }
                });
            }
            Pattern::MatchOr(p) => {
                self.node(Kind::MatchOr, field, range, |b| {
                    for one in &p.patterns {
                        b.node(Kind::MatchOrElement, 0, one.range(), |b| b.pattern(0, one));
                    }
                });
            }
        }
    }

    fn sequence_element(&mut self, field: u8, pattern: &Pattern) {
        if matches!(pattern, Pattern::MatchStar(_)) {
            self.pattern(field, pattern);
        } else {
            self.node(Kind::MatchSequenceElement, field, pattern.range(), |b| b.pattern(0, pattern));
        }
    }
}
