//! What differs between NautilusTrader versions, as named flags.
