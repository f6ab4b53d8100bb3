//! Expressions.

use ruff_python_ast::{
    Arguments, BoolOp, CmpOp, Comprehension, Expr, ExprBinOp, ExprBoolOp, ExprCompare, FStringPart,
    InterpolatedStringElement, InterpolatedStringElements, Keyword, Number, Operator, TStringValue, UnaryOp,
};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::build::Builder;
use super::{ASYNC, Kind, scan};

impl Builder<'_> {
    pub fn optional(&mut self, field: u8, expr: Option<&Expr>) {
        if let Some(expr) = expr {
            self.expr(field, expr);
        }
    }

    pub fn expr(&mut self, field: u8, expr: &Expr) {
        let range = expr.range();
        match expr {
            Expr::Name(_) | Expr::BooleanLiteral(_) | Expr::NoneLiteral(_) => {
                self.expression(Kind::Name, field, range, |_| ());
            }
            Expr::Attribute(e) => {
                self.expression(Kind::Attribute, field, range, |b| {
                    b.expr(0, &e.value);
                    b.leaf(Kind::Name, 1, e.attr.range());
                });
            }
            Expr::Call(e) => {
                self.own_brackets(e.arguments.start());
                self.expression(Kind::Call, field, range, |b| {
                    b.expr(0, &e.func);
                    b.arguments(1, 1, &e.arguments);
                });
            }
            Expr::NumberLiteral(e) => {
                let kind = match e.value {
                    Number::Int(_) => Kind::Integer,
                    Number::Float(_) => Kind::Float,
                    Number::Complex { .. } => Kind::Imaginary,
                };
                self.expression(kind, field, range, |_| ());
            }
            Expr::EllipsisLiteral(_) => {
                self.expression(Kind::Ellipsis, field, range, |_| ());
            }
            Expr::StringLiteral(e) => {
                let parts: Vec<Text> = e.value.iter().map(|part| Text::Plain(part.range())).collect();
                self.concatenated(field, range, &parts);
            }
            Expr::BytesLiteral(e) => {
                let parts: Vec<Text> = e.value.iter().map(|part| Text::Plain(part.range())).collect();
                self.concatenated(field, range, &parts);
            }
            Expr::FString(e) => {
                let parts: Vec<Text> = e
                    .value
                    .iter()
                    .map(|part| match part {
                        FStringPart::Literal(part) => Text::Plain(part.range()),
                        FStringPart::FString(part) => Text::Formatted(part.range(), &part.elements),
                    })
                    .collect();
                self.concatenated(field, range, &parts);
            }
            Expr::TString(e) => self.templated(field, range, &e.value),
            Expr::BinOp(e) => self.binary(field, range, e),
            Expr::BoolOp(e) => self.boolean(field, range, e),
            Expr::Compare(e) => self.comparison(field, range, e),
            Expr::UnaryOp(e) => {
                self.expression(Kind::UnaryOperation, field, range, |b| {
                    let (kind, length) = match e.op {
                        UnaryOp::Invert => (Kind::BitInvert, 1),
                        UnaryOp::Not => (Kind::Not, 3),
                        UnaryOp::UAdd => (Kind::Plus, 1),
                        UnaryOp::USub => (Kind::Minus, 1),
                    };
                    b.leaf(kind, 0, TextRange::at(range.start(), TextSize::new(length)));
                    b.expr(1, &e.operand);
                });
            }
            Expr::Named(e) => {
                self.expression(Kind::NamedExpr, field, range, |b| {
                    b.expr(0, &e.target);
                    b.expr(1, &e.value);
                });
            }
            Expr::If(e) => {
                self.expression(Kind::IfExp, field, range, |b| {
                    b.expr(0, &e.test);
                    b.expr(1, &e.body);
                    b.expr(2, &e.orelse);
                });
            }
            Expr::Lambda(e) => {
                self.expression(Kind::Lambda, field, range, |b| {
                    b.parameters(0, e.parameters.as_deref());
                    b.expr(1, &e.body);
                });
            }
            Expr::Await(e) => {
                self.expression(Kind::Await, field, range, |b| b.expr(0, &e.value));
            }
            Expr::Yield(e) => {
                self.expression(Kind::Yield, field, range, |b| b.optional(0, e.value.as_deref()));
            }
            Expr::YieldFrom(e) => {
                self.expression(Kind::Yield, field, range, |b| {
                    b.node(Kind::From, 0, e.value.range(), |b| b.expr(0, &e.value));
                });
            }
            Expr::Tuple(e) => self.tuple(field, range, &e.elts, e.parenthesized),
            Expr::List(e) => {
                self.expression(Kind::List, field, range, |b| e.elts.iter().for_each(|x| b.element(0, x)));
            }
            Expr::Set(e) => {
                self.expression(Kind::Set, field, range, |b| e.elts.iter().for_each(|x| b.element(0, x)));
            }
            Expr::Dict(e) => {
                self.expression(Kind::Dict, field, range, |b| {
                    for item in &e.items {
                        if let Some(key) = &item.key {
                            b.node(
                                Kind::DictElement,
                                0,
                                TextRange::new(b.outer(key.range()).start(), b.outer(item.value.range()).end()),
                                |b| {
                                    b.expr(0, key);
                                    b.expr(1, &item.value);
                                },
                            );
                        } else {
                            let start = scan::before(b.text, item.value.start(), "**");
                            b.node(Kind::StarredDictElement, 0, TextRange::new(start, item.value.end()), |b| {
                                b.expr(0, &item.value);
                            });
                        }
                    }
                });
            }
            Expr::ListComp(e) => self.comprehension(Kind::ListComp, field, range, &e.elt, &e.generators),
            Expr::SetComp(e) => self.comprehension(Kind::SetComp, field, range, &e.elt, &e.generators),
            Expr::Generator(e) => {
                let outer = self.take_parens(range);
                let inside = self.inside_parens(range, e.parenthesized);
                let index = self.node(Kind::GeneratorExp, field, inside, |b| {
                    b.expr(0, &e.elt);
                    b.comp_for(1, &e.generators);
                });
                self.set_parens(index, outer.saturating_add(u8::from(e.parenthesized)));
            }
            Expr::DictComp(e) => {
                if let Some(key) = e.key.as_deref() {
                    self.expression(Kind::DictComp, field, range, |b| {
                        b.expr(0, key);
                        b.expr(1, &e.value);
                        b.comp_for(2, &e.generators);
                    });
                } else {
                    self.expression(Kind::StarredDictComp, field, range, |b| {
                        b.expr(0, &e.value);
                        b.comp_for(1, &e.generators);
                    });
                }
            }
            Expr::Subscript(e) => {
                self.expression(Kind::Subscript, field, range, |b| {
                    b.expr(0, &e.value);
                    match e.slice.as_ref() {
                        Expr::Tuple(items) if !items.parenthesized => {
                            items.elts.iter().for_each(|item| b.subscript_element(item));
                        }
                        only => b.subscript_element(only),
                    }
                });
            }
            Expr::Starred(e) => {
                self.expression(Kind::StarredElement, field, range, |b| b.expr(0, &e.value));
            }
            Expr::Slice(e) => self.slice(field, range, e),
            Expr::IpyEscapeCommand(_) => {
                self.expression(Kind::Name, field, range, |_| ());
            }
        }
    }

    pub fn annotation(&mut self, field: u8, expr: &Expr) {
        self.node(Kind::Annotation, field, self.outer(expr.range()), |b| b.expr(0, expr));
    }

    pub fn element(&mut self, field: u8, expr: &Expr) {
        if matches!(expr, Expr::Starred(_)) {
            self.expr(field, expr);
        } else {
            self.node(Kind::Element, field, self.outer(expr.range()), |b| b.expr(0, expr));
        }
    }

    /// Arguments in source order; `positional` and `named` are the fields that they go to.
    pub fn arguments(&mut self, positional: u8, named: u8, arguments: &Arguments) {
        let mut keywords = arguments.keywords.iter().peekable();
        if positional != named {
            arguments.args.iter().for_each(|a| self.positional(positional, a));
        } else {
            for argument in &arguments.args {
                while let Some(keyword) = keywords.next_if(|k| k.start() < argument.start()) {
                    self.keyword(named, keyword);
                }
                self.positional(positional, argument);
            }
        }
        keywords.for_each(|k| self.keyword(named, k));
    }

    fn positional(&mut self, field: u8, argument: &Expr) {
        if let Expr::Starred(starred) = argument {
            let index = self.node(Kind::Arg, field, argument.range(), |b| b.expr(0, &starred.value));
            self.extra(index, 1);
        } else {
            self.node(Kind::Arg, field, self.outer(argument.range()), |b| b.expr(0, argument));
        }
    }

    fn keyword(&mut self, field: u8, keyword: &Keyword) {
        let index = self.node(Kind::Arg, field, keyword.range(), |b| {
            b.expr(0, &keyword.value);
            if let Some(name) = &keyword.arg {
                b.leaf(Kind::Name, 1, name.range());
            }
        });
        self.extra(index, if keyword.arg.is_none() { 2 } else { 0 });
    }

    fn tuple(&mut self, field: u8, range: TextRange, elements: &[Expr], parenthesized: bool) {
        let outer = self.take_parens(range);
        let inside = self.inside_parens(range, parenthesized);
        let index = self.node(Kind::Tuple, field, inside, |b| elements.iter().for_each(|x| b.element(0, x)));
        self.set_parens(index, outer.saturating_add(u8::from(parenthesized)));
    }

    /// libcst's spans are without the parentheses that ruff's tuples and generators have.
    fn inside_parens(&mut self, range: TextRange, parenthesized: bool) -> TextRange {
        if parenthesized { self.own_brackets(range.start()).unwrap_or(range) } else { range }
    }

    fn subscript_element(&mut self, expr: &Expr) {
        self.node(Kind::SubscriptElement, 1, self.outer(expr.range()), |b| match expr {
            Expr::Slice(e) => b.slice(0, expr.range(), e),
            Expr::Starred(e) => {
                let index = b.node(Kind::Index, 0, expr.range(), |b| b.expr(0, &e.value));
                b.extra(index, 1);
            }
            _ => {
                b.node(Kind::Index, 0, b.outer(expr.range()), |b| b.expr(0, expr));
            }
        });
    }

    fn slice(&mut self, field: u8, range: TextRange, e: &ruff_python_ast::ExprSlice) {
        self.node(Kind::Slice, field, range, |b| {
            b.optional(0, e.lower.as_deref());
            b.optional(1, e.upper.as_deref());
            b.optional(2, e.step.as_deref());
        });
    }

    fn binary(&mut self, field: u8, range: TextRange, e: &ExprBinOp) {
        self.expression(Kind::BinaryOperation, field, range, |b| {
            b.expr(0, &e.left);
            let length = e.op.as_str().len() as u32;
            let at = scan::operator(b.text, e.left.end(), length);
            b.leaf(arithmetic(e.op), 1, at);
            b.expr(2, &e.right);
        });
    }

    /// libcst nests `a and b and c` to the left.
    fn boolean(&mut self, field: u8, range: TextRange, e: &ExprBoolOp) {
        let parens = self.take_parens(range);
        let index = self.boolean_of(field, range.start(), e, e.values.len());
        self.set_parens(index, parens);
    }

    fn boolean_of(&mut self, field: u8, start: TextSize, e: &ExprBoolOp, count: usize) -> usize {
        let (kind, length) = match e.op {
            BoolOp::And => (Kind::And, 3),
            BoolOp::Or => (Kind::Or, 2),
        };
        let last = &e.values[count - 1];
        let end = if count == e.values.len() { e.end() } else { self.outer(last.range()).end() };
        self.node(Kind::BooleanOperation, field, TextRange::new(start, end), |b| {
            let left_end = e.values[count - 2].end();
            if count == 2 {
                b.expr(0, &e.values[0]);
            } else {
                b.boolean_of(0, start, e, count - 1);
            }
            let at = scan::operator(b.text, left_end, length);
            b.leaf(kind, 1, at);
            b.expr(2, last);
        })
    }

    fn comparison(&mut self, field: u8, range: TextRange, e: &ExprCompare) {
        self.expression(Kind::Comparison, field, range, |b| {
            b.expr(0, &e.left);
            let mut before = e.left.end();
            for (op, comparator) in e.ops.iter().zip(&e.comparators) {
                let at = scan::operator(b.text, before, op.as_str().len() as u32);
                b.node(Kind::ComparisonTarget, 1, TextRange::new(at.start(), comparator.end()), |b| {
                    b.leaf(compared(*op), 0, at);
                    b.expr(1, comparator);
                });
                before = comparator.end();
            }
        });
    }

    fn comprehension(&mut self, kind: Kind, field: u8, range: TextRange, elt: &Expr, loops: &[Comprehension]) {
        self.expression(kind, field, range, |b| {
            b.expr(0, elt);
            b.comp_for(1, loops);
        });
    }

    fn comp_for(&mut self, field: u8, loops: &[Comprehension]) {
        let Some((first, others)) = loops.split_first() else { return };
        let end = loops.last().map_or(first.end(), Ranged::end);
        let index = self.node(Kind::CompFor, field, TextRange::new(first.start(), end), |b| {
            b.expr(0, &first.target);
            b.expr(1, &first.iter);
            for test in &first.ifs {
                let start = scan::before(b.text, test.start(), "if");
                b.node(Kind::CompIf, 2, TextRange::new(start, test.end()), |b| b.expr(0, test));
            }
            b.comp_for(3, others);
        });
        self.extra(index, if first.is_async { ASYNC } else { 0 });
    }

    /// Adjacent string literals: libcst nests them to the right.
    fn concatenated(&mut self, field: u8, range: TextRange, parts: &[Text]) {
        let parens = self.take_parens(range);
        let index = self.strings(field, parts);
        self.set_parens(index, parens);
    }

    fn strings(&mut self, field: u8, parts: &[Text]) -> usize {
        match parts {
            [] => self.leaf(Kind::SimpleString, field, TextRange::default()),
            [only] => self.string(field, only),
            [first, others @ ..] => {
                let end = others.last().map_or(first.range().end(), |last| last.range().end());
                let range = TextRange::new(first.range().start(), end);
                self.node(Kind::ConcatenatedString, field, range, |b| {
                    b.string(0, first);
                    b.strings(1, others);
                })
            }
        }
    }

    fn string(&mut self, field: u8, part: &Text) -> usize {
        match *part {
            Text::Plain(range) => self.leaf(Kind::SimpleString, field, range),
            Text::Formatted(range, elements) => self.formatted(&FORMATTED, field, range, elements),
            Text::Templated(range, elements) => self.formatted(&TEMPLATED, field, range, elements),
        }
    }

    fn templated(&mut self, field: u8, range: TextRange, value: &TStringValue) {
        let parts: Vec<Text> = value.iter().map(|part| Text::Templated(part.range(), &part.elements)).collect();
        self.concatenated(field, range, &parts);
    }

    fn formatted(
        &mut self,
        kinds: &'static StringKinds,
        field: u8,
        range: TextRange,
        elements: &InterpolatedStringElements,
    ) -> usize {
        let index = self.node(kinds.string, field, range, |b| b.parts(kinds, 0, elements));
        let written = self.text.get(range.start().to_usize()..range.end().to_usize()).unwrap_or_default();
        let prefix = written.len() - written.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
        let triple = written[prefix..].starts_with("\"\"\"") || written[prefix..].starts_with("'''");
        self.extra(index, (prefix + if triple { 3 } else { 1 }) as u8);
        index
    }

    fn parts(&mut self, kinds: &'static StringKinds, field: u8, elements: &InterpolatedStringElements) {
        for element in elements {
            match element {
                InterpolatedStringElement::Literal(text) => {
                    self.leaf(kinds.text, field, text.range());
                }
                InterpolatedStringElement::Interpolation(e) => {
                    let index = self.node(kinds.expression, field, e.range(), |b| {
                        b.expr(0, &e.expression);
                        if let Some(spec) = e.format_spec.as_deref() {
                            b.parts(kinds, 1, &spec.elements);
                        }
                    });
                    let conversion = e.conversion.to_byte().unwrap_or(0);
                    let has_spec = u8::from(e.format_spec.is_some()) << 7;
                    self.extra(
                        index,
                        if e.debug_text.is_some() && !self.writes_conversion(e.range(), conversion) {
                            has_spec
                        } else {
                            conversion | has_spec
                        },
                    );
                }
            }
        }
    }

    /// `{x=}` converts by `repr` without saying so.
    fn writes_conversion(&self, range: TextRange, conversion: u8) -> bool {
        let written = self.text.get(range.start().to_usize()..range.end().to_usize()).unwrap_or_default();
        written.contains(&format!("!{}", char::from(conversion)))
    }
}

