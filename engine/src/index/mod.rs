//! The static side's index: Python text to a compact tree in libcst's shape, and what follows from it, without Python
//! objects and without the GIL.
//!
//! - [`words`]: the identifier-like words of a text. [`guard`]: what would overflow a stack, found before it is parsed.
//! - [`tree`]: ruff's syntax tree as nodes in libcst's order, one flat array.
//! - [`parse`]: one text to all of the above. [`relevance`]: which files can matter to each other.
//!
//! ruff's parser was chosen by measurement: it reads several million lines a second, knows newer grammar than the
//! running interpreter's, grows its stack on the heap, and says where and why a text is not Python.

pub mod guard;
pub mod parse;
pub mod relevance;
pub mod tree;
pub mod words;
