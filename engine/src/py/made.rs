//! The nodes made of one file, and how they stand to each other: by identity, without a table in Python.

use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::{PyBytes, PyDict, PyList, PyType};
use rustc_hash::FxHashSet;

use super::index::File;
use super::nodes;
use crate::index::tree::Kind;

/// A set of words to look names up in.
#[pyclass(frozen, module = "lintkit._index")]
pub struct Words(FxHashSet<Box<str>>);

#[pymethods]
impl Words {
    #[new]
    fn new(words: Vec<PyBackedStr>) -> Self {
        Self(words.iter().map(|word| Box::from(&**word)).collect())
    }
}

/// Places of nodes by their address: open addressing, 8 to 16 bytes a node.
struct Order(Vec<u32>);

const FREE: u32 = u32::MAX;

impl Order {
    fn of(nodes: &[Py<PyAny>]) -> Self {
        let mut order = Self(vec![FREE; (nodes.len() * 2).next_power_of_two()]);
        for (node, index) in nodes.iter().zip(0..) {
            let mut slot = order.slot(node.as_ptr() as usize);
            while order.0[slot] != FREE {
                slot = order.after(slot);
            }
            order.0[slot] = index;
        }
        order
    }

    fn get(&self, nodes: &[Py<PyAny>], address: usize) -> Option<u32> {
        let mut slot = self.slot(address);
        while self.0[slot] != FREE {
            let index = self.0[slot];
            if nodes[index as usize].as_ptr() as usize == address {
                return Some(index);
            }
            slot = self.after(slot);
        }
        None
    }

    fn slot(&self, address: usize) -> usize {
        let mixed = (address as u64 >> 4).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (mixed >> 32) as usize & (self.0.len() - 1)
    }

    fn after(&self, slot: usize) -> usize {
        (slot + 1) & (self.0.len() - 1)
    }
}

/// A file's nodes as objects, in libcst's order.
#[pyclass(frozen, module = "lintkit._index")]
pub struct Nodes {
    file: Py<File>,
    nodes: Vec<Py<PyAny>>,
    by_kind: Py<PyDict>,
    /// The nodes live as long as this does, so no address is ever another node's.
    order: Order,
}

impl Nodes {
    pub fn make(file: &Bound<'_, File>, recipes: &Bound<'_, PyList>) -> PyResult<Self> {
        let py = file.py();
        let tree = file.get().tree()?;
        let (objects, by_kind) = nodes::make(py, tree, file.get().text()?, recipes)?;
        let nodes: Vec<Py<PyAny>> = objects.into_iter().map(Bound::unbind).collect();
        let order = Order::of(&nodes);
        Ok(Self { file: file.clone().unbind(), nodes, by_kind: by_kind.unbind(), order })
    }

    fn index(&self, node: &Bound<'_, PyAny>) -> Option<u32> {
        self.order.get(&self.nodes, node.as_ptr() as usize)
    }

    fn known(&self, node: &Bound<'_, PyAny>) -> PyResult<usize> {
        let unknown = || pyo3::exceptions::PyKeyError::new_err("a node of another file");
        self.index(node).map(|index| index as usize).ok_or_else(unknown)
    }

    fn above(&self, py: Python<'_>, index: u32) -> PyResult<u32> {
        Ok(self.file.bind(py).get().tree()?.nodes[index as usize].parent)
    }

    fn spelled<'py>(&self, py: Python<'py>, is_meant: impl Fn(&str) -> bool) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let file = self.file.get();
        let (tree, text) = (file.tree()?, file.text()?);
        let named = tree.nodes.iter().zip(&self.nodes).filter(|(node, _)| node.kind == Kind::Name);
        let meant = named.filter(|(node, _)| is_meant(tree.text(node, text)));
        Ok(meant.map(|(_, object)| object.bind(py).clone()).collect())
    }

    fn spelled_attributes<'py>(
        &self,
        py: Python<'py>,
        is_meant: impl Fn(&str) -> bool,
    ) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let file = self.file.get();
        let (tree, text) = (file.tree()?, file.text()?);
        let attributes = (0..tree.nodes.len()).filter(|&index| tree.nodes[index].kind == Kind::Attribute);
        let meant = attributes.filter(|&index| {
            let name = tree.field(index, 1).map(|name| tree.text(&tree.nodes[name], text));
            name.is_some_and(&is_meant)
        });
        Ok(meant.map(|index| self.nodes[index].bind(py).clone()).collect())
    }

    fn object<'py>(&self, py: Python<'py>, index: u32) -> Bound<'py, PyAny> {
        self.nodes[index as usize].bind(py).clone()
    }
}

