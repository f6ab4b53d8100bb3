//! `Portfolio`: what strategies ask about exposure, results and the account.

use std::rc::Rc;

use pyo3::{exceptions::PyTypeError, prelude::*, types::PyDict};

use super::{
    account::account_to_py,
    rest::{Rest, rest},
};
use crate::{
    cache::AccountRef,
    kernel::Kernel,
    ledger::{account::AccountKind, figures::Question},
    model::{event::MarginBalance, fixed::Money, identifiers::InstrumentId, instrument::Decimal},
    py::model::{
        convert::decimal_to_py,
        currency::PyCurrency,
        fixed::PyPrice,
        identifiers::{PyAccountId, PyInstrumentId, PyVenue},
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

/// What the arguments ask; the earlier release has neither accounts nor currencies to ask for.
fn question(
    kernel: &Kernel,
    price: Option<PyPrice>,
    account_id: Option<PyAccountId>,
    target_currency: Option<PyCurrency>,
) -> PyResult<Question> {
    let given = account_id.is_some() || target_currency.is_some();
    if given && !kernel.profile.converts_results_at_mid {
        let text = format!("{} knows neither `account_id` nor `target_currency` here", kernel.profile.version);
        return Err(PyTypeError::new_err(text));
    }
    Ok(Question {
        price: price.map(|price| price.0),
        account: account_id.map(|id| id.0),
        target: target_currency.map(|currency| currency.0),
    })
}

impl PyPortfolio {
    fn has(&self, id: InstrumentId, account_id: Option<PyAccountId>) -> bool {
        account_id.is_none_or(|asked| self.0.portfolio.account(id.venue).is_some_and(|a| a.borrow().id == asked.0))
    }

    /// The account of the venue, or the one that is named.
    fn of(&self, venue: Option<PyVenue>, account_id: Option<PyAccountId>) -> PyResult<Option<AccountRef>> {
        match (venue, account_id) {
            (Some(venue), None) => Ok(self.0.portfolio.account(venue.0)),
            (_, Some(id)) => Ok(self.0.cache.account(id.0)),
            (None, None) => Err(PyTypeError::new_err("'venue' or 'account_id' must be provided")),
        }
    }

    fn margins<'py>(
        py: Python<'py>,
        account: Option<AccountRef>,
        part: impl Fn(&MarginBalance) -> Money,
    ) -> PyResult<Option<Bound<'py, PyDict>>> {
        let Some(account) = account else { return Ok(None) };
        let account = account.borrow();
        let AccountKind::Margin { margins, .. } = &account.kind else { return Ok(None) };
        let dict = PyDict::new(py);
        for (id, margin) in margins {
            dict.set_item(PyInstrumentId(*id), PyMoney(part(margin)))?;
        }
        Ok(Some(dict))
    }

    fn needs_venue(&self, venue: Option<&PyVenue>) -> PyResult<()> {
        if venue.is_none() && !self.0.profile.converts_results_at_mid {
            return Err(PyTypeError::new_err("Argument 'venue' has incorrect type (expected Venue, got NoneType)"));
        }
        Ok(())
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

    #[pyo3(signature = (venue = None, account_id = None))]
    fn account<'py>(
        &self,
        py: Python<'py>,
        venue: Option<PyVenue>,
        account_id: Option<PyAccountId>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.of(venue, account_id)?.map(|account| account_to_py(py, &account)).transpose()
    }

    #[pyo3(signature = (venue = None, account_id = None))]
    fn balances_locked<'py>(
        &self,
        py: Python<'py>,
        venue: Option<PyVenue>,
        account_id: Option<PyAccountId>,
    ) -> PyResult<Option<Bound<'py, PyDict>>> {
        let Some(account) = self.of(venue, account_id)? else { return Ok(None) };
        let locked: Vec<Money> = account.borrow().balances.values().map(|balance| balance.locked).collect();
        by_currency(py, locked).map(Some)
    }

    #[pyo3(signature = (venue = None, account_id = None))]
    fn margins_init<'py>(
        &self,
        py: Python<'py>,
        venue: Option<PyVenue>,
        account_id: Option<PyAccountId>,
    ) -> PyResult<Option<Bound<'py, PyDict>>> {
        Self::margins(py, self.of(venue, account_id)?, |margin| margin.initial)
    }

    #[pyo3(signature = (venue = None, account_id = None))]
    fn margins_maint<'py>(
        &self,
        py: Python<'py>,
        venue: Option<PyVenue>,
        account_id: Option<PyAccountId>,
    ) -> PyResult<Option<Bound<'py, PyDict>>> {
        Self::margins(py, self.of(venue, account_id)?, |margin| margin.maintenance)
    }

    #[pyo3(signature = (venue = None, account_id = None, target_currency = None))]
    fn unrealized_pnls<'py>(
        &self,
        py: Python<'py>,
        venue: Option<PyVenue>,
        account_id: Option<PyAccountId>,
        target_currency: Option<PyCurrency>,
    ) -> PyResult<Bound<'py, PyDict>> {
        self.needs_venue(venue.as_ref())?;
        let ask = question(&self.0, None, account_id, target_currency)?;
        let folio = &self.0.portfolio;
        by_currency(py, folio.by_currency(venue.map(|v| v.0), true, |id| folio.unrealized_pnl(id, &ask))?)
    }

    #[pyo3(signature = (venue = None, account_id = None, target_currency = None))]
    fn realized_pnls<'py>(
        &self,
        py: Python<'py>,
        venue: Option<PyVenue>,
        account_id: Option<PyAccountId>,
        target_currency: Option<PyCurrency>,
    ) -> PyResult<Bound<'py, PyDict>> {
        self.needs_venue(venue.as_ref())?;
        let ask = question(&self.0, None, account_id, target_currency)?;
        let folio = &self.0.portfolio;
        by_currency(py, folio.by_currency(venue.map(|v| v.0), false, |id| folio.realized_pnl(id, &ask))?)
    }

    #[pyo3(signature = (venue = None, account_id = None, target_currency = None))]
    fn total_pnls<'py>(
        &self,
        py: Python<'py>,
        venue: Option<PyVenue>,
        account_id: Option<PyAccountId>,
        target_currency: Option<PyCurrency>,
    ) -> PyResult<Bound<'py, PyDict>> {
        self.needs_venue(venue.as_ref())?;
        let ask = question(&self.0, None, account_id, target_currency)?;
        by_currency(py, self.0.portfolio.total_pnls(venue.map(|v| v.0), &ask)?)
    }

    #[pyo3(signature = (venue = None, account_id = None, target_currency = None))]
    fn net_exposures<'py>(
        &self,
        py: Python<'py>,
        venue: Option<PyVenue>,
        account_id: Option<PyAccountId>,
        target_currency: Option<PyCurrency>,
    ) -> PyResult<Option<Bound<'py, PyDict>>> {
        self.needs_venue(venue.as_ref())?;
        if venue.as_ref().is_some_and(|venue| self.0.portfolio.account(venue.0).is_none()) {
            return Ok(None);
        }
        let ask = question(&self.0, None, account_id, target_currency)?;
        let sums = self.0.portfolio.net_exposures(venue.map(|v| v.0), &ask)?;
        sums.map(|sums| by_currency(py, sums)).transpose()
    }

    #[pyo3(signature = (instrument_id, price = None, account_id = None, target_currency = None))]
    fn unrealized_pnl(
        &self,
        instrument_id: PyInstrumentId,
        price: Option<PyPrice>,
        account_id: Option<PyAccountId>,
        target_currency: Option<PyCurrency>,
    ) -> PyResult<Option<PyMoney>> {
        let ask = question(&self.0, price, account_id, target_currency)?;
        Ok(self.0.portfolio.unrealized_pnl(instrument_id.0, &ask)?.map(PyMoney))
    }

    #[pyo3(signature = (instrument_id, account_id = None, target_currency = None))]
    fn realized_pnl(
        &self,
        instrument_id: PyInstrumentId,
        account_id: Option<PyAccountId>,
        target_currency: Option<PyCurrency>,
    ) -> PyResult<Option<PyMoney>> {
        let ask = question(&self.0, None, account_id, target_currency)?;
        Ok(self.0.portfolio.realized_pnl(instrument_id.0, &ask)?.map(PyMoney))
    }

    #[pyo3(signature = (instrument_id, price = None, account_id = None, target_currency = None))]
    fn total_pnl(
        &self,
        instrument_id: PyInstrumentId,
        price: Option<PyPrice>,
        account_id: Option<PyAccountId>,
        target_currency: Option<PyCurrency>,
    ) -> PyResult<Option<PyMoney>> {
        let ask = question(&self.0, price, account_id, target_currency)?;
        Ok(self.0.portfolio.total_pnl(instrument_id.0, &ask)?.map(PyMoney))
    }

    #[pyo3(signature = (instrument_id, price = None, account_id = None, target_currency = None))]
    fn net_exposure(
        &self,
        instrument_id: PyInstrumentId,
        price: Option<PyPrice>,
        account_id: Option<PyAccountId>,
        target_currency: Option<PyCurrency>,
    ) -> PyResult<Option<PyMoney>> {
        let ask = question(&self.0, price, account_id, target_currency)?;
        Ok(self.0.portfolio.net_exposure(instrument_id.0, &ask)?.map(PyMoney))
    }

    /// The three that follow are 1.231's: `portfolio/_rest.py` gives them their names there.
    fn equity_of<'py>(&self, py: Python<'py>, venue: PyVenue) -> PyResult<Bound<'py, PyDict>> {
        by_currency(py, self.0.portfolio.equity(venue.0)?)
    }

    fn mark_values_of<'py>(&self, py: Python<'py>, venue: PyVenue) -> PyResult<Bound<'py, PyDict>> {
        by_currency(py, self.0.portfolio.mark_values(venue.0)?)
    }

    fn missing_prices_of(&self, venue: PyVenue) -> PyResult<Vec<PyInstrumentId>> {
        Ok(self.0.portfolio.missing_price_instruments(venue.0)?.into_iter().map(PyInstrumentId).collect())
    }

    #[pyo3(signature = (instrument_id, account_id = None))]
    fn net_position<'py>(
        &self,
        py: Python<'py>,
        instrument_id: PyInstrumentId,
        account_id: Option<PyAccountId>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let net = self.0.portfolio.net_position(instrument_id.0);
        decimal_to_py(py, if self.has(instrument_id.0, account_id) { net } else { Decimal::ZERO })
    }

    #[pyo3(signature = (instrument_id, account_id = None))]
    fn is_net_long(&self, instrument_id: PyInstrumentId, account_id: Option<PyAccountId>) -> bool {
        self.has(instrument_id.0, account_id) && self.0.portfolio.is_net_long(instrument_id.0)
    }

    #[pyo3(signature = (instrument_id, account_id = None))]
    fn is_net_short(&self, instrument_id: PyInstrumentId, account_id: Option<PyAccountId>) -> bool {
        self.has(instrument_id.0, account_id) && self.0.portfolio.is_net_short(instrument_id.0)
    }

    #[pyo3(signature = (instrument_id, account_id = None))]
    fn is_flat(&self, instrument_id: PyInstrumentId, account_id: Option<PyAccountId>) -> bool {
        !self.has(instrument_id.0, account_id) || self.0.portfolio.is_flat(instrument_id.0)
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
