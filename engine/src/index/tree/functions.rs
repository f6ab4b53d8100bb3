//! Functions, classes, parameters.

use ruff_python_ast::{
    Decorator, Parameter, ParameterWithDefault, Parameters, StmtClassDef, StmtFunctionDef, TypeParam, TypeParams,
};
use ruff_text_size::{Ranged, TextRange};

use super::build::Builder;
use super::{ASYNC, Kind, scan};

impl Builder<'_> {
    pub fn function(&mut self, field: u8, s: &StmtFunctionDef) {
        self.own_brackets(s.parameters.start());
        let range = self.after_decorators(s.range(), &s.decorator_list);
        let index = self.node(Kind::FunctionDef, field, range, |b| {
            b.leaf(Kind::Name, 0, s.name.range());
            b.parameters(1, Some(&s.parameters));
            b.block(2, &s.body);
            b.decorators(3, &s.decorator_list);
            if let Some(returns) = s.returns.as_deref() {
                b.annotation(4, returns);
            }
            b.type_parameters(5, s.type_params.as_deref());
        });
        self.extra(index, if s.is_async { ASYNC } else { 0 });
    }

    pub fn class(&mut self, field: u8, s: &StmtClassDef) {
        if let Some(arguments) = s.arguments.as_deref() {
            self.own_brackets(arguments.start());
        }
        let range = self.after_decorators(s.range(), &s.decorator_list);
        self.node(Kind::ClassDef, field, range, |b| {
            b.leaf(Kind::Name, 0, s.name.range());
            b.block(1, &s.body);
            if let Some(arguments) = s.arguments.as_deref() {
                b.arguments(2, 3, arguments);
            }
            b.decorators(4, &s.decorator_list);
            b.type_parameters(5, s.type_params.as_deref());
        });
    }

    pub fn parameters(&mut self, field: u8, parameters: Option<&Parameters>) {
        let Some(p) = parameters else {
            self.leaf(Kind::Parameters, field, TextRange::default());
            return;
        };
        self.node(Kind::Parameters, field, p.range(), |b| {
            p.args.iter().for_each(|one| b.parameter(0, one));
            match (&p.vararg, p.kwonlyargs.is_empty()) {
                (Some(star), _) => b.starred(1, star, 1),
                (None, false) => {
                    b.leaf(Kind::ParamStar, 1, TextRange::empty(p.start()));
                }
                (None, true) => {}
            }
            p.kwonlyargs.iter().for_each(|one| b.parameter(2, one));
            if let Some(star) = &p.kwarg {
                b.starred(3, star, 2);
            }
            p.posonlyargs.iter().for_each(|one| b.parameter(4, one));
            if !p.posonlyargs.is_empty() {
                b.leaf(Kind::ParamSlash, 5, TextRange::empty(p.start()));
            }
        });
    }

    fn parameter(&mut self, field: u8, p: &ParameterWithDefault) {
        self.node(Kind::Param, field, p.parameter.name.range(), |b| {
            b.named(&p.parameter);
            b.optional(2, p.default.as_deref());
        });
    }

    fn starred(&mut self, field: u8, p: &Parameter, stars: u8) {
        let index = self.node(Kind::Param, field, TextRange::new(p.start(), p.name.end()), |b| b.named(p));
        self.extra(index, stars);
    }

    fn named(&mut self, p: &Parameter) {
        self.leaf(Kind::Name, 0, p.name.range());
        if let Some(annotation) = p.annotation.as_deref() {
            self.annotation(1, annotation);
        }
    }

    fn decorators(&mut self, field: u8, decorators: &[Decorator]) {
        for decorator in decorators {
            self.node(Kind::Decorator, field, decorator.range(), |b| b.expr(0, &decorator.expression));
        }
    }

    pub fn type_parameters(&mut self, field: u8, parameters: Option<&TypeParams>) {
        let Some(parameters) = parameters else { return };
        self.node(Kind::TypeParameters, field, parameters.range(), |b| {
            for one in &parameters.type_params {
                b.node(Kind::TypeParam, 0, one.range(), |b| b.type_parameter(one));
            }
        });
    }

    fn type_parameter(&mut self, parameter: &TypeParam) {
        let (kind, name, bound, default) = match parameter {
            TypeParam::TypeVar(p) => (Kind::TypeVar, &p.name, p.bound.as_deref(), p.default.as_deref()),
            TypeParam::TypeVarTuple(p) => (Kind::TypeVarTuple, &p.name, None, p.default.as_deref()),
            TypeParam::ParamSpec(p) => (Kind::ParamSpec, &p.name, None, p.default.as_deref()),
        };
        let end = bound.map_or(name.end(), Ranged::end);
        self.node(kind, 0, TextRange::new(parameter.start(), end), |b| {
            b.leaf(Kind::Name, 0, name.range());
            b.optional(1, bound);
        });
        self.optional(1, default);
    }

    /// libcst's functions and classes begin at their keyword.
    fn after_decorators(&self, range: TextRange, decorators: &[Decorator]) -> TextRange {
        let start = match decorators.last() {
            None => range.start(),
            Some(last) => scan::operator(self.text, last.end(), 0).start(),
        };
        TextRange::new(start.min(range.end()), range.end())
    }
}
