//! A simulated venue: matching engines, in-flight commands, accounts.
