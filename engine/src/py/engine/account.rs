//! `Account`, `CashAccount`, `MarginAccount`: views of the engine's account, which goes on changing.

use std::rc::Rc;

use pyo3::{
    exceptions::{PyRuntimeError, PyTypeError, PyValueError},
    prelude::*,
    pyclass::CompareOp,
    types::PyDict,
};

use super::{event::account_state_to_py, portfolio::by_currency};
use crate::{
    cache::AccountRef,
    ledger::{
        account::{Account, AccountKind},
        margin::MarginPart,
    },
    model::{
        currency::Currency,
        enums::{AccountType, LiquiditySide, OrderSide, PositionSide},
        event::{AccountBalance, MarginBalance},
        fixed::Money,
        identifiers::{IdMap, InstrumentId},
        instrument::Decimal,
    },
    py::model::{
        convert::{decimal_class, decimal_from_py, decimal_to_py, hash_str},
        currency::PyCurrency,
        enums::E,
        fixed::{PyPrice, PyQuantity},
        identifiers::{PyAccountId, PyInstrumentId},
        instrument::PyInstrument,
        money::{PyAccountBalance, PyMarginBalance, PyMoney},
    },
};

#[pyclass(name = "Account", module = "nautilus_trader.accounting.accounts.base", subclass, frozen, unsendable)]
pub struct PyAccount(pub AccountRef);

#[pyclass(
    name = "CashAccount",
    module = "nautilus_trader.accounting.accounts.cash",
    extends = PyAccount,
    frozen,
    unsendable
)]
pub struct PyCashAccount;

#[pyclass(
    name = "MarginAccount",
    module = "nautilus_trader.accounting.accounts.margin",
    extends = PyAccount,
    frozen,
    unsendable
)]
pub struct PyMarginAccount;

/// The Python object of an account, of the class that its type has.
pub fn account_to_py<'py>(py: Python<'py>, account: &AccountRef) -> PyResult<Bound<'py, PyAny>> {
    let base = PyClassInitializer::from(PyAccount(Rc::clone(account)));
    if account.borrow().is_margin() {
        Ok(Bound::new(py, base.add_subclass(PyMarginAccount))?.into_any())
    } else {
        Ok(Bound::new(py, base.add_subclass(PyCashAccount))?.into_any())
    }
}

const fn shown(balance: &AccountBalance) -> PyAccountBalance {
    PyAccountBalance { total: balance.total, locked: balance.locked, free: balance.free }
}

impl PyAccount {
    /// Without a currency, that of the base currency; an account without one has to be asked for a currency.
    fn read(&self, currency: Option<PyCurrency>, part: impl Fn(&AccountBalance) -> Money) -> PyResult<Option<PyMoney>> {
        Ok(self.find(currency)?.map(|balance| PyMoney(part(&balance))))
    }

    fn find(&self, currency: Option<PyCurrency>) -> PyResult<Option<AccountBalance>> {
        let account = self.0.borrow();
        if currency.is_none() && account.base_currency.is_none() {
            return Err(PyTypeError::new_err("'currency' argument was `None`"));
        }
        Ok(account.balance(currency.map(|currency| currency.0)).copied())
    }

    fn amounts<'py>(&self, py: Python<'py>, part: impl Fn(&AccountBalance) -> Money) -> PyResult<Bound<'py, PyDict>> {
        let amounts: Vec<Money> = self.0.borrow().balances.values().map(part).collect();
        by_currency(py, amounts)
    }
}

#[pymethods]
impl PyAccount {
    #[getter]
    fn id(&self) -> PyAccountId {
        PyAccountId(self.0.borrow().id)
    }

