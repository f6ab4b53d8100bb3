//! The index for Python: a module of its own, so that a check does not pay for setting up the engine's classes.

use std::fs;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::UNIX_EPOCH;

use pyo3::create_exception;
use pyo3::exceptions::{PyException, PyIndexError, PyValueError};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::PyList;

use super::made::{Nodes, Words};
use crate::index::parse::{self, Parsed, SyntaxError, run_all};
use crate::index::relevance;
use crate::index::tree::{KINDS, Tree};

create_exception!(lintkit._index, ChangedError, PyException, "A file is not what it was when the run began.");

/// One Python text: read at once, or known from an earlier run and read when its nodes are asked for.
#[pyclass(frozen, module = "lintkit._index")]
pub struct File {
    words: Vec<Box<str>>,
    renames: OnceLock<Vec<Rename>>,
    content: OnceLock<Content>,
    origin: Option<Origin>,
}

/// The old name and the new one.
type Rename = (Box<str>, Box<str>);

/// A text and its tree.
struct Content {
    text: String,
    tree: Result<Tree, SyntaxError>,
    /// Where each line begins, in bytes.
    lines: Vec<u32>,
}

/// Where a text stands, and what says that it is still the same.
struct Origin {
    path: PathBuf,
    size: u64,
    nanos: u64,
}

impl From<Parsed> for File {
    fn from(parsed: Parsed) -> Self {
        let words = parsed.words;
        let content = OnceLock::from(Content::new(parsed.text, parsed.tree));
        Self { words, renames: OnceLock::new(), content, origin: None }
    }
}

impl Content {
    fn new(text: String, tree: Result<Tree, SyntaxError>) -> Self {
        let bytes = text.as_bytes();
        let ends = bytes
            .iter()
            .enumerate()
            .filter(|&(at, &byte)| byte == b'\n' || (byte == b'\r' && bytes.get(at + 1) != Some(&b'\n')));
        let lines = std::iter::once(0).chain(ends.map(|(at, _)| at as u32 + 1)).collect();
        Self { text, tree, lines }
    }

    fn tree(&self) -> PyResult<&Tree> {
        self.tree.as_ref().map_err(|error| PyValueError::new_err(error.message.clone()))
    }

    fn place(&self, offset: u32) -> (usize, usize) {
        let line = self.lines.partition_point(|&start| start <= offset);
        let start = self.lines[line - 1] as usize;
        let before = self.text.get(start..offset as usize).unwrap_or_default();
        (line, before.chars().count() + 1)
    }
}

impl Origin {
    /// The text, if the file is still the one that was known.
    fn read(&self) -> Option<String> {
        let found = fs::metadata(&self.path).ok()?;
        let nanos = found.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_nanos();
        (found.len() == self.size && nanos == u128::from(self.nanos)).then(|| utf8(&self.path))?
    }
}

impl File {
    fn content(&self) -> PyResult<&Content> {
        if self.content.get().is_none() {
            let text = self.origin.as_ref().and_then(Origin::read);
            let parsed =
                parse::parse(text.ok_or_else(|| ChangedError::new_err("a file was changed while it was checked"))?);
            let _ = self.content.set(Content::new(parsed.text, parsed.tree));
        }
        self.content.get().ok_or_else(|| ChangedError::new_err("a file was not read"))
    }

    pub fn tree(&self) -> PyResult<&Tree> {
        self.content()?.tree()
    }

    fn holds_word(&self, word: &str) -> bool {
        self.words.binary_search_by(|held| held.as_ref().cmp(word)).is_ok()
    }

    fn renamed(&self) -> PyResult<&[Rename]> {
        if let Some(known) = self.renames.get() {
            return Ok(known);
        }
        let content = self.content()?;
        let found = content.tree()?.renames(&content.text);
        Ok(self.renames.get_or_init(|| found.into_iter().map(|(old, new)| (old.into(), new.into())).collect()))
    }
}

#[pymethods]
impl File {
    /// Parse a text.
    #[new]
    fn new(py: Python<'_>, text: String) -> Self {
        py.detach(|| parse::parse(text).into())
    }

    /// A file of an earlier run, with its size and the time of its last change. `kept` is what that run has kept of it.
    #[staticmethod]
    fn known(path: PathBuf, size: u64, nanos: u64, kept: &str) -> Self {
        let (words, renames) = kept.split_once('\0').unwrap_or((kept, ""));
        let words = words.split('\n').filter(|word| !word.is_empty()).map(Box::from).collect();
        let pairs = renames.split('\n').filter_map(|pair| pair.split_once('\t'));
        let renames = OnceLock::from(pairs.map(|(old, new)| (old.into(), new.into())).collect::<Vec<_>>());
        Self { words, renames, content: OnceLock::new(), origin: Some(Origin { path, size, nanos }) }
    }

    /// What a later run needs to know of the file without reading it.
    #[getter]
    fn kept(&self) -> PyResult<String> {
        let mut kept = self.words.join("\n");
        kept.push('\0');
        for (old, new) in self.renamed()? {
            kept.extend([old, "\t", new, "\n"]);
        }
        Ok(kept)
    }

    #[getter]
    pub fn text(&self) -> PyResult<&str> {
        Ok(&self.content()?.text)
    }

    /// Why the text is not Python: message, line and column; None when it is.
    #[getter]
    fn error(&self) -> Option<(&str, usize, usize)> {
        let content = self.content.get()?; // what is known of an earlier run was Python
        content.tree.as_ref().err().map(|e| (e.message.as_str(), e.line, e.column))
    }

    #[getter]
    fn words(&self) -> Vec<&str> {
        self.words.iter().map(AsRef::as_ref).collect()
    }

    /// Whether the text holds one of these words.
    fn holds(&self, words: Vec<PyBackedStr>) -> bool {
        words.iter().any(|word| self.holds_word(word))
    }

    /// Line, column, last line and last column (exclusive) of a node.
    pub fn span(&self, node: usize) -> PyResult<(usize, usize, usize, usize)> {
        let content = self.content()?;
        let found = content.tree()?.nodes.get(node).ok_or_else(|| PyIndexError::new_err(node))?;
        let (line, column) = content.place(found.start);
        let (end_line, end_column) = content.place(found.end);
        Ok((line, column, end_line, end_column))
    }

    /// The source of a node.
    pub fn code(&self, node: usize) -> PyResult<&str> {
        let content = self.content()?;
        let tree = content.tree()?;
        let found = tree.nodes.get(node).ok_or_else(|| PyIndexError::new_err(node))?;
        Ok(tree.text(found, &content.text))
    }

    /// What the file calls by another name, as pairs (old, new).
    #[getter]
    fn renames(&self) -> PyResult<Vec<(&str, &str)>> {
        Ok(self.renamed()?.iter().map(|(old, new)| (old.as_ref(), new.as_ref())).collect())
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
    files.iter().map(|file| words.iter().any(|word| file.holds_word(word))).collect()
}

/// Whether each file has to be analysed; `names` are the last parts of their module names.
#[pyfunction]
fn relevant(files: Vec<PyRef<'_, File>>, names: Vec<String>) -> Vec<bool> {
    let words: Vec<&[Box<str>]> = files.iter().map(|file| file.words.as_slice()).collect();
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
        module.add("ChangedError", module.py().get_type::<ChangedError>())?;
        module.add_class::<File>()?;
        module.add_class::<Nodes>()?;
        module.add_class::<Words>()?;
        module.add_function(wrap_pyfunction!(read, module)?)?;
        module.add_function(wrap_pyfunction!(holding, module)?)?;
        module.add_function(wrap_pyfunction!(relevant, module)?)
    }
}
