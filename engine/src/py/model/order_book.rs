//! `OrderBook` and `BookLevel`.

use std::{cell::RefCell, fmt::Write as _, rc::Rc};

use pyo3::{
    exceptions::{PyRuntimeError, PyTypeError, PyValueError},
    prelude::*,
    pyclass::CompareOp,
    types::PyTuple,
};

use super::{
    book::{PyBookOrder, PyOrderBookDelta, PyOrderBookDeltas},
    convert::{Ns, is_later},
    data::{PyData, PyQuoteTick, PyTradeTick},
    depth::PyOrderBookDepth10,
    enums::E,
    fixed::{PyPrice, PyQuantity, SAME_TYPE_ARITHMETIC},
    identifiers::PyInstrumentId,
};
use crate::{
    book::{Book, Take},
    model::{
        data::{BookOrder, OrderBookDelta},
        enums::{BookAction, BookType, OrderSide, RecordFlag},
        fixed::Price,
    },
};

/// A book, shared with whoever keeps it: the data engine's lives on in the cache.
#[pyclass(name = "OrderBook", module = "nautilus_trader.model.book", extends = PyData, unsendable, subclass)]
pub struct PyOrderBook(pub Rc<RefCell<Book>>);

pub fn order_book_to_py(py: Python<'_>, book: Rc<RefCell<Book>>) -> PyResult<Bound<'_, PyAny>> {
    Ok(Bound::new(py, PyClassInitializer::from(PyData).add_subclass(PyOrderBook(book)))?.into_any())
}

fn require_side(side: OrderSide) -> PyResult<OrderSide> {
    if side == OrderSide::NoOrderSide {
        return Err(PyValueError::new_err(
            "'order_side' <flag 'OrderSide'> of 0 was equal to 'NO_ORDER_SIDE' <flag 'OrderSide'> of 0",
        ));
    }
    Ok(side)
}

fn takes_to_py(takes: Vec<Take>) -> Vec<(PyPrice, PyQuantity)> {
    takes.into_iter().map(|(price, size)| (PyPrice(price), PyQuantity(size))).collect()
}

impl PyOrderBook {
    fn only_l1(&self, what: &str) -> PyResult<()> {
        if self.0.borrow().is_l1() {
            return Ok(());
        }
        let book_type = self.0.borrow().book_type;
        Err(PyRuntimeError::new_err(format!("Invalid book operation: cannot update with {what} for {book_type} book")))
    }

    fn side_levels(&self, side: OrderSide) -> Vec<PyBookLevel> {
        let levels = self.0.borrow().levels(side);
        levels.into_iter().map(|(price, orders)| PyBookLevel { side, price, orders }).collect()
    }

    /// The best `count` levels of each side as a table, asks above bids.
    fn table(&self, count: usize) -> String {
        let sizes = |orders: &[BookOrder]| {
            let sizes: Vec<String> = orders.iter().map(|order| order.size.to_string()).collect();
            format!("[{}]", sizes.join(", "))
        };
        let mut rows = vec![["bids".to_owned(), "price".to_owned(), "asks".to_owned()]];
        let book = self.0.borrow();
        let asks = book.levels(OrderSide::Sell);
        let asks =
            asks.iter().take(count).rev().map(|(price, orders)| [String::new(), price.to_string(), sizes(orders)]);
        rows.extend(asks);
        let bids = book.levels(OrderSide::Buy);
        rows.extend(bids.iter().take(count).map(|(price, orders)| [sizes(orders), price.to_string(), String::new()]));
        let widths: Vec<usize> =
            (0..3).map(|at| rows.iter().map(|row| row[at].chars().count()).max().unwrap_or(0)).collect();
        let rule = |left: &str, middle: &str, right: &str| {
            let bars: Vec<String> = widths.iter().map(|width| "─".repeat(width + 2)).collect();
            format!("{left}{}{right}", bars.join(middle))
        };
        let mut text = rule("╭", "┬", "╮");
        for (at, row) in rows.iter().enumerate() {
            let cells: Vec<String> =
                row.iter().zip(&widths).map(|(cell, &width)| format!(" {cell:<width$} ")).collect();
            let _ = write!(text, "\n│{}│", cells.join("│"));
            if at == 0 {
                let _ = write!(text, "\n{}", rule("├", "┼", "┤"));
            }
        }
        if rows.len() > 1 {
            let _ = write!(text, "\n{}", rule("╰", "┴", "╯"));
        }
        text
    }
}

#[pymethods]
impl PyOrderBook {
    #[new]
    fn new(instrument_id: PyInstrumentId, book_type: E<BookType>) -> PyClassInitializer<Self> {
        // The releases whose books keep the latest time are those whose sums keep their type.
        let book = Book::new(instrument_id.0, book_type.0, *SAME_TYPE_ARITHMETIC);
        PyClassInitializer::from(PyData).add_subclass(Self(Rc::new(RefCell::new(book))))
    }

    #[getter]
    fn instrument_id(&self) -> PyInstrumentId {
        PyInstrumentId(self.0.borrow().instrument_id)
    }

    #[getter]
    fn book_type(&self) -> E<BookType> {
        E(self.0.borrow().book_type)
    }

    #[getter]
    fn sequence(&self) -> u64 {
        self.0.borrow().sequence
    }

    #[getter]
    fn ts_event(&self) -> u64 {
        self.0.borrow().ts_last
    }

    #[getter]
    fn ts_init(&self) -> u64 {
        self.0.borrow().ts_last
    }

    #[getter]
    fn ts_last(&self) -> u64 {
        self.0.borrow().ts_last
    }

    #[getter]
    fn update_count(&self) -> u64 {
        self.0.borrow().update_count
    }

    fn reset(&self) {
        self.0.borrow_mut().reset();
    }

    #[pyo3(signature = (order, ts_event, flags = 0, sequence = Ns(0)))]
    fn add(&self, order: PyBookOrder, ts_event: Ns, flags: u8, sequence: Ns) -> PyResult<()> {
        if self.0.borrow().is_l1() {
            return Err(PyRuntimeError::new_err("Invalid book operation: cannot add order for L1_MBP book"));
        }
        require_side(order.0.side)?;
        self.0.borrow_mut().add(order.0, flags, sequence.0, ts_event.0);
        Ok(())
    }

    #[pyo3(signature = (order, ts_event, flags = 0, sequence = Ns(0)))]
    fn update(&self, order: PyBookOrder, ts_event: Ns, flags: u8, sequence: Ns) -> PyResult<()> {
        require_side(order.0.side)?;
        self.0.borrow_mut().update(order.0, flags, sequence.0, ts_event.0);
        Ok(())
    }

    #[pyo3(signature = (order, ts_event, flags = 0, sequence = Ns(0)))]
    fn delete(&self, order: PyBookOrder, ts_event: Ns, flags: u8, sequence: Ns) -> PyResult<()> {
        require_side(order.0.side)?;
        self.0.borrow_mut().delete(&order.0, flags, sequence.0, ts_event.0);
        Ok(())
    }

    #[pyo3(signature = (ts_event, sequence = Ns(0)))]
    fn clear(&self, ts_event: Ns, sequence: Ns) {
        self.0.borrow_mut().clear(sequence.0, ts_event.0);
    }

    #[pyo3(signature = (ts_event, sequence = Ns(0)))]
    fn clear_bids(&self, ts_event: Ns, sequence: Ns) {
        self.0.borrow_mut().clear_side(OrderSide::Buy, sequence.0, ts_event.0);
    }

    #[pyo3(signature = (ts_event, sequence = Ns(0)))]
    fn clear_asks(&self, ts_event: Ns, sequence: Ns) {
        self.0.borrow_mut().clear_side(OrderSide::Sell, sequence.0, ts_event.0);
    }

    fn apply_delta(&self, delta: &Bound<'_, PyOrderBookDelta>) {
        self.0.borrow_mut().apply(&delta.get().0);
    }

    fn apply_deltas(&self, deltas: &Bound<'_, PyOrderBookDeltas>) {
        let mut book = self.0.borrow_mut();
        for delta in deltas.borrow().deltas.iter() {
            book.apply(delta);
        }
    }

    fn apply_depth(&self, depth: &Bound<'_, PyOrderBookDepth10>) {
        self.0.borrow_mut().apply_depth(&depth.get().0);
    }

    fn apply(&self, data: &Bound<'_, PyAny>) -> PyResult<()> {
        if let Ok(delta) = data.cast::<PyOrderBookDelta>() {
            self.apply_delta(delta);
        } else if let Ok(deltas) = data.cast::<PyOrderBookDeltas>() {
            self.apply_deltas(deltas);
        } else if let Ok(depth) = data.cast::<PyOrderBookDepth10>() {
            self.apply_depth(depth);
        } else {
            let class = data.get_type();
            return Err(PyRuntimeError::new_err(format!("invalid order book data type, was {class}")));
        }
        Ok(())
    }

    fn check_integrity(&self) -> PyResult<()> {
        let book = self.0.borrow();
        if let (Some((bid, _)), Some((ask, _))) = (book.best_bid(), book.best_ask())
            && bid > ask
        {
            return Err(PyRuntimeError::new_err(format!("Integrity error: orders in cross [{bid} {ask}]")));
        }
        Ok(())
    }

    fn bids(&self) -> Vec<PyBookLevel> {
        self.side_levels(OrderSide::Buy)
    }

    fn asks(&self) -> Vec<PyBookLevel> {
        self.side_levels(OrderSide::Sell)
    }

    fn best_bid_price(&self) -> Option<PyPrice> {
        self.0.borrow().best_bid().map(|(price, _)| PyPrice(price))
    }

    fn best_ask_price(&self) -> Option<PyPrice> {
        self.0.borrow().best_ask().map(|(price, _)| PyPrice(price))
    }

    fn best_bid_size(&self) -> Option<PyQuantity> {
        self.0.borrow().best_bid().map(|(_, size)| PyQuantity(size))
    }

    fn best_ask_size(&self) -> Option<PyQuantity> {
        self.0.borrow().best_ask().map(|(_, size)| PyQuantity(size))
    }

    fn spread(&self) -> Option<f64> {
        self.0.borrow().spread()
    }

    fn midpoint(&self) -> Option<f64> {
        self.0.borrow().midpoint()
    }

    fn get_avg_px_for_quantity(&self, py: Python<'_>, quantity: PyQuantity, order_side: E<OrderSide>) -> PyResult<f64> {
        let side = require_side(order_side.0)?;
        let book = self.0.borrow();
        Ok(if is_later(py)? {
            book.exact_average_price(side, quantity.0)
        } else {
            book.average_price(side, quantity.0)
        })
    }

    fn get_worst_px_for_quantity(&self, quantity: PyQuantity, order_side: E<OrderSide>) -> PyResult<Option<PyPrice>> {
        Ok(self.0.borrow().worst_price(require_side(order_side.0)?, quantity.0).map(PyPrice))
    }

    fn get_quantity_for_price(&self, price: PyPrice, order_side: E<OrderSide>) -> PyResult<f64> {
        Ok(self.0.borrow().quantity_for_price(require_side(order_side.0)?, price.0))
    }

    fn get_quantity_at_level(
        &self,
        price: PyPrice,
        order_side: E<OrderSide>,
        size_precision: u8,
    ) -> PyResult<PyQuantity> {
        let side = require_side(order_side.0)?;
        Ok(PyQuantity(self.0.borrow().size_at(side.opposite(), price.0, size_precision)))
    }

    fn get_all_crossed_levels(
        &self,
        order_side: E<OrderSide>,
        price: PyPrice,
        size_prec: u8,
    ) -> PyResult<Vec<(PyPrice, PyQuantity)>> {
        let _ = size_prec;
        Ok(takes_to_py(self.0.borrow().crossed_levels(require_side(order_side.0)?, Some(price.0))))
    }

    /// What the order would take, best first; with `is_aggressive` whatever its price.
    fn simulate_fills(
        &self,
        order: &Bound<'_, PyAny>,
        price_prec: u8,
        size_prec: u8,
        is_aggressive: bool,
    ) -> PyResult<Vec<(PyPrice, PyQuantity)>> {
        let leaves = order.getattr("leaves_qty")?.extract::<PyQuantity>()?.0;
        if leaves.precision != size_prec {
            return Err(PyRuntimeError::new_err(format!(
                "Invalid size precision for order leaves quantity {} when instrument size precision is {size_prec}. \
                 Check order quantity precision matches the {} instrument",
                leaves.precision,
                order.getattr("instrument_id")?
            )));
        }
        let limit = if is_aggressive { None } else { Some(order.getattr("price")?.extract::<PyPrice>()?.0) };
        let side = order.getattr("side")?.extract::<E<OrderSide>>()?.0;
        let takes = self.0.borrow().simulate(side, leaves, limit);
        if let Some((price, _)) = takes.iter().find(|(price, _)| price.precision != price_prec) {
            return Err(PyRuntimeError::new_err(format!(
                "fill_price.precision={} did not match instrument price_prec={price_prec}",
                price.precision
            )));
        }
        Ok(takes_to_py(takes))
    }

    fn update_quote_tick(&self, tick: PyQuoteTick) -> PyResult<()> {
        self.only_l1("quote")?;
        self.0.borrow_mut().set_quote(&tick.tick());
        Ok(())
    }

    fn update_trade_tick(&self, tick: PyTradeTick) -> PyResult<()> {
        self.only_l1("trade")?;
        let trade = tick.tick();
        self.0.borrow_mut().set_trade(trade.price, trade.size, trade.ts_event);
        Ok(())
    }

    fn to_quote_tick(&self) -> Option<PyQuoteTick> {
        self.0.borrow().to_quote().map(PyQuoteTick::of)
    }

    /// The book as a snapshot of deltas: a CLEAR, then an ADD for every order.
    fn to_deltas_c(&self, ts_event: Ns, ts_init: Ns) -> PyResult<PyOrderBookDeltas> {
        let book = self.0.borrow();
        let orders = [OrderSide::Buy, OrderSide::Sell].map(|side| book.levels(side)).into_iter().flatten();
        let orders = orders.flat_map(|(_, orders)| orders).map(Some);
        let mut deltas: Vec<OrderBookDelta> = std::iter::once(None)
            .chain(orders)
            .map(|order| OrderBookDelta {
                instrument_id: book.instrument_id,
                action: if order.is_some() { BookAction::Add } else { BookAction::Clear },
                order,
                flags: RecordFlag::FSnapshot.value(),
                sequence: book.sequence,
                ts_event: ts_event.0,
                ts_init: ts_init.0,
            })
            .collect();
        if let Some(last) = deltas.last_mut() {
            last.flags |= RecordFlag::FLast.value();
        }
        PyOrderBookDeltas::of(book.instrument_id, deltas)
    }

    #[pyo3(signature = (num_levels = 3))]
    fn pprint(&self, num_levels: usize) -> String {
        let book = self.0.borrow();
        let counts = [OrderSide::Buy, OrderSide::Sell].map(|side| book.levels(side).len());
        format!(
            "bid_levels: {}\nask_levels: {}\nsequence: {}\nupdate_count: {}\nts_last: {}\n{}",
            counts[0],
            counts[1],
            book.sequence,
            book.update_count,
            book.ts_last,
            self.table(num_levels)
        )
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        let class = slf.get_type().name()?;
        let this = slf.borrow();
        let book = this.0.borrow();
        Ok(format!(
            "{class} {}\ninstrument: {}\nsequence: {}\nts_last: {}\nupdate_count: {}\n{}",
            book.book_type,
            book.instrument_id,
            book.sequence,
            book.ts_last,
            book.update_count,
            this.pprint(3)
        ))
    }

    /// Copies and pickles are of what the book shows.
    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>, BookState)> {
        let this = slf.borrow();
        let book = this.0.borrow();
        let arguments = (PyInstrumentId(book.instrument_id), E(book.book_type)).into_pyobject(slf.py())?;
        let orders = [OrderSide::Buy, OrderSide::Sell].map(|side| book.levels(side)).into_iter().flatten();
        let orders = orders.flat_map(|(_, orders)| orders).map(PyBookOrder).collect();
        Ok((slf.get_type().into_any(), arguments, (book.ts_last, book.sequence, orders)))
    }

    fn __setstate__(&self, state: BookState) {
        let (ts_last, sequence, orders) = state;
        let mut book = self.0.borrow_mut();
        for order in orders {
            book.update(order.0, 0, sequence, ts_last);
        }
    }
}