#[pymethods]
impl Nodes {
    fn __len__(&self) -> usize {
        self.nodes.len()
    }

    /// A node by its place in the order.
    fn __getitem__<'py>(&self, py: Python<'py>, index: usize) -> PyResult<Bound<'py, PyAny>> {
        let found = self.nodes.get(index).ok_or_else(|| pyo3::exceptions::PyIndexError::new_err(index))?;
        Ok(found.bind(py).clone())
    }

    /// Every node of exactly this class.
    fn of<'py>(&self, py: Python<'py>, kind: &Bound<'py, PyType>) -> PyResult<Bound<'py, PyAny>> {
        Ok(self.by_kind.bind(py).get_item(kind)?.unwrap_or_else(|| PyList::empty(py).into_any()))
    }

    /// The place of a node in the order; -1 for a node of another file.
    fn order(&self, node: &Bound<'_, PyAny>) -> i64 {
        self.index(node).map_or(-1, i64::from)
    }

    fn parent<'py>(&self, node: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
        match self.index(node) {
            None | Some(0) => Ok(None),
            Some(index) => Ok(Some(self.object(node.py(), self.above(node.py(), index)?))),
        }
    }

    /// The nodes around one, innermost first.
    fn parents<'py>(&self, node: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let mut found = Vec::new();
        let mut index = self.index(node).unwrap_or(0);
        while index != 0 {
            index = self.above(node.py(), index)?;
            found.push(self.object(node.py(), index));
        }
        Ok(found)
    }

    /// The innermost node around one whose kind is among `kinds`, a byte for each of `KINDS`.
    fn enclosing<'py>(
        &self,
        node: &Bound<'py, PyAny>,
        kinds: &Bound<'py, PyBytes>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let kinds = kinds.as_bytes();
        let tree = self.file.get().tree()?;
        let mut index = self.index(node).unwrap_or(0);
        while index != 0 {
            index = tree.nodes[index as usize].parent;
            if kinds.get(tree.nodes[index as usize].kind as usize).is_some_and(|&wanted| wanted != 0) {
                return Ok(Some(self.object(node.py(), index)));
            }
        }
        Ok(None)
    }

    /// The scope that code at a node runs in; the module's for a node of another file.
    fn scope<'py>(&self, node: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let scope = self.file.get().tree()?.scope(self.index(node).unwrap_or(0));
        Ok(self.object(node.py(), scope))
    }

    /// Every name that is one of `words`, in order.
    fn names<'py>(&self, py: Python<'py>, words: &Words) -> PyResult<Vec<Bound<'py, PyAny>>> {
        self.spelled(py, |word| words.0.contains(word))
    }

    /// Every attribute whose name is one of `words`, in order.
    fn attributes<'py>(&self, py: Python<'py>, words: &Words) -> PyResult<Vec<Bound<'py, PyAny>>> {
        self.spelled_attributes(py, |word| words.0.contains(word))
    }

    /// Every name that is spelled so, in order.
    fn named<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Vec<Bound<'py, PyAny>>> {
        self.spelled(py, |word| word == name)
    }

    /// Every attribute that is named so, in order.
    fn attributes_named<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Vec<Bound<'py, PyAny>>> {
        self.spelled_attributes(py, |word| word == name)
    }

    /// Line, column, last line and last column (exclusive), 1-based.
    fn span(&self, node: &Bound<'_, PyAny>) -> PyResult<(usize, usize, usize, usize)> {
        self.file.get().span(self.known(node)?)
    }

    /// The source of a node.
    fn code(&self, node: &Bound<'_, PyAny>) -> PyResult<&str> {
        self.file.get().code(self.known(node)?)
    }
}
