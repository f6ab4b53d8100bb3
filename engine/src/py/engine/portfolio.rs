//! `Portfolio`: what strategies ask about exposure, results and the account.

use std::rc::Rc;

use pyo3::{prelude::*, types::PyDict};

use super::{
    account::account_to_py,
    rest::{Rest, rest},
};
use crate::{
    halt::Flow,
    kernel::Kernel,
    ledger::account::AccountKind,
    model::{
        event::MarginBalance,
        fixed::Money,
        identifiers::{InstrumentId, Venue},
    },
    py::model::{
        convert::decimal_to_py,
        currency::PyCurrency,
        fixed::PyPrice,
        identifiers::{PyInstrumentId, PyVenue},
        money::PyMoney,
    },
};

#[pyclass(name = "Portfolio", module = "nautilus_trader.portfolio.portfolio", frozen, unsendable)]
pub struct PyPortfolio(pub Rc<Kernel>, pub Rest);

/// Amounts keyed by their currency.
pub(super) fn by_currency<'py>(
    py: Python<'py>,
    amounts: impl IntoIterator<Item = Money>,
) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    for amount in amounts {
        dict.set_item(PyCurrency(amount.currency), PyMoney(amount))?;
    }
    Ok(dict)
}

impl PyPortfolio {
    fn sums<'py>(
        &self,
        py: Python<'py>,
        venue: Venue,
        open_only: bool,
        amount: impl Fn(InstrumentId) -> Flow<Option<Money>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        by_currency(py, self.0.portfolio.by_currency(venue, open_only, amount)?)
    }

    fn margins<'py>(
        &self,
        py: Python<'py>,
        venue: Venue,
        part: impl Fn(&MarginBalance) -> Money,
    ) -> PyResult<Option<Bound<'py, PyDict>>> {
        let Some(account) = self.0.portfolio.account(venue) else { return Ok(None) };
        let account = account.borrow();
        let AccountKind::Margin { margins, .. } = &account.kind else { return Ok(None) };
        let dict = PyDict::new(py);
        for (id, margin) in margins {
            dict.set_item(PyInstrumentId(*id), PyMoney(part(margin)))?;
        }
        Ok(Some(dict))
    }
}

#[pymethods]
impl PyPortfolio {
    /// What is not here is refused: see `portfolio/_rest.py` of the compat package.
    fn __getattr__<'py>(slf: &Bound<'py, Self>, name: &str) -> PyResult<Bound<'py, PyAny>> {
        rest(slf.as_any(), &Rc::clone(&slf.borrow().1), "nautilus_trader.portfolio._rest", name)
    }

    /// Whether it knows the accounts; a backtest's portfolio always does once the run has begun.
    #[getter]
    const fn initialized(&self) -> bool {
        true
    }

    fn account<'py>(&self, py: Python<'py>, venue: PyVenue) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.0.portfolio.account(venue.0).map(|account| account_to_py(py, &account)).transpose()
    }

    fn balances_locked<'py>(&self, py: Python<'py>, venue: PyVenue) -> PyResult<Option<Bound<'py, PyDict>>> {
        let Some(account) = self.0.portfolio.account(venue.0) else { return Ok(None) };
        let locked: Vec<Money> = account.borrow().balances.values().map(|balance| balance.locked).collect();
        by_currency(py, locked).map(Some)
    }

    fn margins_init<'py>(&self, py: Python<'py>, venue: PyVenue) -> PyResult<Option<Bound<'py, PyDict>>> {
        self.margins(py, venue.0, |margin| margin.initial)
    }

    fn margins_maint<'py>(&self, py: Python<'py>, venue: PyVenue) -> PyResult<Option<Bound<'py, PyDict>>> {
        self.margins(py, venue.0, |margin| margin.maintenance)
    }

    fn unrealized_pnls<'py>(&self, py: Python<'py>, venue: PyVenue) -> PyResult<Bound<'py, PyDict>> {
        self.sums(py, venue.0, true, |id| self.0.portfolio.unrealized_pnl(id, None))
    }

    fn realized_pnls<'py>(&self, py: Python<'py>, venue: PyVenue) -> PyResult<Bound<'py, PyDict>> {
        self.sums(py, venue.0, false, |id| self.0.portfolio.realized_pnl(id))
    }

    fn total_pnls<'py>(&self, py: Python<'py>, venue: PyVenue) -> PyResult<Bound<'py, PyDict>> {
        self.sums(py, venue.0, false, |id| self.0.portfolio.total_pnl(id, None))
    }

    fn net_exposures<'py>(&self, py: Python<'py>, venue: PyVenue) -> PyResult<Option<Bound<'py, PyDict>>> {
        if self.0.portfolio.account(venue.0).is_none() {
            return Ok(None);
        }
        by_currency(py, self.0.portfolio.net_exposures(venue.0)?).map(Some)
    }

    #[pyo3(signature = (instrument_id, price = None))]
    fn unrealized_pnl(&self, instrument_id: PyInstrumentId, price: Option<PyPrice>) -> PyResult<Option<PyMoney>> {
        Ok(self.0.portfolio.unrealized_pnl(instrument_id.0, price.map(|price| price.0))?.map(PyMoney))
    }

    fn realized_pnl(&self, instrument_id: PyInstrumentId) -> PyResult<Option<PyMoney>> {
        Ok(self.0.portfolio.realized_pnl(instrument_id.0)?.map(PyMoney))
    }

    #[pyo3(signature = (instrument_id, price = None))]
    fn total_pnl(&self, instrument_id: PyInstrumentId, price: Option<PyPrice>) -> PyResult<Option<PyMoney>> {
        Ok(self.0.portfolio.total_pnl(instrument_id.0, price.map(|price| price.0))?.map(PyMoney))
    }

    #[pyo3(signature = (instrument_id, price = None))]
    fn net_exposure(&self, instrument_id: PyInstrumentId, price: Option<PyPrice>) -> PyResult<Option<PyMoney>> {
        Ok(self.0.portfolio.net_exposure(instrument_id.0, price.map(|price| price.0))?.map(PyMoney))
    }

    fn net_position<'py>(&self, py: Python<'py>, instrument_id: PyInstrumentId) -> PyResult<Bound<'py, PyAny>> {
        decimal_to_py(py, self.0.portfolio.net_position(instrument_id.0))
    }

    fn is_net_long(&self, instrument_id: PyInstrumentId) -> bool {
        self.0.portfolio.is_net_long(instrument_id.0)
    }

    fn is_net_short(&self, instrument_id: PyInstrumentId) -> bool {
        self.0.portfolio.is_net_short(instrument_id.0)
    }

    fn is_flat(&self, instrument_id: PyInstrumentId) -> bool {
        self.0.portfolio.is_flat(instrument_id.0)
    }

    /// Position, what it won, when its last fill was: see [`crate::ledger::portfolio::ClosedTrade`].
    fn closed_trades(&self) -> Vec<(String, PyMoney, u64)> {
        let trades = self.0.portfolio.closed_trades().into_iter();
        trades.map(|trade| (trade.position_id.0.to_string(), PyMoney(trade.pnl), trade.ts_last)).collect()
    }

    fn is_completely_flat(&self) -> bool {
        self.0.portfolio.is_completely_flat()
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyPortfolio>()
}
