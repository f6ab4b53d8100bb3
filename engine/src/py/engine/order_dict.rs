//! Dict and text forms of orders and order events.

use pyo3::{prelude::*, types::PyDict};

use crate::model::{
    enums::OrderType,
    event::{OrderEvent, OrderEventKind, OrderInit},
    fixed::grouped,
    order::Order,
};
use crate::py::model::convert::is_later;

fn text(value: Option<impl std::fmt::Display>) -> Option<String> {
    value.map(|value| value.to_string())
}

fn shown(value: Option<impl std::fmt::Display>) -> String {
    text(value).unwrap_or_else(|| "None".to_owned())
}

const fn python_bool(value: bool) -> &'static str {
    if value { "True" } else { "False" }
}

fn ids(init: &OrderInit) -> Option<Vec<&'static str>> {
    let ids = &init.linked_order_ids;
    (!ids.is_empty()).then(|| ids.iter().map(|id| id.as_str()).collect())
}

fn tags(init: &OrderInit) -> Option<Vec<&'static str>> {
    init.tags.as_ref().map(|tags| tags.iter().map(ustr::Ustr::as_str).collect())
}

/// The parts of an order that depend on its type, as `OrderInitialized.options` names them.
pub fn options<'py>(py: Python<'py>, init: &OrderInit) -> PyResult<Bound<'py, PyDict>> {
    use OrderType as T;
    let options = PyDict::new(py);
    let kind = init.order_type;
    let has_limit = matches!(kind, T::Limit | T::StopLimit | T::LimitIfTouched | T::TrailingStopLimit);
    let has_trigger = !matches!(kind, T::Market | T::Limit | T::MarketToLimit);
    let trails = matches!(kind, T::TrailingStopMarket | T::TrailingStopLimit);
    if has_limit {
        options.set_item("price", text(init.price))?;
    }
    if trails {
        options.set_item("activation_price", text(init.activation_price))?;
    }
    if has_trigger {
        options.set_item("trigger_price", text(init.trigger_price))?;
        options.set_item("trigger_type", init.trigger_type.name())?;
    }
    if kind == T::TrailingStopLimit {
        options.set_item("limit_offset", text(init.limit_offset))?;
    }
    if trails {
        options.set_item("trailing_offset", text(init.trailing_offset))?;
        options.set_item("trailing_offset_type", init.trailing_offset_type.name())?;
    }
    match kind {
        T::Market => {}
        T::Limit | T::MarketToLimit => {
            options.set_item("display_qty", text(init.display_qty))?;
            options.set_item("expire_time_ns", init.expire_time_ns)?;
        }
        _ => {
            options.set_item("expire_time_ns", init.expire_time_ns)?;
            if has_limit {
                options.set_item("display_qty", text(init.display_qty))?;
            }
        }
    }
    Ok(options)
}