    #[getter]
    fn r#type(&self) -> E<AccountType> {
        E(self.0.borrow().account_type())
    }

    #[getter]
    fn base_currency(&self) -> Option<PyCurrency> {
        self.0.borrow().base_currency.map(PyCurrency)
    }

    #[getter]
    fn is_cash_account(&self) -> bool {
        !self.0.borrow().is_margin()
    }

    #[getter]
    fn is_margin_account(&self) -> bool {
        self.0.borrow().is_margin()
    }

    #[getter]
    fn calculate_account_state(&self) -> bool {
        self.0.borrow().calculates_state
    }

    #[getter]
    fn events<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let events = self.0.borrow().events.clone();
        events.iter().map(|state| account_state_to_py(py, state)).collect()
    }

    #[getter]
    fn last_event<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let last = self.0.borrow().last_state();
        last.map(|state| account_state_to_py(py, &state)).transpose()
    }

    #[getter]
    fn event_count(&self) -> usize {
        self.0.borrow().events.len()
    }

    fn currencies(&self) -> Vec<PyCurrency> {
        self.0.borrow().balances.keys().copied().map(PyCurrency).collect()
    }

    fn starting_balances<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let starting: Vec<Money> = self.0.borrow().starting_balances.values().copied().collect();
        by_currency(py, starting)
    }

    fn commissions<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let paid: Vec<Money> = self.0.borrow().commissions.values().copied().collect();
        by_currency(py, paid)
    }

    fn commission(&self, currency: PyCurrency) -> Option<PyMoney> {
        self.0.borrow().commissions.get(&currency.0).copied().map(PyMoney)
    }

    fn balances<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        let balances: IdMap<Currency, AccountBalance> = self.0.borrow().balances.clone();
        for (currency, balance) in &balances {
            dict.set_item(PyCurrency(*currency), shown(balance))?;
        }
        Ok(dict)
    }

    fn balances_total<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        self.amounts(py, |balance| balance.total)
    }

    fn balances_free<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        self.amounts(py, |balance| balance.free)
    }

    fn balances_locked<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        self.amounts(py, |balance| balance.locked)
    }

    #[pyo3(signature = (currency = None))]
    fn balance(&self, currency: Option<PyCurrency>) -> PyResult<Option<PyAccountBalance>> {
        Ok(self.find(currency)?.as_ref().map(shown))
    }

    #[pyo3(signature = (currency = None))]
    fn balance_total(&self, currency: Option<PyCurrency>) -> PyResult<Option<PyMoney>> {
        self.read(currency, |balance| balance.total)
    }

    #[pyo3(signature = (currency = None))]
    fn balance_free(&self, currency: Option<PyCurrency>) -> PyResult<Option<PyMoney>> {
        self.read(currency, |balance| balance.free)
    }

    #[pyo3(signature = (currency = None))]
    fn balance_locked(&self, currency: Option<PyCurrency>) -> PyResult<Option<PyMoney>> {
        self.read(currency, |balance| balance.locked)
    }

    #[pyo3(signature = (instrument, last_qty, last_px, liquidity_side, use_quote_for_inverse = false))]
    fn calculate_commission(
        &self,
        instrument: &Bound<'_, PyInstrument>,
        last_qty: PyQuantity,
        last_px: PyPrice,
        liquidity_side: E<LiquiditySide>,
        use_quote_for_inverse: bool,
    ) -> PyResult<PyMoney> {
        refuse_quote_for_inverse(use_quote_for_inverse)?;
        let instrument = &instrument.borrow().inner;
        Ok(PyMoney(Account::calculate_commission(instrument, last_qty.0, last_px.0, liquidity_side.0)?))
    }

    fn is_unleveraged(&self, instrument_id: PyInstrumentId) -> bool {
        let leverage = self.0.borrow().leverage(instrument_id.0);
        (leverage.to_f64() - 1.0).abs() < f64::EPSILON
    }

    fn __richcmp__(&self, other: &Bound<'_, PyAny>, op: CompareOp) -> PyResult<bool> {
        let same = other.cast::<Self>().is_ok_and(|that| that.borrow().0.borrow().id == self.0.borrow().id);
        match op {
            CompareOp::Eq => Ok(same),
            CompareOp::Ne => Ok(!same),
            _ => Err(PyTypeError::new_err("accounts are not ordered")),
        }
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        hash_str(py, self.0.borrow().id.as_str())
    }

    fn __repr__(&self) -> String {
        let account = self.0.borrow();
        let base = account.base_currency.map_or("None", |currency| currency.code.as_str());
        let class = if account.is_margin() { "MarginAccount" } else { "CashAccount" };
        format!("{class}(id={}, type={}, base={base})", account.id, account.account_type())
    }
}

