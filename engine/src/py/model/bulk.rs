//! Many ticks or bars at once, from the columns of a data frame: the wranglers' inner loops.
//!
//! Columns come as the bytes of contiguous `float64` and `uint64` arrays, since the stable ABI of Python 3.10 has no
//! buffer protocol.

use pyo3::{exceptions::PyValueError, prelude::*, types::PyModule};

use super::{
    bar::{PyBar, PyBarType},
    data::{PyQuoteTick, PyTradeTick},
    identifiers::PyInstrumentId,
};
use crate::model::{
    data::{Bar, QuoteTick, TradeTick},
    enums::AggressorSide,
    fixed::{Price, Quantity},
    identifiers::TradeId,
};

fn floats<'a>(name: &str, column: &'a [u8], rows: usize) -> PyResult<impl Iterator<Item = f64> + 'a> {
    let (chunks, rest) = column.as_chunks::<8>();
    if chunks.len() != rows || !rest.is_empty() {
        return Err(PyValueError::new_err(format!("column '{name}' has {} values, not {rows}", chunks.len())));
    }
    Ok(chunks.iter().map(|bytes| f64::from_ne_bytes(*bytes)))
}

fn times<'a>(name: &str, column: &'a [u8], rows: usize) -> PyResult<impl Iterator<Item = u64> + 'a> {
    Ok(floats(name, column, rows)?.map(f64::to_bits))
}

#[pyfunction]
#[allow(clippy::too_many_arguments)] // one per column
fn quotes_from_columns(
    instrument_id: PyInstrumentId,
    price_precision: u8,
    size_precision: u8,
    bid_prices: &[u8],
    ask_prices: &[u8],
    bid_sizes: &[u8],
    ask_sizes: &[u8],
    ts_events: &[u8],
    ts_inits: &[u8],
) -> PyResult<Vec<PyQuoteTick>> {
    let rows = ts_events.len() / 8;
    let mut bids = floats("bid_price", bid_prices, rows)?;
    let mut asks = floats("ask_price", ask_prices, rows)?;
    let mut bid_sizes = floats("bid_size", bid_sizes, rows)?;
    let mut ask_sizes = floats("ask_size", ask_sizes, rows)?;
    let events = times("ts_event", ts_events, rows)?;
    let inits = times("ts_init", ts_inits, rows)?;
    let mut quotes = Vec::with_capacity(rows);
    for (ts_event, ts_init) in events.zip(inits) {
        quotes.push(PyQuoteTick(QuoteTick {
            instrument_id: instrument_id.0,
            bid_price: Price::new(bids.next().unwrap_or(f64::NAN), price_precision)?,
            ask_price: Price::new(asks.next().unwrap_or(f64::NAN), price_precision)?,
            bid_size: Quantity::new(bid_sizes.next().unwrap_or(f64::NAN), size_precision)?,
            ask_size: Quantity::new(ask_sizes.next().unwrap_or(f64::NAN), size_precision)?,
            ts_event,
            ts_init,
        }));
    }
    Ok(quotes)
}

/// `sides` holds the numbers of `AggressorSide`, one byte each.
#[pyfunction]
#[allow(clippy::too_many_arguments)] // one per column
fn trades_from_columns(
    instrument_id: PyInstrumentId,
    price_precision: u8,
    size_precision: u8,
    prices: &[u8],
    sizes: &[u8],
    sides: &[u8],
    trade_ids: Vec<String>,
    ts_events: &[u8],
    ts_inits: &[u8],
) -> PyResult<Vec<PyTradeTick>> {
    let rows = trade_ids.len();
    if sides.len() != rows {
        return Err(PyValueError::new_err(format!("column 'side' has {} values, not {rows}", sides.len())));
    }
    let mut prices = floats("price", prices, rows)?;
    let mut sizes = floats("quantity", sizes, rows)?;
    let events = times("ts_event", ts_events, rows)?;
    let inits = times("ts_init", ts_inits, rows)?;
    let mut trades = Vec::with_capacity(rows);
    for (((ts_event, ts_init), trade_id), &side) in events.zip(inits).zip(&trade_ids).zip(sides) {
        let size = Quantity::new(sizes.next().unwrap_or(f64::NAN), size_precision)?;
        if size.raw == 0 {
            return Err(PyValueError::new_err("'size' not a positive integer, was 0"));
        }
        trades.push(PyTradeTick(TradeTick {
            instrument_id: instrument_id.0,
            price: Price::new(prices.next().unwrap_or(f64::NAN), price_precision)?,
            size,
            aggressor_side: AggressorSide::from_value(side).unwrap_or(AggressorSide::NoAggressor),
            trade_id: TradeId::new(trade_id)?,
            ts_event,
            ts_init,
        }));
    }
    Ok(trades)
}

#[pyfunction]
#[allow(clippy::too_many_arguments)] // one per column
fn bars_from_columns(
    bar_type: PyBarType,
    price_precision: u8,
    size_precision: u8,
    opens: &[u8],
    highs: &[u8],
    lows: &[u8],
    closes: &[u8],
    volumes: &[u8],
    ts_events: &[u8],
    ts_inits: &[u8],
) -> PyResult<Vec<PyBar>> {
    let rows = ts_events.len() / 8;
    let mut opens = floats("open", opens, rows)?;
    let mut highs = floats("high", highs, rows)?;
    let mut lows = floats("low", lows, rows)?;
    let mut closes = floats("close", closes, rows)?;
    let mut volumes = floats("volume", volumes, rows)?;
    let events = times("ts_event", ts_events, rows)?;
    let inits = times("ts_init", ts_inits, rows)?;
    let mut bars = Vec::with_capacity(rows);
    for (ts_event, ts_init) in events.zip(inits) {
        let bar = Bar {
            bar_type: bar_type.0,
            open: Price::new(opens.next().unwrap_or(f64::NAN), price_precision)?,
            high: Price::new(highs.next().unwrap_or(f64::NAN), price_precision)?,
            low: Price::new(lows.next().unwrap_or(f64::NAN), price_precision)?,
            close: Price::new(closes.next().unwrap_or(f64::NAN), price_precision)?,
            volume: Quantity::new(volumes.next().unwrap_or(f64::NAN), size_precision)?,
            ts_event,
            ts_init,
            is_revision: false,
        };
        bar.check()?;
        bars.push(PyBar(bar));
    }
    Ok(bars)
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(quotes_from_columns, module)?)?;
    module.add_function(wrap_pyfunction!(trades_from_columns, module)?)?;
    module.add_function(wrap_pyfunction!(bars_from_columns, module)?)
}
