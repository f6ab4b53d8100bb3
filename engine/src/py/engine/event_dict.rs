//! Dict forms of position events and account states.

use pyo3::{prelude::*, types::PyDict};

use crate::model::event::{AccountState, PositionEvent, PositionEventKind};

/// # Errors
/// When Python runs out of memory.
pub fn position_event_dict<'py>(py: Python<'py>, e: &PositionEvent) -> PyResult<Bound<'py, PyDict>> {
    use PositionEventKind as K;
    let dict = PyDict::new(py);
    dict.set_item("type", e.kind.name())?;
    dict.set_item("trader_id", e.trader_id.to_string())?;
    dict.set_item("strategy_id", e.strategy_id.to_string())?;
    dict.set_item("instrument_id", e.instrument_id.to_string())?;
    dict.set_item("position_id", e.position_id.to_string())?;
    dict.set_item("account_id", e.account_id.to_string())?;
    dict.set_item("opening_order_id", e.opening_order_id.to_string())?;
    if e.kind == K::Closed {
        dict.set_item("closing_order_id", e.closing_order_id.map(|id| id.to_string()))?;
    }
    dict.set_item("entry", e.entry.to_string())?;
    dict.set_item("side", e.side.to_string())?;
    dict.set_item("signed_qty", e.signed_qty)?;
    dict.set_item("quantity", e.quantity.to_string())?;
    dict.set_item("peak_qty", e.peak_qty.to_string())?;
    dict.set_item("last_qty", e.last_qty.to_string())?;
    dict.set_item("last_px", e.last_px.to_string())?;
    dict.set_item("currency", e.currency.to_string())?;
    dict.set_item("avg_px_open", e.avg_px_open)?;
    if e.kind != K::Opened {
        dict.set_item("avg_px_close", e.avg_px_close)?;
        dict.set_item("realized_return", e.realized_return)?;
    }
    dict.set_item("realized_pnl", e.realized_pnl.to_string())?;
    match e.kind {
        K::Opened => dict.set_item("duration_ns", e.duration_ns)?,
        K::Changed => dict.set_item("unrealized_pnl", e.unrealized_pnl.to_string())?,
        K::Closed => {}
    }
    dict.set_item("event_id", e.id.to_string())?;
    if e.kind != K::Opened {
        dict.set_item("ts_opened", e.ts_opened)?;
    }
    if e.kind == K::Closed {
        dict.set_item("ts_closed", e.ts_closed)?;
        dict.set_item("duration_ns", e.duration_ns)?;
    } else {
        dict.set_item("ts_event", e.ts_event)?;
    }
    dict.set_item("ts_init", e.ts_init)?;
    Ok(dict)
}

/// # Errors
/// When Python runs out of memory.
pub fn account_state_dict<'py>(
    py: Python<'py>,
    state: &AccountState,
    balances: Vec<Bound<'py, PyDict>>,
    margins: Vec<Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item("type", "AccountState")?;
    dict.set_item("account_id", state.account_id.to_string())?;
    dict.set_item("account_type", state.account_type.to_string())?;
    dict.set_item("base_currency", state.base_currency.map(|currency| currency.to_string()))?;
    dict.set_item("balances", balances)?;
    dict.set_item("margins", margins)?;
    dict.set_item("reported", state.is_reported)?;
    dict.set_item("info", PyDict::new(py))?;
    dict.set_item("event_id", state.id.to_string())?;
    dict.set_item("ts_event", state.ts_event)?;
    dict.set_item("ts_init", state.ts_init)?;
    Ok(dict)
}
