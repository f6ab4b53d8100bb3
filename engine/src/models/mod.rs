//! Latency, fill and fee models.
