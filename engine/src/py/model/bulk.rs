//! Many ticks or bars at once, from the columns of a data frame: the wranglers' inner loops.
//!
//! A column comes in pieces, each the bytes of a contiguous array, since the stable ABI of Python 3.10 has no buffer
//! protocol, and a copy of it all at once would double the memory.

use std::sync::Arc;

use pyo3::{
    exceptions::{PyIndexError, PyValueError},
    prelude::*,
    types::{PyBytes, PyInt, PyList, PyModule, PyString},
};

use super::{
    bar::{PyBar, PyBarType},
    data::{PyQuoteTick, PyTradeTick},
    identifiers::PyInstrumentId,
};
use crate::model::{
    columns::{BarColumns, Columns, Located, Prices, Quantities, QuoteColumns, Texts, Times, TradeColumns},
    enums::AggressorSide,
};

/// Numbers of 64 bits each, from the bytes of an array.
fn words<'a>(piece: &'a Bound<'_, PyAny>) -> PyResult<&'a [[u8; 8]]> {
    let (words, rest) = piece.cast::<PyBytes>()?.as_bytes().as_chunks::<8>();
    if rest.is_empty() { Ok(words) } else { Err(PyValueError::new_err("a column is an array of 64-bit numbers")) }
}

/// One column of floats: the pieces of its array, or `(value, rows)` where it is the same everywhere.
macro_rules! read_column {
    ($name:ident, $class:ident) => {
        fn $name(column: &Bound<'_, PyAny>, precision: u8) -> PyResult<$class> {
            if let Ok((value, rows)) = column.extract::<(f64, usize)>() {
                return Ok($class::constant(value, precision, rows)?);
            }
            let mut values = $class::new(precision)?;
            for piece in column.try_iter()? {
                values.extend(words(&piece?)?.iter().map(|bytes| f64::from_ne_bytes(*bytes)))?;
            }
            Ok(values)
        }
    };
}

read_column!(read_prices, Prices);
read_column!(read_sizes, Quantities);

/// Event times in pieces, and the nanoseconds from each to its init time.
fn read_times((pieces, delta): (Bound<'_, PyAny>, i64)) -> PyResult<Times> {
    let mut times = Times::new(delta);
    for piece in pieces.try_iter()? {
        times.extend(words(&piece?)?.iter().map(|bytes| u64::from_ne_bytes(*bytes)));
    }
    Ok(times)
}

/// Trade ids in lists; what is no string is written as one.
fn read_ids(pieces: &Bound<'_, PyAny>) -> PyResult<Texts> {
    let mut ids = Texts::default();
    for piece in pieces.try_iter()? {
        for id in piece?.cast::<PyList>()? {
            match id.cast::<PyString>() {
                Ok(text) => push_id(&mut ids, &text.to_cow()?)?,
                Err(_) => push_id(&mut ids, &id.str()?.to_cow()?)?,
            }
        }
    }
    Ok(ids)
}

fn push_id(ids: &mut Texts, id: &str) -> PyResult<()> {
    if id.trim().is_empty() {
        return Err(PyValueError::new_err(format!("'value' string was invalid, was '{id}'")));
    }
    Ok(ids.push(id)?)
}

fn check_rows(columns: &[(&str, usize)], rows: usize) -> PyResult<()> {
    match columns.iter().find(|(_, known)| *known != rows) {
        Some((name, known)) => Err(PyValueError::new_err(format!("column '{name}' has {known} values, not {rows}"))),
        None => Ok(()),
    }
}

/// Ticks or bars in the engine's own form; items are made when asked for.
#[pyclass(name = "Columns", module = "lintkit._engine", frozen)]
pub struct PyColumns {
    pub columns: Columns,
    pub start: usize,
    pub end: usize,
}

impl PyColumns {
    fn of(columns: Columns) -> Self {
        let end = columns.len();
        Self { columns, start: 0, end }
    }

    fn item<'py>(&self, py: Python<'py>, at: usize) -> PyResult<Bound<'py, PyAny>> {
        Ok(match &self.columns {
            Columns::Quotes(quotes) => PyQuoteTick(Located::Row(Arc::clone(quotes), at)).into_pyobject(py)?.into_any(),
            Columns::Trades(trades) => PyTradeTick(Located::Row(Arc::clone(trades), at)).into_pyobject(py)?.into_any(),
            Columns::Bars(bars) => PyBar(bars.get(at)).into_pyobject(py)?.into_any(),
        })
    }
}

#[pymethods]
impl PyColumns {
    fn __len__(&self) -> usize {
        self.end - self.start
    }

