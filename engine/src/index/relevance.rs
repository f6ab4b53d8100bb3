//! Which Python files can matter: those that mention NautilusTrader, and all that could share an import path with them.
//!
//! It never leaves out too much: a file can only import another one by a word of its name, so two files are linked as
//! soon as one holds the other's name as a word anywhere, and every link is followed both ways.

use rustc_hash::FxHashMap;

const PACKAGE: &str = "nautilus_trader";

/// Whether each file has to be analysed. `names` are the last parts of the files' module names.
pub fn relevant(words: &[&[Box<str>]], names: &[&str]) -> Vec<bool> {
    let mut by_name: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
    for (file, name) in names.iter().enumerate() {
        by_name.entry(name).or_default().push(file);
    }
    // linked[file]: the names that it holds as words; users[name]: the files that hold it.
    let mut users: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
    let mut linked: Vec<Vec<&str>> = vec![Vec::new(); names.len()];
    let mut found = vec![false; names.len()];
    let mut todo = Vec::new();
    for (file, held) in words.iter().enumerate() {
        for word in *held {
            if word.as_ref() == PACKAGE {
                found[file] = true;
                todo.push(file);
            }
            if by_name.contains_key(word.as_ref()) {
                users.entry(word).or_default().push(file);
                linked[file].push(word);
            }
        }
    }
    while let Some(file) = todo.pop() {
        // Each name leads to its files once.
        let named = linked[file].iter().filter_map(|name| by_name.remove(name));
        for other in named.chain(users.remove(names[file])).flatten() {
            if !found[other] {
                found[other] = true;
                todo.push(other);
            }
        }
    }
    found
}