type BookState = (u64, u64, Vec<PyBookOrder>);

/// The orders at one price, as they were when the book was asked.
#[pyclass(name = "BookLevel", module = "nautilus_trader.model.book", frozen)]
pub struct PyBookLevel {
    side: OrderSide,
    price: Price,
    orders: Vec<BookOrder>,
}

#[pymethods]
impl PyBookLevel {
    #[getter]
    fn side(&self) -> E<OrderSide> {
        E(self.side)
    }

    #[getter]
    fn price(&self) -> PyPrice {
        PyPrice(self.price)
    }

    fn orders(&self) -> Vec<PyBookOrder> {
        self.orders.iter().copied().map(PyBookOrder).collect()
    }

    fn size(&self) -> f64 {
        self.orders.iter().map(|order| order.size.as_f64()).sum()
    }

    fn exposure(&self) -> f64 {
        self.orders.iter().map(|order| order.price.as_f64() * order.size.as_f64()).sum()
    }

    fn __repr__(&self) -> String {
        let orders: Vec<String> = self.orders.iter().map(|&order| PyBookOrder(order).text()).collect();
        format!("BookLevel(price={}, orders=[{}])", self.price, orders.join(", "))
    }

    fn __richcmp__(&self, other: &Bound<'_, PyAny>, op: CompareOp) -> PyResult<bool> {
        let Ok(other) = other.cast::<Self>() else {
            return match op {
                CompareOp::Eq if other.is_none() => Ok(false),
                CompareOp::Ne if other.is_none() => Ok(true),
                _ => Err(PyTypeError::new_err(
                    "Argument 'other' has incorrect type (expected nautilus_trader.model.book.BookLevel)",
                )),
            };
        };
        Ok(op.matches(self.price.raw.cmp(&other.get().price.raw)))
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyOrderBook>()?;
    module.add_class::<PyBookLevel>()
}
