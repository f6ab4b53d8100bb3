//! Enumerations across the border: Python `IntFlag` members out, members or integers in.

use pyo3::{
    exceptions::{PyTypeError, PyValueError},
    prelude::*,
    sync::PyOnceLock,
};

use crate::model::enums::{
    AccountType, AggregationSource, AggressorSide, AssetClass, BarAggregation, BookAction, BookType, ContingencyType,
    CurrencyType, InstrumentClass, InstrumentCloseType, LiquiditySide, MarketStatus, MarketStatusAction, NamedEnum,
    OmsType, OptionKind, OrderSide, OrderStatus, OrderType, PositionSide, PriceType, RecordFlag, TimeInForce,
    TradingState, TrailingOffsetType, TriggerType,
};

/// The members of one Python enumeration, by number.
type Members = PyOnceLock<Vec<Option<Py<PyAny>>>>;

/// An enumeration that has a class in the compat package.
pub trait PyEnum: NamedEnum {
    fn members() -> &'static Members;
}

macro_rules! py_enums {
    ($($name:ident),+ $(,)?) => {$(
        impl PyEnum for $name {
            fn members() -> &'static Members {
                static MEMBERS: Members = PyOnceLock::new();
                &MEMBERS
            }
        }
    )+};
}

py_enums!(
    AccountType,
    AggregationSource,
    AggressorSide,
    AssetClass,
    BarAggregation,
    BookAction,
    BookType,
    ContingencyType,
    CurrencyType,
    InstrumentClass,
    InstrumentCloseType,
    LiquiditySide,
    MarketStatus,
    MarketStatusAction,
    OmsType,
    OptionKind,
    OrderSide,
    OrderStatus,
    OrderType,
    PositionSide,
    PriceType,
    RecordFlag,
    TimeInForce,
    TradingState,
    TrailingOffsetType,
    TriggerType,
);

/// An enumeration value as argument (a member or an integer) or as result (the member).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct E<T>(pub T);

impl<'py, T: PyEnum> FromPyObject<'_, 'py> for E<T> {
    type Error = PyErr;

    fn extract(obj: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let number = obj.extract::<u64>().map_err(|_| PyTypeError::new_err("an integer is required"))?;
        u8::try_from(number)
            .ok()
            .and_then(T::from_number)
            .map(E)
            .ok_or_else(|| PyValueError::new_err(format!("{number} is not a valid {}", T::NAME)))
    }
}

impl<'py, T: PyEnum> IntoPyObject<'py> for E<T> {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
        let members = T::members().get_or_try_init(py, || load::<T>(py))?;
        match members.get(usize::from(self.0.number())) {
            Some(Some(member)) => Ok(member.bind(py).clone()),
            _ => Err(PyValueError::new_err(format!("{} is not a valid {}", self.0.number(), T::NAME))),
        }
    }
}

fn load<T: PyEnum>(py: Python<'_>) -> PyResult<Vec<Option<Py<PyAny>>>> {
    let class = PyModule::import(py, "nautilus_trader.model.enums")?.getattr(T::NAME)?;
    let mut members: Vec<Option<Py<PyAny>>> = Vec::new();
    for member in T::ALL {
        let at = usize::from(member.number());
        if members.len() <= at {
            members.resize_with(at + 1, || None);
        }
        members[at] = Some(class.call1((member.number(),))?.unbind());
    }
    Ok(members)
}