/// The entries, and their order, are those of the order's type.
pub fn order_to_dict<'py>(py: Python<'py>, o: &Order) -> PyResult<Bound<'py, PyDict>> {
    use OrderType as T;
    let init = &o.init;
    let kind = o.order_type();
    let values = PyDict::new(py);
    values.set_item("trader_id", init.trader_id.as_str())?;
    values.set_item("strategy_id", init.strategy_id.as_str())?;
    values.set_item("instrument_id", init.instrument_id.to_string())?;
    values.set_item("client_order_id", o.id().as_str())?;
    values.set_item("venue_order_id", text(o.venue_order_id))?;
    values.set_item("position_id", text(o.position_id))?;
    values.set_item("account_id", text(o.account_id))?;
    values.set_item("last_trade_id", text(o.last_trade_id))?;
    values.set_item("type", kind.name())?;
    values.set_item("side", o.side().name())?;
    values.set_item("quantity", o.quantity.to_string())?;
    let has_limit = matches!(kind, T::Limit | T::StopLimit | T::LimitIfTouched | T::TrailingStopLimit);
    let has_trigger = !matches!(kind, T::Market | T::Limit | T::MarketToLimit);
    let trails = matches!(kind, T::TrailingStopMarket | T::TrailingStopLimit);
    let terms = || -> PyResult<()> {
        if has_limit {
            values.set_item("price", text(o.price))?;
        } else if kind == T::MarketToLimit {
            values.set_item("price", shown(o.price))?;
        }
        if trails {
            values.set_item("activation_price", text(o.activation_price))?;
        }
        if has_trigger {
            values.set_item("trigger_price", text(o.trigger_price))?;
            values.set_item("trigger_type", init.trigger_type.name())?;
        }
        if kind == T::TrailingStopLimit {
            values.set_item("limit_offset", text(init.limit_offset))?;
        }
        if trails {
            values.set_item("trailing_offset", text(init.trailing_offset))?;
            values.set_item("trailing_offset_type", init.trailing_offset_type.name())?;
        }
        if kind == T::StopLimit {
            values.set_item("init_id", init.id.to_string())?;
        }
        let expires = (init.expire_time_ns > 0).then_some(init.expire_time_ns);
        if has_trigger {
            values.set_item("expire_time_ns", expires)?;
        }
        values.set_item("time_in_force", init.time_in_force.name())?;
        if matches!(kind, T::Limit | T::MarketToLimit) {
            values.set_item("expire_time_ns", expires)?;
        }
        Ok(())
    };
    let flags = || -> PyResult<()> {
        if has_limit {
            values.set_item("is_post_only", init.post_only)?;
        }
        values.set_item("is_reduce_only", init.reduce_only)?;
        values.set_item("is_quote_quantity", o.is_quote_quantity)?;
        if has_limit || kind == T::MarketToLimit {
            values.set_item("display_qty", text(init.display_qty))?;
        }
        Ok(())
    };
    terms()?;
    let flags_first = matches!(kind, T::Market | T::MarketToLimit);
    if flags_first {
        flags()?;
    }
    let is_filled = o.filled_qty.raw > 0;
    values.set_item("filled_qty", o.filled_qty.to_string())?;
    values.set_item("liquidity_side", o.liquidity_side.name())?;
    values.set_item("avg_px", is_filled.then_some(o.avg_px))?;
    values.set_item("slippage", is_filled.then_some(o.slippage))?;
    let commissions: Vec<String> = o.commissions.iter().map(ToString::to_string).collect();
    values.set_item("commissions", is_filled.then_some(commissions))?;
    if kind == T::Market {
        values.set_item("emulation_trigger", o.emulation_trigger.name())?;
    }
    values.set_item("status", o.status.name())?;
    if !flags_first {
        flags()?;
        values.set_item("emulation_trigger", o.emulation_trigger.name())?;
        values.set_item("trigger_instrument_id", text(init.trigger_instrument_id))?;
    }
    values.set_item("contingency_type", init.contingency_type.name())?;
    values.set_item("order_list_id", text(init.order_list_id))?;
    values.set_item("linked_order_ids", ids(init))?;
    values.set_item("parent_order_id", text(init.parent_order_id))?;
    values.set_item("exec_algorithm_id", text(init.exec_algorithm_id))?;
    values.set_item("exec_algorithm_params", super::order::params_to_py(py, init.exec_algorithm_params)?)?;
    values.set_item("exec_spawn_id", text(init.exec_spawn_id))?;
    values.set_item("tags", tags(init))?;
    if kind != T::StopLimit {
        values.set_item("init_id", init.id.to_string())?;
    }
    values.set_item("ts_init", init.ts_init)?;
    values.set_item("ts_last", o.ts_last)?;
    Ok(values)
}