/// Inverse contracts are valued in their base currency here.
fn refuse_quote_for_inverse(asked: bool) -> PyResult<()> {
    if asked {
        return Err(PyValueError::new_err(
            "`use_quote_for_inverse` is not supported by lintkit's bundled engine; run with `--engine nautilus`",
        ));
    }
    Ok(())
}

#[pymethods]
impl PyCashAccount {
    #[getter]
    fn allow_borrowing(this: &Bound<'_, Self>) -> bool {
        matches!(account_of(this.as_super()).borrow().kind, AccountKind::Cash { allows_borrowing: true, .. })
    }

    #[pyo3(signature = (instrument, side, quantity, price, use_quote_for_inverse = false))]
    fn calculate_balance_locked(
        &self,
        instrument: &Bound<'_, PyInstrument>,
        side: E<OrderSide>,
        quantity: PyQuantity,
        price: PyPrice,
        use_quote_for_inverse: bool,
    ) -> PyResult<PyMoney> {
        refuse_quote_for_inverse(use_quote_for_inverse)?;
        let instrument = &instrument.borrow().inner;
        Ok(PyMoney(Account::calculate_balance_locked(instrument, side.0, quantity.0, price.0)?))
    }

    fn balance_impact(
        &self,
        instrument: &Bound<'_, PyInstrument>,
        quantity: PyQuantity,
        price: PyPrice,
        order_side: E<OrderSide>,
    ) -> PyResult<PyMoney> {
        Ok(PyMoney(Account::balance_impact(&instrument.borrow().inner, quantity.0, price.0, order_side.0)?))
    }
}

fn account_of(base: &Bound<'_, PyAccount>) -> AccountRef {
    Rc::clone(&base.borrow().0)
}

/// Reads the state that only margin accounts have.
fn margin_state<T>(
    this: &Bound<'_, PyMarginAccount>,
    read: impl FnOnce(&Decimal, &IdMap<InstrumentId, Decimal>, &IdMap<InstrumentId, MarginBalance>) -> T,
) -> PyResult<T> {
    match &account_of(this.as_super()).borrow().kind {
        AccountKind::Margin { default_leverage, leverages, margins, .. } => {
            Ok(read(default_leverage, leverages, margins))
        }
        AccountKind::Cash { .. } => Err(PyRuntimeError::new_err("a margin account has turned into a cash account")),
    }
}

fn calculate(
    this: &Bound<'_, PyMarginAccount>,
    part: MarginPart,
    instrument: &Bound<'_, PyInstrument>,
    quantity: PyQuantity,
    price: PyPrice,
) -> PyResult<PyMoney> {
    let account = account_of(this.as_super());
    let margin = account.borrow_mut().calculate_margin(part, &instrument.borrow().inner, quantity.0, price.0)?;
    Ok(PyMoney(margin))
}

fn leverage_from_py(value: &Bound<'_, PyAny>) -> PyResult<Decimal> {
    if !value.is_instance(decimal_class(value.py())?)? {
        return Err(PyTypeError::new_err(format!(
            "'leverage' argument not of type <class 'decimal.Decimal'>, was {}",
            value.get_type().repr()?
        )));
    }
    decimal_from_py(value)
}