/// A literal, or the parts of a format string.
enum Text<'a> {
    Plain(TextRange),
    Formatted(TextRange, &'a InterpolatedStringElements),
    Templated(TextRange, &'a InterpolatedStringElements),
}

impl Text<'_> {
    fn range(&self) -> TextRange {
        match *self {
            Self::Plain(range) | Self::Formatted(range, _) | Self::Templated(range, _) => range,
        }
    }
}

struct StringKinds {
    string: Kind,
    text: Kind,
    expression: Kind,
}

static FORMATTED: StringKinds = StringKinds {
    string: Kind::FormattedString,
    text: Kind::FormattedStringText,
    expression: Kind::FormattedStringExpression,
};

static TEMPLATED: StringKinds = StringKinds {
    string: Kind::TemplatedString,
    text: Kind::TemplatedStringText,
    expression: Kind::TemplatedStringExpression,
};

fn arithmetic(operator: Operator) -> Kind {
    match operator {
        Operator::Add => Kind::Add,
        Operator::Sub => Kind::Subtract,
        Operator::Mult => Kind::Multiply,
        Operator::MatMult => Kind::MatrixMultiply,
        Operator::Div => Kind::Divide,
        Operator::FloorDiv => Kind::FloorDivide,
        Operator::Mod => Kind::Modulo,
        Operator::Pow => Kind::Power,
        Operator::LShift => Kind::LeftShift,
        Operator::RShift => Kind::RightShift,
        Operator::BitAnd => Kind::BitAnd,
        Operator::BitOr => Kind::BitOr,
        Operator::BitXor => Kind::BitXor,
    }
}

fn compared(operator: CmpOp) -> Kind {
    match operator {
        CmpOp::Eq => Kind::Equal,
        CmpOp::NotEq => Kind::NotEqual,
        CmpOp::Lt => Kind::LessThan,
        CmpOp::LtE => Kind::LessThanEqual,
        CmpOp::Gt => Kind::GreaterThan,
        CmpOp::GtE => Kind::GreaterThanEqual,
        CmpOp::Is => Kind::Is,
        CmpOp::IsNot => Kind::IsNot,
        CmpOp::In => Kind::In,
        CmpOp::NotIn => Kind::NotIn,
    }
}
