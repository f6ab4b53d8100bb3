//! The nodes made of one file, and how they stand to each other: by identity, without a table in Python.

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyType};
use rustc_hash::FxHashMap;

use super::index::File;
use super::nodes;

/// A file's nodes as objects, in libcst's order.
#[pyclass(frozen, module = "lintkit._index")]
pub struct Nodes {
    file: Py<File>,
    nodes: Vec<Py<PyAny>>,
    by_kind: Py<PyDict>,
    /// By address. The nodes live as long as this does, so no address is ever another node's.
    order: FxHashMap<usize, u32>,
    scopes: Vec<u32>,
}

impl Nodes {
    pub fn make(file: &Bound<'_, File>, recipes: &Bound<'_, PyList>) -> PyResult<Self> {
        let py = file.py();
        let tree = file.get().tree()?;
        let (objects, by_kind) = nodes::make(py, tree, file.get().text(), recipes)?;
        let nodes: Vec<Py<PyAny>> = objects.into_iter().map(Bound::unbind).collect();
        let order = nodes.iter().zip(0..).map(|(node, index)| (node.as_ptr() as usize, index)).collect();
        Ok(Self { file: file.clone().unbind(), nodes, by_kind: by_kind.unbind(), order, scopes: tree.scopes() })
    }

    fn index(&self, node: &Bound<'_, PyAny>) -> Option<u32> {
        self.order.get(&(node.as_ptr() as usize)).copied()
    }

    fn known(&self, node: &Bound<'_, PyAny>) -> PyResult<usize> {
        let unknown = || pyo3::exceptions::PyKeyError::new_err("a node of another file");
        self.index(node).map(|index| index as usize).ok_or_else(unknown)
    }

    fn above(&self, py: Python<'_>, index: u32) -> PyResult<u32> {
        Ok(self.file.bind(py).get().tree()?.nodes[index as usize].parent)
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
    fn scope<'py>(&self, node: &Bound<'py, PyAny>) -> Bound<'py, PyAny> {
        let index = self.index(node).unwrap_or(0);
        self.object(node.py(), self.scopes[index as usize])
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
