//! Positions, accounts, and what they are worth.
//!
//! `f64` stands wherever NautilusTrader computes in `f64`, in its order of operations; amounts are rounded to their
//! currency where it rounds them, since tapes show the results.

pub mod account;
pub mod cash;
pub mod exchange_rates;
pub mod figures;
pub mod margin;
pub mod portfolio;
pub mod position;

#[cfg(test)]
mod tests;
