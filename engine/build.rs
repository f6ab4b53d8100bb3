//! Hands the top-level `rules/` to maturin, which ships `OUT_DIR/rules` as `lintkit/rules` (see `include` in
//! pyproject.toml). Only a build for Python does this: plain cargo commands never look outside the crate.
//! Stamps the library with a checksum of its sources, by which `lintkit/compiled.py` knows one that is out of date.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

fn main() -> io::Result<()> {
    println!("cargo:rustc-env=LINTKIT_SOURCES={:08x}", checksum(Path::new("src"))?);
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=src");
    if env::var_os("CARGO_FEATURE_EXTENSION_MODULE").is_none() {
        return Ok(());
    }
    println!("cargo:rerun-if-changed=../rules"); // a wheel must never ship yesterday's rules

    let out = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo sets OUT_DIR for build scripts"))?;
    let staged = PathBuf::from(out).join("rules");
    if staged.exists() {
        fs::remove_dir_all(&staged)?;
    }
    fs::create_dir(&staged)?;
    for entry in fs::read_dir("../rules")? {
        let path = entry?.path();
        if let (Some("py"), Some(name)) = (path.extension().and_then(|e| e.to_str()), path.file_name()) {
            fs::copy(&path, staged.join(name))?;
        }
    }
    Ok(())
}

/// CRC-32 of the files of a folder, one after the other, by their paths in it.
fn checksum(folder: &Path) -> io::Result<u32> {
    let mut files = Vec::new();
    collect(folder, &mut files)?;
    files.sort_by_key(|path| path.to_string_lossy().replace('\\', "/"));
    let mut crc = crc32fast::Hasher::new();
    for file in files {
        crc.update(&fs::read(file)?);
    }
    Ok(crc.finalize())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
    Ok(())
}
