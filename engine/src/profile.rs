//! What differs between NautilusTrader versions, as named flags.
//!
//! A flag says what the engine does, not which release does it, so that the releases in between can be composed.

/// How a trade made by a venue is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TradeIds {
    /// `{venue}-{instrument}-{count}`.
    Counted,
    /// `T-{hash of venue, instrument and time}-{count}`.
    Hashed,
}

/// How a bar's volume is spread over the up to four trades it is executed as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BarVolume {
    /// A quarter in floating point, rounded to the size precision.
    Quarter,
    /// A quarter rounded down to the size increment; the close gets the rest.
    QuarterAndRest,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)]
pub struct Profile {
    /// The release that the flags describe.
    pub version: &'static str,

    // Venue
    pub trade_ids: TradeIds,
    pub bar_volume: BarVolume,
    /// On a top-of-book venue a stop order fills at its trigger price, even when the market has jumped over it.
    pub stops_fill_at_trigger: bool,
    /// A stop-limit order whose trigger is touched exactly draws `prob_fill_on_stop`.
    pub draws_stop_fills: bool,
    /// Trades move the market that resting orders are matched against, unless `trade_execution` is given.
    pub trade_execution: bool,
    /// A trade transiently moves the market, and fills of it are limited to its size.
    pub transient_trades: bool,
    /// Settling repeats until no command is due, and matches every book again after each round.
    pub settles_until_quiet: bool,
    /// A closed exit that its list brings to the venue once more is canceled once more.
    pub cancels_again: bool,
    /// AT_THE_OPEN and AT_THE_CLOSE orders are rejected; otherwise they stay submitted.
    pub rejects_auction_orders: bool,
    /// A future expires at its very time, its closing fill reaches the account, and options are not closed at the market;
    /// otherwise every contract expires with the first match at or after its time, and its closing fill counts for the
    /// position only.
    pub expires_on_time: bool,
    /// The venue converts quantities in quote currency.
    pub converts_quote_quantity: bool,
    /// An update to a quantity below what is filled is rejected.
    pub rejects_update_below_filled: bool,
    /// Reduce-only orders follow their position by what is left of them; otherwise by their whole quantity.
    pub reduces_by_leaves: bool,
    /// A trailing stop calculates from bid and ask by default; otherwise it needs a last price to start.
    pub trails_quotes_by_default: bool,
    /// A trailing stop of the last price without an activation price starts from the last price; otherwise from the
    /// other side of the market.
    pub activates_at_last: bool,
    /// A datum older than the book is only matched against, not applied.
    pub skips_stale_data: bool,
    /// A deltas feed does not touch a top-of-book venue's book.
    pub l1_ignores_deltas: bool,
    /// A price of a bar counts as the last one while orders are matched at it; otherwise only after that.
    pub bars_set_last_first: bool,
    /// Order book data whose precision is not the instrument's stops the run.
    pub checks_book_precisions: bool,
    /// A book's sequence and time never go back.
    pub books_keep_latest: bool,
    /// Bars of a month are executed as any other.
    pub executes_month_bars: bool,

    /// Maker and taker fees are of the notional value in floating point; otherwise in decimal.
    pub multiplies_fees_in_floats: bool,

    // Ledger
    /// A netting position that a fill turns over leaves a snapshot of what it was.
    pub snapshots_flips: bool,
    /// A reduce-only fill that meets no open position opens none.
    pub reduce_only_opens_nothing: bool,
    /// A netting position that opens again is a new object, and the old one a snapshot.
    pub reopens_as_new_position: bool,
    /// What an order of a cash account spends comes from what is locked, even beyond it.
    pub overdraws_locked: bool,
    /// A fill changes an account of one currency only where the cost currency has a rate to it.
    pub fills_need_rate: bool,
    /// A cash account frees a currency that open orders no longer lock; otherwise only once no order is open.
    pub frees_by_currency: bool,
    /// The quote leg of a fill on a cash account is of the whole fill; otherwise only of what was open where it reduces
    /// a position.
    pub books_whole_fills: bool,
    /// Maintenance margin is of the net position of an instrument; otherwise the sum over positions.
    pub nets_maintenance_margin: bool,
    /// An order makes a new state of the account even where a rate is missing, so that nothing is locked for it.
    pub states_without_rates: bool,
    /// A contract's multiplier counts in what a fill costs a cash account.
    pub cash_pays_multiplier: bool,
    /// Options cost a margin account their premium when they are filled; otherwise only profit and loss count.
    pub options_pay_premium: bool,
    /// A spread has no position and no cost of its own.
    pub spreads_have_no_position: bool,
    /// A sale that reduces a position is not checked against the free balance of a cash account.
    pub permits_reducing_sells: bool,
    /// The inverse of a bid is one over the ask, in decimal; otherwise one over the bid, in floating point.
    pub crosses_inverse_rates: bool,
    /// Commission in the base currency of a spot pair adjusts the position.
    pub adjusts_positions: bool,
    /// With several positions in an instrument, the first one's mark price is used for all.
    pub shares_mark_price: bool,
    /// The net exposure of an instrument offsets long and short positions; otherwise it adds them up.
    pub nets_exposure: bool,
    /// The portfolio answers in the currency of the account at the middle of the market, results as zero where it cannot;
    /// otherwise by the side of each position, and as nothing.
    pub converts_results_at_mid: bool,
    /// The portfolio notes for its statistics what a position won when it closes; otherwise the positions tell.
    pub records_trades: bool,
    /// A reset publishes the account only when it has changed, and keeps the pairs that rates are made of.
    pub resets_quietly: bool,

