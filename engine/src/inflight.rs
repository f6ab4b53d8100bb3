//! Commands on their way to a venue.
