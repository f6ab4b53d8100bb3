//! Hands the top-level `rules/` to maturin, which ships `OUT_DIR/rules` as `lintkit/rules` (see `include` in
//! pyproject.toml). Only a build for Python does this: plain cargo commands never look outside the crate.

use std::{env, fs, io, path::PathBuf};

fn main() -> io::Result<()> {
    if env::var_os("CARGO_FEATURE_EXTENSION_MODULE").is_none() {
        println!("cargo:rerun-if-changed=build.rs");
        return Ok(());
    }
    println!("cargo:rerun-if-changed=no-such-file"); // always: a wheel must never ship yesterday's rules

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