pub fn event_to_dict<'py>(py: Python<'py>, event: &OrderEvent) -> PyResult<Bound<'py, PyDict>> {
    let values = PyDict::new(py);
    values.set_item("type", event.kind.name())?;
    values.set_item("trader_id", event.trader_id.as_str())?;
    values.set_item("strategy_id", event.strategy_id.as_str())?;
    values.set_item("instrument_id", event.instrument_id.to_string())?;
    values.set_item("client_order_id", event.client_order_id.as_str())?;
    if let OrderEventKind::Initialized(init) = &event.kind {
        values.set_item("order_side", init.side.name())?;
        values.set_item("order_type", init.order_type.name())?;
        values.set_item("quantity", init.quantity.to_string())?;
        values.set_item("time_in_force", init.time_in_force.name())?;
        values.set_item("post_only", init.post_only)?;
        values.set_item("reduce_only", init.reduce_only)?;
        values.set_item("quote_quantity", init.quote_quantity)?;
        values.set_item("options", options(py, init)?)?;
        values.set_item("emulation_trigger", init.emulation_trigger.name())?;
        values.set_item("trigger_instrument_id", text(init.trigger_instrument_id))?;
        values.set_item("contingency_type", init.contingency_type.name())?;
        values.set_item("order_list_id", text(init.order_list_id))?;
        values.set_item("linked_order_ids", ids(init))?;
        values.set_item("parent_order_id", text(init.parent_order_id))?;
        values.set_item("exec_algorithm_id", text(init.exec_algorithm_id))?;
        values.set_item("exec_algorithm_params", super::order::params_to_py(py, init.exec_algorithm_params)?)?;
        values.set_item("exec_spawn_id", text(init.exec_spawn_id))?;
        values.set_item("tags", tags(init))?;
        values.set_item("event_id", event.id.to_string())?;
        values.set_item("ts_init", event.ts_init)?;
        values.set_item("ts_event", event.ts_event)?;
        values.set_item("reconciliation", false)?;
        return Ok(values);
    }
    if has_venue_order_id(&event.kind) {
        values.set_item("venue_order_id", text(event.venue_order_id))?;
    }
    if has_account_id(&event.kind) {
        values.set_item("account_id", text(event.account_id))?;
    }
    match &event.kind {
        OrderEventKind::Denied { reason }
        | OrderEventKind::ModifyRejected { reason }
        | OrderEventKind::CancelRejected { reason } => values.set_item("reason", &**reason)?,
        OrderEventKind::Rejected { reason, .. } => values.set_item("reason", &**reason)?,
        OrderEventKind::Released { released_price } => {
            values.set_item("released_price", released_price.to_string())?;
        }
        OrderEventKind::Updated { quantity, price, trigger_price } => {
            values.set_item("quantity", quantity.to_string())?;
            values.set_item("price", text(*price))?;
            values.set_item("trigger_price", text(*trigger_price))?;
        }
        OrderEventKind::Filled(fill) => {
            values.set_item("trade_id", fill.trade_id.as_str())?;
            values.set_item("position_id", text(fill.position_id))?;
            values.set_item("order_side", fill.order_side.name())?;
            values.set_item("order_type", fill.order_type.name())?;
            values.set_item("last_qty", fill.last_qty.to_string())?;
            values.set_item("last_px", fill.last_px.to_string())?;
            values.set_item("currency", fill.currency.code.as_str())?;
            values.set_item("commission", fill.commission.to_string())?;
            values.set_item("liquidity_side", fill.liquidity_side.name())?;
        }
        _ => {}
    }
    values.set_item("event_id", event.id.to_string())?;
    values.set_item("ts_event", event.ts_event)?;
    values.set_item("ts_init", event.ts_init)?;
    if event.fill().is_some() {
        values.set_item("info", PyDict::new(py))?;
    }
    if !matches!(
        event.kind,
        OrderEventKind::Submitted
            | OrderEventKind::Denied { .. }
            | OrderEventKind::Emulated
            | OrderEventKind::Released { .. }
    ) {
        values.set_item("reconciliation", false)?;
    }
    match event.kind {
        OrderEventKind::Rejected { due_post_only, .. } => values.set_item("due_post_only", due_post_only)?,
        OrderEventKind::Updated { .. } if is_later(py)? => values.set_item("is_quote_quantity", false)?,
        _ => {}
    }
    Ok(values)
}

const fn has_venue_order_id(kind: &OrderEventKind) -> bool {
    use OrderEventKind as K;
    !matches!(
        kind,
        K::Initialized(_) | K::Denied { .. } | K::Emulated | K::Released { .. } | K::Submitted | K::Rejected { .. }
    )
}

const fn has_account_id(kind: &OrderEventKind) -> bool {
    use OrderEventKind as K;
    !matches!(kind, K::Initialized(_) | K::Denied { .. } | K::Emulated | K::Released { .. })
}

