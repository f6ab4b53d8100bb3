//! Simulated time, timers and alerts.
