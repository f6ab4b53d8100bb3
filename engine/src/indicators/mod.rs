//! Indicators over prices and bars.
