//! The event-driven backtest engine behind `lintkit smoke`, as a Python extension.
//!
//! Modules in dependency order; each knows only those above it:
//!
//! - [`model`]: value types, identifiers, instruments, market data, orders, events. Fixed-point numbers, no Python.
//! - [`profile`]: what differs between NautilusTrader versions, as named flags. [`halt`]: why a run stops early.
//! - [`clock`], [`inflight`], [`aggregation`], [`indicators`], [`book`]: small state machines of one job each.
//! - [`ledger`]: positions, accounts and what they are worth.
//! - [`cache`]: what the components share.
//! - [`models`], [`matching`], [`venue`]: a simulated exchange.
//! - [`kernel`]: the components around it, and the loop that drives them all.
//! - [`index`]: the static side's part: Python text to a compact tree. It and the engine know nothing of each other.
//! - `py`: the only PyO3.
//!
//! Invariants
//! - Prices, quantities and money are fixed-point; `f64` appears only where NautilusTrader's own tape is the
//!   result of `f64` arithmetic (average prices, PnL, notionals), and then in its order of operations.
//! - No wall clock, no randomness of our own, no iteration over hash maps: `clippy.toml` enforces it.
//! - Behaviour that differs between NautilusTrader versions is a named flag of the profile, never a copy.
//! - State changes only by events; no borrow of shared state is held while user code runs.

pub mod aggregation;
pub mod book;
pub mod cache;
pub mod clock;
pub mod halt;
pub mod index;
pub mod indicators;
pub mod inflight;
pub mod kernel;
pub mod ledger;
pub mod matching;
pub mod model;
pub mod models;
pub mod profile;
mod py;
pub mod venue;
