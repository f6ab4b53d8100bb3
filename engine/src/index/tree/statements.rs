//! Statements.

use ruff_python_ast::{Alias, ElifElseClause, ExceptHandler, Expr, Operator, Stmt, StmtIf, StmtTry, WithItem};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::build::Builder;
use super::{ASYNC, Kind, scan};

impl Builder<'_> {
    /// The statements of a module or block, simple ones grouped into lines.
    pub fn statements(&mut self, field: u8, body: &[Stmt]) {
        let mut rest = body;
        while let Some((first, others)) = rest.split_first() {
            if is_compound(first) {
                self.compound(field, first);
                rest = others;
                continue;
            }
            let mut count = 1;
            while let Some(next) = rest.get(count)
                && !is_compound(next)
                && scan::on_one_line(self.text, rest[count - 1].end(), next.start())
            {
                count += 1;
            }
            let (line, after) = rest.split_at(count);
            self.node(Kind::SimpleStatementLine, field, around(line), |b| line.iter().for_each(|s| b.simple(s)));
            rest = after;
        }
    }

    /// What stands behind a colon.
    pub fn block(&mut self, field: u8, body: &[Stmt]) {
        let start = body.first().map_or(TextSize::new(0), Ranged::start);
        if body.iter().any(is_compound) || !scan::is_suite(self.text, start) {
            self.node(Kind::IndentedBlock, field, around(body), |b| b.statements(0, body));
        } else {
            self.node(Kind::SimpleStatementSuite, field, around(body), |b| body.iter().for_each(|s| b.simple(s)));
        }
    }

    fn simple(&mut self, statement: &Stmt) {
        let range = statement.range();
        match statement {
            Stmt::Expr(s) => self.node(Kind::Expr, 0, range, |b| b.expr(0, &s.value)),
            Stmt::Assign(s) => self.node(Kind::Assign, 0, range, |b| {
                for target in &s.targets {
                    b.node(Kind::AssignTarget, 0, target.range(), |b| b.expr(0, target));
                }
                b.expr(1, &s.value);
            }),
            Stmt::AnnAssign(s) => self.node(Kind::AnnAssign, 0, range, |b| {
                b.expr(0, &s.target);
                b.annotation(1, &s.annotation);
                b.optional(2, s.value.as_deref());
            }),
            Stmt::AugAssign(s) => self.node(Kind::AugAssign, 0, range, |b| {
                b.expr(0, &s.target);
                let kind = augmented(s.op);
                let length = s.op.as_str().len() as u32 + 1;
                let at = scan::operator(b.text, s.target.end(), length);
                b.leaf(kind, 1, at);
                b.expr(2, &s.value);
            }),
            Stmt::Return(s) => self.node(Kind::Return, 0, range, |b| b.optional(0, s.value.as_deref())),
            Stmt::Delete(s) => self.node(Kind::Del, 0, range, |b| b.targets(&s.targets)),
            Stmt::Raise(s) => self.node(Kind::Raise, 0, range, |b| {
                b.optional(0, s.exc.as_deref());
                if let Some(cause) = s.cause.as_deref() {
                    b.node(Kind::From, 1, cause.range(), |b| b.expr(0, cause));
                }
            }),
            Stmt::Assert(s) => self.node(Kind::Assert, 0, range, |b| {
                b.expr(0, &s.test);
                b.optional(1, s.msg.as_deref());
            }),
            Stmt::Import(s) => {
                let kind = if s.is_lazy { Kind::LazyImport } else { Kind::Import };
                self.node(kind, 0, range, |b| s.names.iter().for_each(|alias| b.alias(0, alias)))
            }
            Stmt::ImportFrom(s) => {
                let kind = if s.is_lazy { Kind::LazyImportFrom } else { Kind::ImportFrom };
                let index = self.node(kind, 0, range, |b| {
                    if let Some(module) = &s.module {
                        b.dotted(0, module.as_str(), module.range());
                    }
                    for alias in &s.names {
                        if alias.name.as_str() == "*" {
                            b.leaf(Kind::ImportStar, 1, alias.range());
                        } else {
                            b.alias(1, alias);
                        }
                    }
                });
                self.extra(index, u8::try_from(s.level).unwrap_or(u8::MAX));
                index
            }
            Stmt::Global(s) => self.node(Kind::Global, 0, range, |b| b.name_items(&s.names)),
            Stmt::Nonlocal(s) => self.node(Kind::Nonlocal, 0, range, |b| b.name_items(&s.names)),
            Stmt::TypeAlias(s) => self.node(Kind::TypeAlias, 0, range, |b| {
                b.expr(0, &s.name);
                b.expr(1, &s.value);
                b.type_parameters(2, s.type_params.as_deref());
            }),
            Stmt::Break(_) => self.leaf(Kind::Break, 0, range),
            Stmt::Continue(_) => self.leaf(Kind::Continue, 0, range),
            _ => self.leaf(Kind::Pass, 0, range),
        };
    }

    fn compound(&mut self, field: u8, statement: &Stmt) {
        let range = statement.range();
        match statement {
            Stmt::FunctionDef(s) => self.function(field, s),
            Stmt::ClassDef(s) => self.class(field, s),
            Stmt::If(s) => {
                self.condition(field, range, s);
            }
            Stmt::While(s) => {
                self.node(Kind::While, field, range, |b| {
                    b.expr(0, &s.test);
                    b.block(1, &s.body);
                    b.orelse(2, &s.orelse);
                });
            }
            Stmt::For(s) => {
                let index = self.node(Kind::For, field, range, |b| {
                    b.expr(0, &s.target);
                    b.expr(1, &s.iter);
                    b.block(2, &s.body);
                    b.orelse(3, &s.orelse);
                });
                self.extra(index, if s.is_async { ASYNC } else { 0 });
            }
            Stmt::With(s) => {
                let index = self.node(Kind::With, field, range, |b| {
                    s.items.iter().for_each(|item| b.with_item(item));
                    b.block(1, &s.body);
                });
                self.extra(index, if s.is_async { ASYNC } else { 0 });
            }
            Stmt::Try(s) => self.attempt(field, range, s),
            Stmt::Match(s) => {
                self.node(Kind::Match, field, range, |b| {
                    b.expr(0, &s.subject);
                    s.cases.iter().for_each(|case| b.case(case));
                });
            }
            _ => {}
        }
    }

    fn condition(&mut self, field: u8, range: TextRange, s: &StmtIf) {
        self.node(Kind::If, field, range, |b| {
            b.expr(0, &s.test);
            b.block(1, &s.body);
            b.clauses(range.end(), &s.elif_else_clauses);
        });
    }

    /// `elif` and `else`: each in the `orelse` of the one before.
    fn clauses(&mut self, end: TextSize, clauses: &[ElifElseClause]) {
        let Some((clause, others)) = clauses.split_first() else { return };
        match &clause.test {
            None => {
                self.node(Kind::Else, 2, TextRange::new(clause.start(), end), |b| b.block(0, &clause.body));
            }
            Some(test) => {
                self.node(Kind::If, 2, TextRange::new(clause.start(), end), |b| {
                    b.expr(0, test);
                    b.block(1, &clause.body);
                    b.clauses(end, others);
                });
            }
        }
    }

    fn orelse(&mut self, field: u8, body: &[Stmt]) {
        if !body.is_empty() {
            self.node(Kind::Else, field, self.clause("else", body), |b| b.block(0, body));
        }
    }

    fn attempt(&mut self, field: u8, range: TextRange, s: &StmtTry) {
        let (kind, handler_kind) =
            if s.is_star { (Kind::TryStar, Kind::ExceptStarHandler) } else { (Kind::Try, Kind::ExceptHandler) };
        self.node(kind, field, range, |b| {
            b.block(0, &s.body);
            for ExceptHandler::ExceptHandler(handler) in &s.handlers {
                let end = handler.body.last().map_or(handler.end(), Ranged::end);
                b.node(handler_kind, 1, TextRange::new(handler.start(), end), |b| {
                    b.block(0, &handler.body);
                    b.optional(1, handler.type_.as_deref());
                    if let Some(name) = &handler.name {
                        b.node(Kind::AsName, 2, name.range(), |b| {
                            b.leaf(Kind::Name, 0, name.range());
                        });
                    }
                });
            }
            b.orelse(2, &s.orelse);
            if !s.finalbody.is_empty() {
                b.node(Kind::Finally, 3, b.clause("finally", &s.finalbody), |b| b.block(0, &s.finalbody));
            }
        });
    }

    fn with_item(&mut self, item: &WithItem) {
        self.node(Kind::WithItem, 0, item.range(), |b| {
            b.expr(0, &item.context_expr);
            if let Some(target) = item.optional_vars.as_deref() {
                b.node(Kind::AsName, 1, target.range(), |b| b.expr(0, target));
            }
        });
    }

    fn alias(&mut self, field: u8, alias: &Alias) {
        self.node(Kind::ImportAlias, field, alias.range(), |b| {
            b.dotted(0, alias.name.as_str(), alias.name.range());
            if let Some(name) = &alias.asname {
                b.node(Kind::AsName, 1, name.range(), |b| {
                    b.leaf(Kind::Name, 0, name.range());
                });
            }
        });
    }

    /// A dotted name that ruff keeps as one identifier.
    fn dotted(&mut self, field: u8, name: &str, range: TextRange) {
        let written = self.text.get(range.start().to_usize()..range.end().to_usize()).unwrap_or_default();
        let Some(dot) = written.rfind('.').filter(|_| name.contains('.')) else {
            self.leaf(Kind::Name, field, range);
            return;
        };
        let owner = name.rfind('.').map_or(name, |at| &name[..at]);
        let owner_length = written[..dot].trim_end().len() as u32;
        let last = &written[dot + 1..];
        let last_length = last.trim_start().len() as u32;
        self.node(Kind::Attribute, field, range, |b| {
            b.dotted(0, owner, TextRange::at(range.start(), owner_length.into()));
            b.leaf(Kind::Name, 1, TextRange::new(range.end() - TextSize::new(last_length), range.end()));
        });
    }

    fn name_items(&mut self, names: &[ruff_python_ast::Identifier]) {
        for name in names {
            self.node(Kind::NameItem, 0, name.range(), |b| {
                b.leaf(Kind::Name, 0, name.range());
            });
        }
    }

    /// Of `del a, b`: one expression or a tuple without parentheses.
    fn targets(&mut self, targets: &[Expr]) {
        match targets {
            [only] if !self.text.get(only.end().to_usize()..).unwrap_or_default().trim_start().starts_with(',') => {
                self.expr(0, only);
            }
            [first, .., last] => {
                let range = TextRange::new(first.start(), last.end());
                self.expression(Kind::Tuple, 0, range, |b| targets.iter().for_each(|t| b.element(0, t)));
            }
            [only] => {
                self.node(Kind::Tuple, 0, only.range(), |b| b.element(0, only));
            }
            [] => {}
        }
    }

    /// From the keyword in front of a block to the block's end.
    fn clause(&self, keyword: &str, body: &[Stmt]) -> TextRange {
        let range = around(body);
        let before = self.text.get(..range.start().to_usize()).unwrap_or_default();
        let start = before.rfind(keyword).and_then(|at| TextSize::try_from(at).ok());
        TextRange::new(start.unwrap_or(range.start()), range.end())
    }
}

