//! Positions and accounts: what fills did, in exact money.
