//! The loop: next datum, venues, strategies, timers.
