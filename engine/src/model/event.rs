//! What happened: order, position, account and time events.
