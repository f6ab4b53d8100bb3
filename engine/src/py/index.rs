//! The index for Python: a module of its own, so that a check does not pay for setting up the engine's classes.

use std::fs;
use std::path::PathBuf;

use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::PyList;

use super::made::{Nodes, Words};
use crate::index::parse::{self, Parsed, SyntaxError, run_all};
use crate::index::relevance;
use crate::index::tree::{KINDS, Tree};

/// One Python text that has been read.
#[pyclass(frozen, module = "lintkit._index")]
pub struct File {
    parsed: Parsed,
    /// Where each line begins, in bytes.
    lines: Vec<u32>,
}

impl From<Parsed> for File {
    fn from(parsed: Parsed) -> Self {
        let bytes = parsed.text.as_bytes();
        let ends = bytes
            .iter()
            .enumerate()
            .filter(|&(at, &byte)| byte == b'\n' || (byte == b'\r' && bytes.get(at + 1) != Some(&b'\n')));
        let lines = std::iter::once(0).chain(ends.map(|(at, _)| at as u32 + 1)).collect();
        Self { parsed, lines }
    }
}

impl File {
    pub fn tree(&self) -> PyResult<&Tree> {
        let unreadable = |error: &SyntaxError| pyo3::exceptions::PyValueError::new_err(error.message.clone());
        self.parsed.tree.as_ref().map_err(unreadable)
    }

    fn place(&self, offset: u32) -> (usize, usize) {
        let line = self.lines.partition_point(|&start| start <= offset);
        let start = self.lines[line - 1] as usize;
        let before = self.parsed.text.get(start..offset as usize).unwrap_or_default();
        (line, before.chars().count() + 1)
    }
}

#[pymethods]
impl File {
    /// Parse a text.
    #[new]
    fn new(py: Python<'_>, text: String) -> Self {
        py.detach(|| parse::parse(text).into())
    }

    #[getter]
    pub fn text(&self) -> &str {
        &self.parsed.text
    }

    /// Why the text is not Python: message, line and column; None when it is.
    #[getter]
    fn error(&self) -> Option<(&str, usize, usize)> {
        self.parsed.tree.as_ref().err().map(|e| (e.message.as_str(), e.line, e.column))
    }

    #[getter]
    fn words(&self) -> Vec<&str> {
        self.parsed.words.iter().map(AsRef::as_ref).collect()
    }

    /// Whether the text holds one of these words.
    fn holds(&self, words: Vec<PyBackedStr>) -> bool {
        words.iter().any(|word| self.parsed.holds(word))
    }

    /// Line, column, last line and last column (exclusive) of a node.
    pub fn span(&self, node: usize) -> PyResult<(usize, usize, usize, usize)> {
        let tree = self.tree()?;
        let found = tree.nodes.get(node).ok_or_else(|| pyo3::exceptions::PyIndexError::new_err(node))?;
        let (line, column) = self.place(found.start);
        let (end_line, end_column) = self.place(found.end);
        Ok((line, column, end_line, end_column))
    }

    /// The source of a node.
    pub fn code(&self, node: usize) -> PyResult<&str> {
        let tree = self.tree()?;
        let found = tree.nodes.get(node).ok_or_else(|| pyo3::exceptions::PyIndexError::new_err(node))?;
        Ok(tree.text(found, &self.parsed.text))
    }

    /// What the file calls by another name, as pairs (old, new).
    #[getter]
    fn renames(&self) -> PyResult<Vec<(&str, &str)>> {
        Ok(self.tree()?.renames(&self.parsed.text))
    }

    /// The nodes as objects. `recipes` say for each kind how to make one.
    fn nodes(slf: &Bound<'_, Self>, recipes: &Bound<'_, PyList>) -> PyResult<Nodes> {
        Nodes::make(slf, recipes)
    }
}

/// Read and parse files in parallel. None for what is not plain UTF-8 or cannot be read at all.
#[pyfunction]
fn read(py: Python<'_>, paths: Vec<PathBuf>) -> Vec<Option<File>> {
    py.detach(|| {
        run_all(
            paths,
            |path| utf8(&path).map(|text| parse::parse(text).into()),
            |path| utf8(&path).map(|text| parse::parse_here(text).into()),
        )
    })
}

/// Whether each file holds one of these words.
#[pyfunction]
fn holding(files: Vec<PyRef<'_, File>>, words: Vec<PyBackedStr>) -> Vec<bool> {
    files.iter().map(|file| words.iter().any(|word| file.parsed.holds(word))).collect()
}

/// Whether each file has to be analysed; `names` are the last parts of their module names.
#[pyfunction]
fn relevant(files: Vec<PyRef<'_, File>>, names: Vec<String>) -> Vec<bool> {
    let words: Vec<&[Box<str>]> = files.iter().map(|file| file.parsed.words.as_slice()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    relevance::relevant(&words, &names)
}

/// The text of a file that is UTF-8 and says nothing else.
fn utf8(path: &PathBuf) -> Option<String> {
    let text = String::from_utf8(fs::read(path).ok()?).ok()?;
    if declares_encoding(&text) {
        return None;
    }
    Some(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

/// Whether one of the first two lines may declare another encoding, as PEP 263 has it.
fn declares_encoding(text: &str) -> bool {
    let mut lines = text.split(['\n', '\r']).filter(|line| !line.is_empty()).take(2);
    lines.any(|line| {
        let Some((_, declared)) = line.split_once("coding") else { return false };
        let name = declared.trim_start_matches([':', '=', ' ', '\t']).to_ascii_lowercase();
        line.contains('#') && !name.starts_with("utf-8") && !name.starts_with("utf8")
    })
}

#[pymodule]
pub mod _index {
    use super::*;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("KINDS", KINDS.to_vec())?;
        module.add_class::<File>()?;
        module.add_class::<Nodes>()?;
        module.add_class::<Words>()?;
        module.add_function(wrap_pyfunction!(read, module)?)?;
        module.add_function(wrap_pyfunction!(holding, module)?)?;
        module.add_function(wrap_pyfunction!(relevant, module)?)
    }
}