#[pymethods]
impl PyMarginAccount {
    #[getter]
    fn default_leverage<'py>(this: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        decimal_to_py(this.py(), margin_state(this, |default, _, _| *default)?)
    }

    fn leverages<'py>(this: &Bound<'py, Self>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(this.py());
        for (id, leverage) in margin_state(this, |_, leverages, _| leverages.clone())? {
            dict.set_item(PyInstrumentId(id), decimal_to_py(this.py(), leverage)?)?;
        }
        Ok(dict)
    }

    fn leverage<'py>(this: &Bound<'py, Self>, instrument_id: PyInstrumentId) -> PyResult<Bound<'py, PyAny>> {
        let leverage = account_of(this.as_super()).borrow().leverage(instrument_id.0);
        decimal_to_py(this.py(), leverage)
    }

    fn set_default_leverage(this: &Bound<'_, Self>, leverage: &Bound<'_, PyAny>) -> PyResult<()> {
        let leverage = leverage_from_py(leverage)?;
        Ok(account_of(this.as_super()).borrow_mut().set_leverage(None, leverage)?)
    }

    fn set_leverage(
        this: &Bound<'_, Self>,
        instrument_id: PyInstrumentId,
        leverage: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let leverage = leverage_from_py(leverage)?;
        Ok(account_of(this.as_super()).borrow_mut().set_leverage(Some(instrument_id.0), leverage)?)
    }

    fn margins<'py>(this: &Bound<'py, Self>) -> PyResult<Bound<'py, PyDict>> {
        margin_dict(this, |margin| *margin)
    }

    fn margins_init<'py>(this: &Bound<'py, Self>) -> PyResult<Bound<'py, PyDict>> {
        margin_dict(this, |margin| PyMoney(margin.initial))
    }

    fn margins_maint<'py>(this: &Bound<'py, Self>) -> PyResult<Bound<'py, PyDict>> {
        margin_dict(this, |margin| PyMoney(margin.maintenance))
    }

    fn margin(this: &Bound<'_, Self>, instrument_id: PyInstrumentId) -> PyResult<Option<PyMarginBalance>> {
        margin_state(this, |_, _, margins| margins.get(&instrument_id.0).map(margin_balance))
    }

    fn margin_init(this: &Bound<'_, Self>, instrument_id: PyInstrumentId) -> PyResult<Option<PyMoney>> {
        margin_state(this, |_, _, margins| margins.get(&instrument_id.0).map(|margin| PyMoney(margin.initial)))
    }

    fn margin_maint(this: &Bound<'_, Self>, instrument_id: PyInstrumentId) -> PyResult<Option<PyMoney>> {
        margin_state(this, |_, _, margins| margins.get(&instrument_id.0).map(|margin| PyMoney(margin.maintenance)))
    }

    #[pyo3(signature = (instrument, quantity, price, use_quote_for_inverse = false))]
    fn calculate_margin_init(
        this: &Bound<'_, Self>,
        instrument: &Bound<'_, PyInstrument>,
        quantity: PyQuantity,
        price: PyPrice,
        use_quote_for_inverse: bool,
    ) -> PyResult<PyMoney> {
        refuse_quote_for_inverse(use_quote_for_inverse)?;
        calculate(this, MarginPart::Initial, instrument, quantity, price)
    }

    #[pyo3(signature = (instrument, side, quantity, price, use_quote_for_inverse = false))]
    fn calculate_margin_maint(
        this: &Bound<'_, Self>,
        instrument: &Bound<'_, PyInstrument>,
        side: E<PositionSide>,
        quantity: PyQuantity,
        price: PyPrice,
        use_quote_for_inverse: bool,
    ) -> PyResult<PyMoney> {
        let _ = side; // both sides need the same
        refuse_quote_for_inverse(use_quote_for_inverse)?;
        calculate(this, MarginPart::Maintenance, instrument, quantity, price)
    }

    /// What an order would change of the balance, by the leverage.
    fn balance_impact(
        this: &Bound<'_, Self>,
        instrument: &Bound<'_, PyInstrument>,
        quantity: PyQuantity,
        price: PyPrice,
        order_side: E<OrderSide>,
    ) -> PyResult<PyMoney> {
        let instrument = &instrument.borrow().inner;
        let leverage = account_of(this.as_super()).borrow().leverage(instrument.id).to_f64();
        let impact = Account::balance_impact(instrument, quantity.0, price.0, order_side.0)?;
        Ok(PyMoney(Money::new(impact.as_f64() / leverage, impact.currency)?))
    }
}

const fn margin_balance(margin: &MarginBalance) -> PyMarginBalance {
    PyMarginBalance { initial: margin.initial, maintenance: margin.maintenance, instrument_id: margin.instrument_id }
}

fn margin_dict<'py, T: IntoPyObject<'py>>(
    this: &Bound<'py, PyMarginAccount>,
    part: impl Fn(&PyMarginBalance) -> T,
) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(this.py());
    for (id, margin) in margin_state(this, |_, _, margins| margins.clone())? {
        dict.set_item(PyInstrumentId(id), part(&margin_balance(&margin)))?;
    }
    Ok(dict)
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyAccount>()?;
    module.add_class::<PyCashAccount>()?;
    module.add_class::<PyMarginAccount>()
}