/// `Class(field=value, …)`; in full with trader, strategy, event id and `ts_init`.
pub fn event_text(py: Python<'_>, event: &OrderEvent, full: bool) -> PyResult<String> {
    let mut parts: Vec<(&str, String)> = Vec::new();
    if full {
        parts.push(("trader_id", event.trader_id.to_string()));
        parts.push(("strategy_id", event.strategy_id.to_string()));
    }
    parts.push(("instrument_id", event.instrument_id.to_string()));
    parts.push(("client_order_id", event.client_order_id.to_string()));
    if has_venue_order_id(&event.kind) {
        parts.push(("venue_order_id", shown(event.venue_order_id)));
    }
    if has_account_id(&event.kind) {
        parts.push(("account_id", shown(event.account_id)));
    }
    let mut has_ts_event = true;
    match &event.kind {
        OrderEventKind::Initialized(init) => {
            has_ts_event = false;
            initialized_parts(py, init, &mut parts)?;
        }
        OrderEventKind::Denied { reason } => {
            has_ts_event = full;
            parts.push(("reason", format!("'{reason}'")));
        }
        OrderEventKind::Rejected { reason, .. }
        | OrderEventKind::ModifyRejected { reason }
        | OrderEventKind::CancelRejected { reason } => parts.push(("reason", format!("'{reason}'"))),
        OrderEventKind::Released { released_price } => {
            has_ts_event = full;
            parts.push(("released_price", released_price.to_string()));
        }
        OrderEventKind::Updated { quantity, price, trigger_price } => {
            parts.push(("quantity", grouped(quantity.raw, quantity.precision)));
            parts.push(("price", shown(*price)));
            parts.push(("trigger_price", shown(*trigger_price)));
        }
        OrderEventKind::Filled(fill) => {
            parts.push(("trade_id", fill.trade_id.to_string()));
            parts.push(("position_id", shown(fill.position_id)));
            parts.push(("order_side", fill.order_side.to_string()));
            parts.push(("order_type", fill.order_type.to_string()));
            parts.push(("last_qty", grouped(fill.last_qty.raw, fill.last_qty.precision)));
            parts.push(("last_px", format!("{} {}", fill.last_px, fill.currency)));
            parts.push(("commission", {
                let precision = fill.commission.currency.precision;
                format!("{} {}", grouped(fill.commission.raw, precision), fill.commission.currency)
            }));
            parts.push(("liquidity_side", fill.liquidity_side.to_string()));
        }
        _ => {}
    }
    if full {
        parts.push(("event_id", event.id.to_string()));
    }
    if has_ts_event {
        parts.push(("ts_event", event.ts_event.to_string()));
    }
    if full {
        parts.push(("ts_init", event.ts_init.to_string()));
    }
    let fields: Vec<String> = parts.iter().map(|(name, value)| format!("{name}={value}")).collect();
    Ok(format!("{}({})", event.kind.name(), fields.join(", ")))
}

fn initialized_parts(py: Python<'_>, init: &OrderInit, parts: &mut Vec<(&str, String)>) -> PyResult<()> {
    let list = |items: Option<Vec<&str>>, quote: &str| {
        items.map_or_else(
            || "None".to_owned(),
            |items| format!("[{}]", items.iter().map(|i| format!("{quote}{i}{quote}")).collect::<Vec<_>>().join(", ")),
        )
    };
    parts.push(("side", init.side.to_string()));
    parts.push(("type", init.order_type.to_string()));
    parts.push(("quantity", grouped(init.quantity.raw, init.quantity.precision)));
    parts.push(("time_in_force", init.time_in_force.to_string()));
    parts.push(("post_only", python_bool(init.post_only).to_owned()));
    parts.push(("reduce_only", python_bool(init.reduce_only).to_owned()));
    parts.push(("quote_quantity", python_bool(init.quote_quantity).to_owned()));
    parts.push(("options", options(py, init)?.repr()?.to_string()));
    parts.push(("emulation_trigger", init.emulation_trigger.to_string()));
    parts.push(("trigger_instrument_id", shown(init.trigger_instrument_id)));
    parts.push(("contingency_type", init.contingency_type.to_string()));
    parts.push(("order_list_id", shown(init.order_list_id)));
    parts.push(("linked_order_ids", list(ids(init), "")));
    parts.push(("parent_order_id", shown(init.parent_order_id)));
    parts.push(("exec_algorithm_id", shown(init.exec_algorithm_id)));
    let params = super::order::params_to_py(py, init.exec_algorithm_params)?;
    parts.push((
        "exec_algorithm_params",
        match params {
            Some(params) => params.repr()?.to_string(),
            None => "None".to_owned(),
        },
    ));
    parts.push(("exec_spawn_id", shown(init.exec_spawn_id)));
    parts.push(("tags", list(tags(init), "'")));
    Ok(())
}
