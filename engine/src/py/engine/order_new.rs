//! Orders that users construct by their class, without a factory.

use std::{cell::RefCell, rc::Rc};

use pyo3::{
    exceptions::PyTypeError,
    prelude::*,
    types::{PyDict, PyTuple},
};

use super::source::{Fields, Origin, check_side};
use crate::{
    model::{
        describe,
        enums::{OrderSide, OrderType},
        order::{Order, OrderRef},
    },
    py::model::{
        enums::E,
        fixed::PyQuantity,
        identifiers::{PyClientOrderId, PyInstrumentId, PyStrategyId, PyTraderId},
    },
};

const HEAD: [&str; 6] = ["trader_id", "strategy_id", "instrument_id", "client_order_id", "order_side", "quantity"];
const MADE: [&str; 2] = ["init_id", "ts_init"];
const TAIL: [&str; 8] = [
    "contingency_type",
    "order_list_id",
    "linked_order_ids",
    "parent_order_id",
    "exec_algorithm_id",
    "exec_algorithm_params",
    "exec_spawn_id",
    "tags",
];

/// What is between the quantity and the id of the initialization, and what between that and the contingency: in the
/// order of the real constructors (observed on 1.221.0 and 1.231.0).
const fn parameters(order_type: OrderType) -> (&'static [&'static str], &'static [&'static str]) {
    const STOP: &[&str] = &["trigger_price", "trigger_type"];
    const STOP_LIMIT: &[&str] = &["price", "trigger_price", "trigger_type"];
    const MARKET_REST: &[&str] = &[
        "time_in_force",
        "expire_time_ns",
        "reduce_only",
        "quote_quantity",
        "emulation_trigger",
        "trigger_instrument_id",
    ];
    const LIMIT_REST: &[&str] = &[
        "time_in_force",
        "expire_time_ns",
        "post_only",
        "reduce_only",
        "quote_quantity",
        "display_qty",
        "emulation_trigger",
        "trigger_instrument_id",
    ];
    match order_type {
        OrderType::Market => (&[], &["time_in_force", "reduce_only", "quote_quantity"]),
        OrderType::MarketToLimit => {
            (&[], &["time_in_force", "expire_time_ns", "reduce_only", "quote_quantity", "display_qty"])
        }
        OrderType::Limit => (&["price"], LIMIT_REST),
        OrderType::StopMarket | OrderType::MarketIfTouched => (STOP, MARKET_REST),
        OrderType::StopLimit | OrderType::LimitIfTouched => (STOP_LIMIT, LIMIT_REST),
        OrderType::TrailingStopMarket => (
            &["trigger_price", "trigger_type", "trailing_offset", "trailing_offset_type"],
            &[
                "activation_price",
                "time_in_force",
                "expire_time_ns",
                "reduce_only",
                "quote_quantity",
                "emulation_trigger",
                "trigger_instrument_id",
            ],
        ),
        OrderType::TrailingStopLimit => (
            &["price", "trigger_price", "trigger_type", "limit_offset", "trailing_offset", "trailing_offset_type"],
            &[
                "activation_price",
                "time_in_force",
                "expire_time_ns",
                "post_only",
                "reduce_only",
                "quote_quantity",
                "display_qty",
                "emulation_trigger",
                "trigger_instrument_id",
            ],
        ),
    }
}

/// Positional and keyword arguments by name.
fn bind<'py>(
    order_type: OrderType,
    args: &Bound<'py, PyTuple>,
    kwargs: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyDict>> {
    let (prices, rest) = parameters(order_type);
    let names: Vec<&str> = HEAD.iter().chain(prices).chain(&MADE).chain(rest).chain(&TAIL).copied().collect();
    let required = HEAD.len() + prices.len() + MADE.len();
    if args.len() > names.len() {
        let text = format!("__init__() takes at most {} positional arguments ({} given)", names.len(), args.len());
        return Err(PyTypeError::new_err(text));
    }
    let bound = PyDict::new(args.py());
    for (name, value) in names.iter().zip(args.iter()) {
        bound.set_item(name, value)?;
    }
    for (name, value) in kwargs.into_iter().flatten() {
        let name = name.extract::<String>()?;
        if !names.contains(&name.as_str()) {
            return Err(PyTypeError::new_err(format!("__init__() got an unexpected keyword argument '{name}'")));
        }
        if bound.contains(&name)? {
            return Err(PyTypeError::new_err(format!("__init__() got multiple values for argument '{name}'")));
        }
        bound.set_item(name, value)?;
    }
    if let Some(missing) = names[..required].iter().find(|name| !bound.contains(name).unwrap_or(false)) {
        let class = describe::class_name(order_type);
        let text = format!("__init__() takes at least {required} positional arguments: {class} lacks '{missing}'");
        return Err(PyTypeError::new_err(text));
    }
    if let Some(params) = Fields::of(&bound)?.get("exec_algorithm_params")? {
        let text = PyModule::import(args.py(), "json")?.call_method1("dumps", (params,))?;
        bound.set_item("exec_algorithm_params", text)?;
    }
    Ok(bound)
}

/// The order that the class's constructor makes. Its initialization gets an id of its own.
pub(super) fn construct(
    order_type: OrderType,
    args: &Bound<'_, PyTuple>,
    kwargs: Option<&Bound<'_, PyDict>>,
) -> PyResult<OrderRef> {
    let bound = bind(order_type, args, kwargs)?;
    let fields = Fields::of(&bound)?;
    let origin = Origin {
        trader_id: fields.required::<PyTraderId>("trader_id")?.0,
        strategy_id: fields.required::<PyStrategyId>("strategy_id")?.0,
        instrument_id: fields.required::<PyInstrumentId>("instrument_id")?.0,
        client_order_id: fields.required::<PyClientOrderId>("client_order_id")?.0,
        ts_init: fields.required::<u64>("ts_init")?,
    };
    let (prices, _) = parameters(order_type);
    let may_lack = matches!(order_type, OrderType::TrailingStopMarket | OrderType::TrailingStopLimit);
    for name in prices.iter().filter(|_| !may_lack) {
        fields.required::<Bound<'_, PyAny>>(name)?;
    }
    let side = fields.required::<E<OrderSide>>("order_side")?.0;
    check_side(side)?;
    let quantity = fields.required::<PyQuantity>("quantity")?;
    let init = fields.init(order_type, side, quantity, origin)?;
    Ok(Rc::new(RefCell::new(Order::new(init))))
}