    /// From the front; the callers have added the length to negative indices.
    fn __getitem__<'py>(&self, index: &Bound<'py, PyInt>) -> PyResult<Bound<'py, PyAny>> {
        let at = index.extract::<usize>().ok().map(|index| self.start.saturating_add(index));
        match at.filter(|at| *at < self.end) {
            Some(at) => self.item(index.py(), at),
            None => Err(PyIndexError::new_err("list index out of range")),
        }
    }

    /// The part from `start` up to `end`, sharing the columns.
    fn part(&self, start: usize, end: usize) -> PyResult<Self> {
        let (start, end) = (self.start + start, self.start + end);
        if start > end || end > self.end {
            return Err(PyIndexError::new_err("part of columns out of range"));
        }
        Ok(Self { columns: self.columns.clone(), start, end })
    }

    /// The items of a part as a list.
    fn items<'py>(&self, py: Python<'py>, start: usize, end: usize) -> PyResult<Bound<'py, PyList>> {
        let part = self.part(start, end)?;
        let list = PyList::empty(py);
        for at in part.start..part.end {
            list.append(self.item(py, at)?)?;
        }
        Ok(list)
    }
}

#[pyfunction]
#[allow(clippy::too_many_arguments)] // one per column
fn quotes_from_columns(
    instrument_id: PyInstrumentId,
    price_precision: u8,
    size_precision: u8,
    bid_prices: &Bound<'_, PyAny>,
    ask_prices: &Bound<'_, PyAny>,
    bid_sizes: &Bound<'_, PyAny>,
    ask_sizes: &Bound<'_, PyAny>,
    times: (Bound<'_, PyAny>, i64),
) -> PyResult<PyColumns> {
    let quotes = QuoteColumns {
        instrument_id: instrument_id.0,
        bid_prices: read_prices(bid_prices, price_precision)?,
        ask_prices: read_prices(ask_prices, price_precision)?,
        bid_sizes: read_sizes(bid_sizes, size_precision)?,
        ask_sizes: read_sizes(ask_sizes, size_precision)?,
        times: read_times(times)?,
    };
    let rows = [
        ("bid_price", quotes.bid_prices.len()),
        ("ask_price", quotes.ask_prices.len()),
        ("bid_size", quotes.bid_sizes.len()),
        ("ask_size", quotes.ask_sizes.len()),
    ];
    check_rows(&rows, quotes.times.len())?;
    Ok(PyColumns::of(Columns::Quotes(Arc::new(quotes))))
}

/// `sides` holds the numbers of `AggressorSide`, one byte each.
#[pyfunction]
#[allow(clippy::too_many_arguments)] // one per column
fn trades_from_columns(
    instrument_id: PyInstrumentId,
    price_precision: u8,
    size_precision: u8,
    prices: &Bound<'_, PyAny>,
    sizes: &Bound<'_, PyAny>,
    sides: &[u8],
    trade_ids: &Bound<'_, PyAny>,
    times: (Bound<'_, PyAny>, i64),
) -> PyResult<PyColumns> {
    let side = |number: &u8| AggressorSide::from_value(*number).unwrap_or(AggressorSide::NoAggressor);
    let trades = TradeColumns {
        instrument_id: instrument_id.0,
        prices: read_prices(prices, price_precision)?,
        sizes: read_sizes(sizes, size_precision)?,
        sides: sides.iter().map(side).collect(),
        ids: read_ids(trade_ids)?,
        times: read_times(times)?,
    };
    let rows = [
        ("price", trades.prices.len()),
        ("quantity", trades.sizes.len()),
        ("side", trades.sides.len()),
        ("trade_id", trades.ids.len()),
    ];
    check_rows(&rows, trades.times.len())?;
    if trades.sizes.has_zero() {
        return Err(PyValueError::new_err("'size' not a positive integer, was 0"));
    }
    Ok(PyColumns::of(Columns::Trades(Arc::new(trades))))
}

#[pyfunction]
#[allow(clippy::too_many_arguments)] // one per column
fn bars_from_columns(
    bar_type: PyBarType,
    price_precision: u8,
    size_precision: u8,
    opens: &Bound<'_, PyAny>,
    highs: &Bound<'_, PyAny>,
    lows: &Bound<'_, PyAny>,
    closes: &Bound<'_, PyAny>,
    volumes: &Bound<'_, PyAny>,
    times: (Bound<'_, PyAny>, i64),
) -> PyResult<PyColumns> {
    let bars = BarColumns {
        bar_type: bar_type.0,
        opens: read_prices(opens, price_precision)?,
        highs: read_prices(highs, price_precision)?,
        lows: read_prices(lows, price_precision)?,
        closes: read_prices(closes, price_precision)?,
        volumes: read_sizes(volumes, size_precision)?,
        times: read_times(times)?,
    };
    let rows = [
        ("open", bars.opens.len()),
        ("high", bars.highs.len()),
        ("low", bars.lows.len()),
        ("close", bars.closes.len()),
        ("volume", bars.volumes.len()),
    ];
    check_rows(&rows, bars.times.len())?;
    for at in 0..bars.times.len() {
        bars.get(at).check()?;
    }
    Ok(PyColumns::of(Columns::Bars(Arc::new(bars))))
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyColumns>()?;
    module.add_function(wrap_pyfunction!(quotes_from_columns, module)?)?;
    module.add_function(wrap_pyfunction!(trades_from_columns, module)?)?;
    module.add_function(wrap_pyfunction!(bars_from_columns, module)?)
}
