//! The identifier-like words of a text, those in comments and strings included.

use rustc_hash::FxHashSet;

/// Every distinct word, sorted. A word is what Python's `[^\W\d]\w*` matches.
pub fn words(text: &str) -> Vec<Box<str>> {
    let mut found: FxHashSet<&str> = FxHashSet::default();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        if byte.is_ascii() && !byte.is_ascii_alphanumeric() && byte != b'_' {
            at += 1;
            continue;
        }
        let start = at;
        let mut ascii = true;
        while at < bytes.len() && (bytes[at].is_ascii_alphanumeric() || bytes[at] == b'_' || !bytes[at].is_ascii()) {
            ascii &= bytes[at].is_ascii();
            at += 1;
        }
        if ascii {
            let run = text[start..at].trim_start_matches(|c: char| c.is_ascii_digit());
            if !run.is_empty() {
                found.insert(run);
            }
        } else {
            for run in text[start..at].split(|c: char| !(c.is_alphanumeric() || c == '_')) {
                let run = run.trim_start_matches(char::is_numeric);
                if !run.is_empty() {
                    found.insert(run);
                }
            }
        }
    }
    let mut sorted: Vec<Box<str>> = found.into_iter().map(Box::from).collect();
    sorted.sort_unstable();
    sorted
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn words_are_distinct_and_do_not_begin_with_digits() {
        let found = words("x = 1_000 + 2e5 # naïve _x x2 日本 a\u{a0}b");
        assert_eq!(found, ["_000", "_x", "a", "b", "e5", "naïve", "x", "x2", "日本"].map(Box::from));
    }
}
