//! Builds bars from ticks and from other bars.