    // Kernel
    /// Timers set while timers fire can still fire in the same batch, and the order is (time, name).
    pub timers_chain: bool,
    /// A run begins with the first datum again, even where all have been replayed.
    pub always_rewinds: bool,
    /// A wildcard subscription made after a topic's first message is delivered.
    pub late_wildcards: bool,
    /// A position id chosen by the user is denied where positions are netted.
    pub denies_custom_position_ids: bool,
    /// Fills already applied, and fills beyond the quantity, are refused.
    pub guards_fills: bool,
    /// The reason of a list's other orders names the list; otherwise the text of the name's format.
    pub names_denied_lists: bool,
    /// The emulator always gives a child its parent's filled quantity; otherwise only where it differs.
    pub always_resizes_children: bool,
    /// `cancel_all_orders` includes orders in flight.
    pub cancels_inflight: bool,

    // Bars
    /// A time bar whose period starts exactly now fires at once, with a single update.
    pub first_bar_immediately: bool,
    /// Microseconds a composite bar built from internal bars waits for them.
    pub composite_delay_us: u64,

    // Values
    /// Sums and differences keep the type: `Price - Price` is a `Price`; otherwise a `Decimal`.
    pub arithmetic_keeps_type: bool,
}

pub const V1_221: Profile = Profile {
    version: "1.221.0",
    trade_ids: TradeIds::Counted,
    bar_volume: BarVolume::Quarter,
    stops_fill_at_trigger: true,
    draws_stop_fills: true,
    trade_execution: false,
    transient_trades: false,
    settles_until_quiet: false,
    cancels_again: true,
    rejects_auction_orders: false,
    expires_on_time: false,
    converts_quote_quantity: false,
    rejects_update_below_filled: false,
    reduces_by_leaves: false,
    trails_quotes_by_default: false,
    activates_at_last: false,
    skips_stale_data: false,
    l1_ignores_deltas: false,
    bars_set_last_first: false,
    checks_book_precisions: false,
    books_keep_latest: false,
    executes_month_bars: false,
    reduce_only_opens_nothing: false,
    reopens_as_new_position: false,
    overdraws_locked: true,
    fills_need_rate: false,
    frees_by_currency: false,
    books_whole_fills: false,
    multiplies_fees_in_floats: true,
    snapshots_flips: false,
    nets_maintenance_margin: false,
    states_without_rates: false,
    cash_pays_multiplier: false,
    options_pay_premium: false,
    spreads_have_no_position: false,
    permits_reducing_sells: false,
    crosses_inverse_rates: false,
    adjusts_positions: false,
    shares_mark_price: true,
    nets_exposure: false,
    converts_results_at_mid: false,
    records_trades: false,
    resets_quietly: false,
    timers_chain: false,
    always_rewinds: false,
    late_wildcards: false,
    denies_custom_position_ids: false,
    guards_fills: false,
    names_denied_lists: false,
    always_resizes_children: false,
    cancels_inflight: false,
    first_bar_immediately: false,
    composite_delay_us: 15,
    arithmetic_keeps_type: false,
};

pub const V1_231: Profile = Profile {
    version: "1.231.0",
    trade_ids: TradeIds::Hashed,
    bar_volume: BarVolume::QuarterAndRest,
    stops_fill_at_trigger: false,
    draws_stop_fills: false,
    trade_execution: true,
    transient_trades: true,
    settles_until_quiet: true,
    cancels_again: false,
    rejects_auction_orders: true,
    expires_on_time: true,
    converts_quote_quantity: true,
    rejects_update_below_filled: true,
    reduces_by_leaves: true,
    trails_quotes_by_default: true,
    activates_at_last: true,
    skips_stale_data: true,
    l1_ignores_deltas: true,
    bars_set_last_first: true,
    checks_book_precisions: true,
    books_keep_latest: true,
    executes_month_bars: true,
    reduce_only_opens_nothing: true,
    reopens_as_new_position: true,
    overdraws_locked: false,
    fills_need_rate: true,
    frees_by_currency: true,
    books_whole_fills: true,
    multiplies_fees_in_floats: false,
    snapshots_flips: true,
    nets_maintenance_margin: true,
    states_without_rates: true,
    cash_pays_multiplier: true,
    options_pay_premium: true,
    spreads_have_no_position: true,
    permits_reducing_sells: true,
    crosses_inverse_rates: true,
    adjusts_positions: true,
    shares_mark_price: false,
    nets_exposure: true,
    converts_results_at_mid: true,
    records_trades: true,
    resets_quietly: true,
    timers_chain: true,
    always_rewinds: true,
    late_wildcards: true,
    denies_custom_position_ids: true,
    guards_fills: true,
    names_denied_lists: true,
    always_resizes_children: true,
    cancels_inflight: true,
    first_bar_immediately: true,
    composite_delay_us: 0,
    arithmetic_keeps_type: true,
};

impl Profile {
    /// The profile of a version such as `1.221` or `1.221.0`; nothing for one that has none.
    #[must_use]
    pub fn of(version: &str) -> Option<&'static Self> {
        let mut parts = version.trim().split('.');
        match (parts.next(), parts.next()) {
            (Some("1"), Some("221")) => Some(&V1_221),
            (Some("1"), Some("231")) => Some(&V1_231),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_level_does_not_matter() {
        assert_eq!(Profile::of("1.221"), Some(&V1_221));
        assert_eq!(Profile::of("1.231.0"), Some(&V1_231));
        assert_eq!(Profile::of("1.2210"), None);
    }
}
