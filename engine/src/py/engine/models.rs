//! Fill and fee models: the built-in ones, and those that users write in Python.

use std::rc::Rc;

use pyo3::{intern, prelude::*, sync::PyOnceLock};

use super::{instruments::Instruments, order::order_to_py};
use crate::{
    book::Book,
    halt::Flow,
    model::{
        fixed::{Money, Price},
        instrument::Instrument,
        order::OrderRef,
    },
    models::{FeeModel, FillModel, Fillable},
    py::model::{
        fixed::{PyPrice, PyQuantity},
        money::PyMoney,
        order_book::PyOrderBook,
    },
};

/// Chances that are drawn from the interpreter's global generator; certain ones draw nothing.
pub struct Chances {
    pub on_limit: f64,
    pub on_stop: f64,
    pub slippage: f64,
}

fn happens(chance: f64) -> Flow<bool> {
    static RANDOM: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    if chance == 0.0 {
        return Ok(false);
    }
    if (chance - 1.0).abs() < f64::EPSILON {
        return Ok(true);
    }
    let drawn = Python::attach(|py| -> PyResult<f64> {
        let random =
            RANDOM.get_or_try_init(py, || PyModule::import(py, "random")?.getattr("random").map(Bound::unbind))?;
        random.call0(py)?.extract(py)
    })?;
    Ok(chance >= drawn)
}

impl FillModel for Chances {
    fn is_limit_filled(&self) -> Flow<bool> {
        happens(self.on_limit)
    }

    fn is_stop_filled(&self) -> Flow<bool> {
        happens(self.on_stop)
    }

    fn is_slipped(&self) -> Flow<bool> {
        happens(self.slippage)
    }
}

/// A subclass of `FillModel` that overrides something.
pub struct UserFills {
    pub model: Py<PyAny>,
    pub instruments: Rc<Instruments>,
    /// It may have books of its own.
    pub simulates: bool,
}

impl UserFills {
    fn ask(&self, method: &str) -> Flow<bool> {
        Ok(Python::attach(|py| self.model.bind(py).call_method0(method)?.is_truthy())?)
    }
}

impl FillModel for UserFills {
    fn is_limit_filled(&self) -> Flow<bool> {
        self.ask("is_limit_filled")
    }

    fn is_stop_filled(&self) -> Flow<bool> {
        self.ask("is_stop_filled")
    }

    fn is_slipped(&self) -> Flow<bool> {
        self.ask("is_slipped")
    }

    fn book(&self, order: &OrderRef, instrument: &Instrument, bid: Price, ask: Price) -> Flow<Option<Book>> {
        if !self.simulates {
            return Ok(None);
        }
        let book = Python::attach(|py| -> PyResult<Option<Book>> {
            let arguments =
                (self.instruments.get(py, instrument.id), order_to_py(py, order)?, PyPrice(bid), PyPrice(ask));
            let book = self.model.bind(py).call_method1(intern!(py, "get_orderbook_for_fill_simulation"), arguments)?;
            if book.is_none() {
                return Ok(None);
            }
            let book = book.cast::<PyOrderBook>()?.borrow();
            let copy = book.0.borrow().clone();
            Ok(Some(copy))
        })?;
        Ok(book)
    }
}

/// A user's own `FeeModel`.
pub struct UserFees {
    pub model: Py<PyAny>,
    pub instruments: Rc<Instruments>,
}

impl FeeModel for UserFees {
    fn commission(&self, fill: &Fillable<'_>) -> Flow<Money> {
        let money = Python::attach(|py| -> PyResult<PyMoney> {
            let order = order_to_py(py, fill.order)?;
            // The real engine has told the order its liquidity side by now.
            fill.order.borrow_mut().liquidity_side = fill.liquidity_side;
            let instrument = self.instruments.get(py, fill.instrument.id);
            let (quantity, price) = (PyQuantity(fill.quantity), PyPrice(fill.price));
            let method = intern!(py, "get_commission");
            Ok(self.model.bind(py).call_method1(method, (order, quantity, price, instrument))?.extract::<PyMoney>()?)
        })?;
        Ok(money.0)
    }
}