fn is_compound(statement: &Stmt) -> bool {
    matches!(
        statement,
        Stmt::FunctionDef(_)
            | Stmt::ClassDef(_)
            | Stmt::If(_)
            | Stmt::While(_)
            | Stmt::For(_)
            | Stmt::With(_)
            | Stmt::Try(_)
            | Stmt::Match(_)
    )
}

pub(super) fn around(body: &[Stmt]) -> TextRange {
    match (body.first(), body.last()) {
        (Some(first), Some(last)) => TextRange::new(first.start(), last.end()),
        _ => TextRange::default(),
    }
}

fn augmented(operator: Operator) -> Kind {
    match operator {
        Operator::Add => Kind::AddAssign,
        Operator::Sub => Kind::SubtractAssign,
        Operator::Mult => Kind::MultiplyAssign,
        Operator::MatMult => Kind::MatrixMultiplyAssign,
        Operator::Div => Kind::DivideAssign,
        Operator::FloorDiv => Kind::FloorDivideAssign,
        Operator::Mod => Kind::ModuloAssign,
        Operator::Pow => Kind::PowerAssign,
        Operator::LShift => Kind::LeftShiftAssign,
        Operator::RShift => Kind::RightShiftAssign,
        Operator::BitAnd => Kind::BitAndAssign,
        Operator::BitOr => Kind::BitOrAssign,
        Operator::BitXor => Kind::BitXorAssign,
    }
}
