//! Orders in words, as their `repr` shows them.

use super::{
    date,
    enums::{ContingencyType, OrderType, TriggerType},
    fixed::{Price, grouped},
    instrument::Decimal,
    order::Order,
};

/// `LimitOrder(BUY 1_000 …, status=…, client_order_id=…, …)`.
#[must_use]
pub fn full(o: &Order) -> String {
    let text = |id: Option<&dyn std::fmt::Display>| id.map_or_else(|| "None".to_owned(), ToString::to_string);
    let mut out = format!(
        "{}({}, status={}, client_order_id={}, venue_order_id={}, position_id={}",
        class_name(o.order_type()),
        short(o),
        o.status,
        o.id(),
        text(o.venue_order_id.as_ref().map(|id| id as _)),
        text(o.position_id.as_ref().map(|id| id as _)),
    );
    let init = &o.init;
    if init.contingency_type != ContingencyType::NoContingency {
        out.push_str(&format!(", contingency_type={}", init.contingency_type));
    }
    if !init.linked_order_ids.is_empty() {
        let ids: Vec<&str> = init.linked_order_ids.iter().map(|id| id.as_str()).collect();
        out.push_str(&format!(", linked_order_ids=[{}]", ids.join(", ")));
    }
    if let Some(parent) = init.parent_order_id {
        out.push_str(&format!(", parent_order_id={parent}"));
    }
    if let Some(algorithm) = init.exec_algorithm_id {
        out.push_str(&format!(", exec_algorithm_id={algorithm}"));
    }
    if let Some(params) = init.exec_algorithm_params {
        out.push_str(&format!(", exec_algorithm_params={}", params.replace('"', "'")));
    }
    if let Some(spawn) = init.exec_spawn_id {
        out.push_str(&format!(", exec_spawn_id={spawn}"));
    }
    let tags = init.tags.as_ref().map_or_else(
        || "None".to_owned(),
        |tags| format!("[{}]", tags.iter().map(|tag| format!("'{tag}'")).collect::<Vec<_>>().join(", ")),
    );
    out.push_str(&format!(", tags={tags})"));
    out
}

/// The order's class in Python.
#[must_use]
pub const fn class_name(order_type: OrderType) -> &'static str {
    match order_type {
        OrderType::Market => "MarketOrder",
        OrderType::Limit => "LimitOrder",
        OrderType::StopMarket => "StopMarketOrder",
        OrderType::StopLimit => "StopLimitOrder",
        OrderType::MarketToLimit => "MarketToLimitOrder",
        OrderType::MarketIfTouched => "MarketIfTouchedOrder",
        OrderType::LimitIfTouched => "LimitIfTouchedOrder",
        OrderType::TrailingStopMarket => "TrailingStopMarketOrder",
        OrderType::TrailingStopLimit => "TrailingStopLimitOrder",
    }
}

/// The short description, e.g. `BUY 1_000 AUD/USD.SIM LIMIT @ 0.70000 GTC`.
#[must_use]
pub fn short(o: &Order) -> String {
    let init = &o.init;
    let shown = |price: Price| grouped(price.raw, price.precision);
    let show = |price: Option<Price>| price.map_or_else(|| "None".to_owned(), shown);
    let (price, trigger) = (show(o.price), show(o.trigger_price));
    let (trigger_type, offset_type) = (init.trigger_type, init.trailing_offset_type);
    let decimal = |value: Option<Decimal>| value.map_or_else(|| "None".to_owned(), |d| d.to_string());
    let (offset, limit_offset) = (decimal(init.trailing_offset), decimal(init.limit_offset));
    let activation = o.activation_price.map_or_else(String::new, |p| format!(" @ {}-ACTIVATION", shown(p)));
    let prices = match o.order_type() {
        OrderType::Market => String::new(),
        OrderType::Limit | OrderType::MarketToLimit => format!(" @ {price}"),
        OrderType::StopMarket | OrderType::MarketIfTouched => format!(" @ {trigger}[{trigger_type}]"),
        OrderType::StopLimit | OrderType::LimitIfTouched => {
            format!(" @ {trigger}-STOP[{trigger_type}] {price}-LIMIT")
        }
        OrderType::TrailingStopMarket => {
            let at = o.trigger_price.map_or_else(String::new, |p| format!(" @ {}-STOP", shown(p)));
            format!("[{trigger_type}]{activation}{at} {offset}-TRAILING_OFFSET[{offset_type}]")
        }
        OrderType::TrailingStopLimit => {
            let at = o.trigger_price.map_or_else(String::new, |p| format!(" @ {}-STOP", shown(p)));
            format!(
                "[{trigger_type}]{activation}{at} [{trigger_type}] {price}-LIMIT {offset}-TRAILING_OFFSET[{offset_type}] \
                 {limit_offset}-LIMIT_OFFSET[{offset_type}]"
            )
        }
    };
    let quantity = grouped(o.quantity.raw, o.quantity.precision);
    let emulated = match o.emulation_trigger {
        TriggerType::NoTrigger => String::new(),
        trigger => format!(" EMULATED[{trigger}]"),
    };
    let expiry = match init.expire_time_ns {
        0 => String::new(),
        ns => format!(" {}", date::iso8601_millis(ns)),
    };
    format!(
        "{} {quantity} {} {}{prices} {}{expiry}{emulated}",
        o.side(),
        init.instrument_id,
        o.order_type(),
        init.time_in_force
    )
}
