//! What the components share: orders, positions, accounts, instruments and recent market data.
