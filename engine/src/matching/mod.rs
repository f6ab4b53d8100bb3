//! Which resting orders a market move touches, and at what price they fill.
