//! One text: its words and its tree, or where and why it is not Python.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};
use ruff_text_size::Ranged;

use super::guard;
use super::tree::{self, Tree};
use super::words::words;

/// Room for dropping the deepest tree that the guard lets through; only what is used is ever backed by memory.
const STACK_BYTES: usize = 64 << 20;

/// Files below this number are not worth a thread.
const FILES_PER_THREAD: usize = 8;

/// Why a text is not read. `line` and `column` are 1-based, columns in code points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    pub message: String,
    pub line: usize,
    pub column: usize,
}

/// A text that has been read once.
#[derive(Debug)]
pub struct Parsed {
    pub text: String,
    pub words: Vec<Box<str>>,
    pub tree: Result<Tree, SyntaxError>,
}

/// Parse one text on a stack of its own.
pub fn parse(text: String) -> Parsed {
    stacker::grow(STACK_BYTES, || parse_here(text))
}

/// Map in parallel where that pays, keeping the order. `alone` runs on the caller's thread, `threaded` on large stacks.
pub fn run_all<T: Send, R: Send>(inputs: Vec<T>, alone: fn(T) -> R, threaded: fn(T) -> R) -> Vec<R> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let threads = cores.min(inputs.len() / FILES_PER_THREAD);
    if threads < 2 {
        return inputs.into_iter().map(alone).collect();
    }
    let next = AtomicUsize::new(0);
    let slots: Vec<Mutex<(Option<T>, Option<R>)>> =
        inputs.into_iter().map(|input| Mutex::new((Some(input), None))).collect();
    let work = |run: fn(T) -> R| {
        while let Some(slot) = slots.get(next.fetch_add(1, Ordering::Relaxed)) {
            if let Ok(mut slot) = slot.lock()
                && let Some(input) = slot.0.take()
            {
                slot.1 = Some(run(input));
            }
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads {
            // Without another thread this one does all the work.
            let _ = thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, || work(threaded));
        }
        work(alone);
    });
    slots.into_iter().filter_map(|slot| slot.into_inner().ok()?.1).collect()
}

/// Parse on the stack of the caller, which must be large.
pub fn parse_here(text: String) -> Parsed {
    let tree = tree_of(&text);
    Parsed { words: words(&text), tree, text }
}

fn tree_of(text: &str) -> Result<Tree, SyntaxError> {
    if let Some(at) = text.find('\0') {
        return Err(error(text, at, "it holds a NUL character"));
    }
    if guard::too_deep(text) {
        return Err(error(text, 0, "nested too deeply to be read"));
    }
    let parsed = parse_unchecked(text, ParseOptions::from(Mode::Module));
    if let Some(first) = parsed.errors().first() {
        return Err(error(text, first.location.start().to_usize(), &first.error.to_string()));
    }
    let Some(parsed) = parsed.try_into_module() else {
        return Err(error(text, 0, "not a module"));
    };
    tree::build(text, &parsed).ok_or_else(|| {
        let last = parsed.syntax().body.last().map_or(0, |s| s.range().start().to_usize());
        error(text, last, "nested too deeply to be read")
    })
}

fn error(text: &str, offset: usize, message: &str) -> SyntaxError {
    let (line, column) = place(text, offset);
    SyntaxError { message: message.to_owned(), line, column }
}

/// Line and column (1-based, in code points) of a byte offset.
pub fn place(text: &str, offset: usize) -> (usize, usize) {
    let mut end = offset.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let before = &text[..end];
    let bytes = before.as_bytes();
    let mut line = 1;
    let mut start = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        if byte == b'\n' || (byte == b'\r' && bytes.get(at + 1) != Some(&b'\n')) {
            line += 1;
            start = at + 1;
        }
    }
    (line, before[start..].chars().count() + 1)
}
