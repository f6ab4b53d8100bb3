//! A venue's order book.
