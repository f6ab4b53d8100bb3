//! Trees as libcst's own node objects, made column by column.
//!
//! libcst makes each node by a Python call that validates and stores layout; that is most of its parse. Here all nodes
//! of a kind are allocated at once, and each slot is filled for all of them by one `map` over a C function.

use pyo3::exceptions::PyValueError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyTuple, PyType};
use rustc_hash::FxHashMap;

use crate::index::tree::{Kind, Tree};

/// Where a slot's values come from.
enum Source<'py> {
    /// The same for every node.
    Constant(Bound<'py, PyAny>),
    /// The one child in this field, else the default.
    Child(u8, Bound<'py, PyAny>),
    /// The children in this field.
    Children(u8),
    /// The source of the node.
    Text,
    /// By `Node::extra`: an entry of the list, the last one past its end.
    Extra(Bound<'py, PyList>),
    /// By `Node::parens`.
    Parens(Bound<'py, PyList>),
    /// The opening of a format string, and its closing.
    Opening,
    Closing,
    /// A format expression's conversion, or None.
    Conversion,
    /// Its format specification, or None.
    Specification(u8),
    /// `*` of an import, or the children.
    Imported(u8),
}

struct Recipe<'py> {
    class: Bound<'py, PyType>,
    slots: Vec<(Bound<'py, PyAny>, Source<'py>)>,
}

const HAS_SPECIFICATION: u8 = 1 << 7;

impl<'py> Source<'py> {
    fn read(name: &str, given: &Bound<'py, PyAny>) -> PyResult<Self> {
        Ok(match name {
            "constant" => Self::Constant(given.clone()),
            "child" => {
                let (field, default) = given.extract::<(u8, Bound<'py, PyAny>)>()?;
                Self::Child(field, default)
            }
            "children" => Self::Children(given.extract()?),
            "text" => Self::Text,
            "extra" => Self::Extra(given.clone().cast_into()?),
            "parens" => Self::Parens(given.clone().cast_into()?),
            "opening" => Self::Opening,
            "closing" => Self::Closing,
            "conversion" => Self::Conversion,
            "specification" => Self::Specification(given.extract()?),
            "imported" => Self::Imported(given.extract()?),
            other => return Err(PyValueError::new_err(format!("no such source: {other}"))),
        })
    }
}

fn recipe<'py>(given: &Bound<'py, PyAny>) -> PyResult<Recipe<'py>> {
    let (class, slots) =
        given.extract::<(Bound<'py, PyType>, Vec<(Bound<'py, PyAny>, String, Bound<'py, PyAny>)>)>()?;
    let slots = slots
        .into_iter()
        .map(|(setter, name, value)| Ok((setter, Source::read(&name, &value)?)))
        .collect::<PyResult<_>>()?;
    Ok(Recipe { class, slots })
}

/// The nodes of a tree in order, and by class.
pub fn make<'py>(
    py: Python<'py>,
    tree: &Tree,
    text: &str,
    recipes: &Bound<'py, PyList>,
) -> PyResult<(Vec<Bound<'py, PyAny>>, Bound<'py, PyDict>)> {
    let itertools = py.import(intern!(py, "itertools"))?;
    let builtins = py.import(intern!(py, "builtins"))?;
    let repeat = itertools.getattr(intern!(py, "repeat"))?;
    let map = builtins.getattr(intern!(py, "map"))?;
    let new = builtins.getattr(intern!(py, "object"))?.getattr(intern!(py, "__new__"))?;
    let drain = py.import(intern!(py, "collections"))?.getattr(intern!(py, "deque"))?;

    let mut by_kind: Vec<Vec<usize>> = vec![Vec::new(); recipes.len()];
    for (index, node) in tree.nodes.iter().enumerate() {
        by_kind[node.kind as usize].push(index);
    }
    let mut objects: Vec<Option<Bound<'py, PyAny>>> = vec![None; tree.nodes.len()];
    let found = PyDict::new(py);
    let mut made: Vec<(Recipe<'py>, Bound<'py, PyList>, &[usize])> = Vec::new();
    for (kind, indices) in by_kind.iter().enumerate().filter(|(_, indices)| !indices.is_empty()) {
        let recipe = recipe(&recipes.get_item(kind)?)?;
        let all = map.call1((&new, repeat.call1((&recipe.class, indices.len()))?))?;
        let list = PyList::empty(py);
        for (object, &index) in all.try_iter()?.zip(indices) {
            let object = object?;
            list.append(&object)?;
            objects[index] = Some(object);
        }
        found.set_item(&recipe.class, &list)?;
        made.push((recipe, list, indices));
    }
    let objects: Vec<Bound<'py, PyAny>> = objects.into_iter().flatten().collect();
    let mut maker = Maker { py, tree, text, objects: &objects, strings: FxHashMap::default() };
    for (recipe, list, indices) in &made {
        for (setter, source) in &recipe.slots {
            let values = match source {
                Source::Constant(value) => repeat.call1((value,))?,
                _ => maker.column(source, indices)?.into_any(),
            };
            drain.call1((map.call1((setter, list, values))?, 0))?;
        }
    }
    Ok((objects, found))
}

struct Maker<'a, 'py> {
    py: Python<'py>,
    tree: &'a Tree,
    text: &'a str,
    objects: &'a [Bound<'py, PyAny>],
    strings: FxHashMap<&'a str, Bound<'py, PyString>>,
}

impl<'a, 'py> Maker<'a, 'py> {
    fn column(&mut self, source: &Source<'py>, indices: &[usize]) -> PyResult<Bound<'py, PyList>> {
        let values = indices.iter().map(|&index| self.value(source, index)).collect::<PyResult<Vec<_>>>()?;
        PyList::new(self.py, values)
    }

    fn value(&mut self, source: &Source<'py>, index: usize) -> PyResult<Bound<'py, PyAny>> {
        let node = &self.tree.nodes[index];
        Ok(match source {
            Source::Constant(value) => value.clone(),
            Source::Child(field, default) => match self.children(index, *field).next() {
                Some(child) => self.objects[child].clone(),
                None => default.clone(),
            },
            Source::Children(field) => self.tuple(index, *field)?,
            Source::Text if node.kind == Kind::Name => self.name(self.tree.text(node, self.text)),
            Source::Text => self.string(self.tree.text(node, self.text)),
            Source::Extra(table) => entry(table, node.extra)?,
            Source::Parens(table) => entry(table, node.parens)?,
            Source::Opening => {
                let written = self.tree.text(node, self.text);
                self.string(written.get(..usize::from(node.extra)).unwrap_or_default())
            }
            Source::Closing => {
                let written = self.tree.text(node, self.text);
                let quotes = if written.ends_with("\"\"\"") || written.ends_with("'''") { 3 } else { 1 };
                let quotes = quotes.min(usize::from(node.extra));
                self.string(written.get(written.len().saturating_sub(quotes)..).unwrap_or_default())
            }
            Source::Conversion => match node.extra & !HAS_SPECIFICATION {
                0 => self.py.None().into_bound(self.py),
                byte => PyString::new(self.py, char::from(byte).encode_utf8(&mut [0; 4])).into_any(),
            },
            Source::Specification(field) if node.extra & HAS_SPECIFICATION != 0 => self.tuple(index, *field)?,
            Source::Specification(_) => self.py.None().into_bound(self.py),
            Source::Imported(field) => {
                let star = self.children(index, *field).find(|&child| self.tree.nodes[child].kind == Kind::ImportStar);
                match star {
                    Some(child) => self.objects[child].clone(),
                    None => self.tuple(index, *field)?,
                }
            }
        })
    }

    fn tuple(&self, index: usize, field: u8) -> PyResult<Bound<'py, PyAny>> {
        let children: Vec<_> = self.children(index, field).map(|child| &self.objects[child]).collect();
        Ok(PyTuple::new(self.py, children)?.into_any())
    }

    fn string(&mut self, text: &'a str) -> Bound<'py, PyAny> {
        let py = self.py;
        self.strings.entry(text).or_insert_with(|| PyString::new(py, text)).clone().into_any()
    }

    /// Interned: most names are in many files, and are compared again and again.
    fn name(&mut self, text: &'a str) -> Bound<'py, PyAny> {
        let py = self.py;
        self.strings.entry(text).or_insert_with(|| PyString::intern(py, text)).clone().into_any()
    }

    fn children(&self, index: usize, field: u8) -> impl Iterator<Item = usize> + '_ {
        self.tree.children(index).filter(move |&child| self.tree.nodes[child].field == field)
    }
}

fn entry<'py>(table: &Bound<'py, PyList>, index: u8) -> PyResult<Bound<'py, PyAny>> {
    table.get_item(usize::from(index).min(table.len().saturating_sub(1)))
}
