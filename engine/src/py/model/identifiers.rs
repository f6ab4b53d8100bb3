//! Identifiers: `Identifier` and its classes, `InstrumentId`.

use std::str::FromStr;

use pyo3::{
    exceptions::{PyNotImplementedError, PyTypeError, PyValueError},
    prelude::*,
    pyclass::CompareOp,
};

use super::convert::{compared_with_none, hash_str, wrong_class};
use crate::model::identifiers::{
    AccountId, ClientId, ClientOrderId, ComponentId, ExecAlgorithmId, InstrumentId, OrderListId, PositionId,
    StrategyId, Symbol, TradeId, TraderId, Venue, VenueOrderId,
};

/// The common base class.
#[pyclass(name = "Identifier", module = "nautilus_trader.model.identifiers", subclass, frozen)]
pub struct PyIdentifier;

#[pymethods]
impl PyIdentifier {
    #[new]
    fn new(_value: &str) -> PyResult<Self> {
        Err(PyNotImplementedError::new_err("an Identifier is made through one of its classes"))
    }
}

/// The text of any identifier; TypeError for anything else.
fn text_of(other: &Bound<'_, PyAny>) -> PyResult<String> {
    if !other.is_instance_of::<PyIdentifier>() {
        return Err(wrong_class("other", "nautilus_trader.model.identifiers.Identifier", other));
    }
    Ok(other.str()?.to_cow()?.into_owned())
}

fn no_hyphen(value: &str) -> PyResult<()> {
    if value.contains('-') {
        return Ok(());
    }
    Err(PyValueError::new_err(format!("value was malformed: did not contain a hyphen '-', was '{value}'")))
}

/// What lies behind the last hyphen.
fn tag(value: &str) -> &str {
    value.rsplit_once('-').map_or(value, |(_, tag)| tag)
}

macro_rules! identifier_class {
    ($class:ident, $model:ident, $name:literal, $check:expr, { $($extra:tt)* }) => {
        #[pyclass(name = $name, module = "nautilus_trader.model.identifiers", extends = PyIdentifier, frozen, from_py_object)]
        #[derive(Clone, Copy)]
        pub struct $class(pub $model);

        impl<'py> IntoPyObject<'py> for $class {
            type Target = Self;
            type Output = Bound<'py, Self>;
            type Error = PyErr;

            fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
                Bound::new(py, PyClassInitializer::from(PyIdentifier).add_subclass(self))
            }
        }

        #[pymethods]
        impl $class {
            #[new]
            fn new(value: &str) -> PyResult<PyClassInitializer<Self>> {
                let check: fn(&str) -> PyResult<()> = $check;
                let this = Self($model::new(value)?);
                check(value)?;
                Ok(PyClassInitializer::from(PyIdentifier).add_subclass(this))
            }

            #[getter]
            fn value(&self) -> &str {
                self.0.as_str()
            }

            fn __str__(&self) -> &str {
                self.0.as_str()
            }

            fn __repr__(&self) -> String {
                format!(concat!($name, "('{}')"), self.0)
            }

            fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
                hash_str(py, self.0.as_str())
            }

            fn __richcmp__(&self, other: &Bound<'_, PyAny>, op: CompareOp) -> PyResult<bool> {
                if let Ok(that) = other.cast::<Self>() {
                    return Ok(op.matches(self.0.cmp(&that.get().0)));
                }
                match op {
                    CompareOp::Eq | CompareOp::Ne if other.is_none() => compared_with_none::<PyTypeError>(op),
                    CompareOp::Eq | CompareOp::Ne => {
                        Err(wrong_class("other", concat!("nautilus_trader.model.identifiers.", $name), other))
                    }
                    _ => Ok(op.matches(self.0.as_str().cmp(text_of(other)?.as_str()))),
                }
            }

            fn __getnewargs__(&self) -> (&str,) {
                (self.0.as_str(),)
            }

            $($extra)*
        }
    };
}

identifier_class!(PySymbol, Symbol, "Symbol", |_| Ok(()), {
    fn is_composite(&self) -> bool {
        self.0.as_str().contains('.')
    }

    fn root(&self) -> &'static str {
        let text = self.0.as_str();
        text.split_once('.').map_or(text, |(root, _)| root)
    }

    fn topic(&self) -> String {
        match self.0.as_str().split_once('.') {
            Some((root, _)) => format!("{root}*"),
            None => self.0.to_string(),
        }
    }
});
identifier_class!(PyVenue, Venue, "Venue", |_| Ok(()), {
    fn is_synthetic(&self) -> bool {
        self.0.as_str() == "SYNTH"
    }
});
identifier_class!(PyTraderId, TraderId, "TraderId", no_hyphen, {
    fn get_tag(&self) -> &'static str {
        tag(self.0.as_str())
    }
});
identifier_class!(
    PyStrategyId,
    StrategyId,
    "StrategyId",
    |value| if value == "EXTERNAL" { Ok(()) } else { no_hyphen(value) },
    {
        fn get_tag(&self) -> &'static str {
            tag(self.0.as_str())
        }

        fn is_external(&self) -> bool {
            self.0.as_str() == "EXTERNAL"
        }
    }
);
identifier_class!(PyAccountId, AccountId, "AccountId", no_hyphen, {
    fn get_issuer(&self) -> &'static str {
        self.0.as_str().split('-').next().unwrap_or_default()
    }

    fn get_id(&self) -> &'static str {
        self.0.as_str().split('-').nth(1).unwrap_or_default()
    }
});
identifier_class!(
    PyTradeId,
    TradeId,
    "TradeId",
    |value| if value.len() <= 36 {
        Ok(())
    } else {
        Err(PyValueError::new_err(format!("'value' out of range [1, 36], was {}", value.len())))
    },
    {}
);
identifier_class!(PyComponentId, ComponentId, "ComponentId", |_| Ok(()), {});
identifier_class!(PyClientId, ClientId, "ClientId", |_| Ok(()), {});
identifier_class!(PyClientOrderId, ClientOrderId, "ClientOrderId", |_| Ok(()), {});
identifier_class!(PyVenueOrderId, VenueOrderId, "VenueOrderId", |_| Ok(()), {});
identifier_class!(PyOrderListId, OrderListId, "OrderListId", |_| Ok(()), {});
identifier_class!(PyPositionId, PositionId, "PositionId", |_| Ok(()), {});
identifier_class!(PyExecAlgorithmId, ExecAlgorithmId, "ExecAlgorithmId", |_| Ok(()), {});

#[pyclass(name = "InstrumentId", module = "nautilus_trader.model.identifiers", extends = PyIdentifier, frozen, from_py_object)]
#[derive(Clone, Copy)]
pub struct PyInstrumentId(pub InstrumentId);

impl<'py> IntoPyObject<'py> for PyInstrumentId {
    type Target = Self;
    type Output = Bound<'py, Self>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
        Bound::new(py, PyClassInitializer::from(PyIdentifier).add_subclass(self))
    }
}

#[pymethods]
impl PyInstrumentId {
    #[new]
    fn new(symbol: PySymbol, venue: PyVenue) -> PyClassInitializer<Self> {
        let id = InstrumentId { symbol: symbol.0, venue: venue.0 };
        PyClassInitializer::from(PyIdentifier).add_subclass(Self(id))
    }

    #[staticmethod]
    fn from_str(value: &str) -> PyResult<Self> {
        if value.trim().is_empty() {
            return Err(PyValueError::new_err(format!("'value' string was invalid, was '{value}'")));
        }
        Ok(Self(InstrumentId::from_str(value)?))
    }

    #[getter]
    fn symbol(&self) -> PySymbol {
        PySymbol(self.0.symbol)
    }

    #[getter]
    fn venue(&self) -> PyVenue {
        PyVenue(self.0.venue)
    }

    #[getter]
    fn value(&self) -> String {
        self.0.to_string()
    }

    fn is_synthetic(&self) -> bool {
        self.0.venue.as_str() == "SYNTH"
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(&self) -> String {
        format!("InstrumentId('{}')", self.0)
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        hash_str(py, &self.0.to_string())
    }

    fn __richcmp__(&self, other: &Bound<'_, PyAny>, op: CompareOp) -> PyResult<bool> {
        if let Ok(that) = other.cast::<Self>() {
            return match op {
                CompareOp::Eq => Ok(self.0 == that.get().0),
                CompareOp::Ne => Ok(self.0 != that.get().0),
                _ => Ok(op.matches(self.0.to_string().cmp(&that.get().0.to_string()))),
            };
        }
        match op {
            CompareOp::Eq | CompareOp::Ne if other.is_none() => compared_with_none::<PyTypeError>(op),
            CompareOp::Eq | CompareOp::Ne => {
                Err(wrong_class("other", "nautilus_trader.model.identifiers.InstrumentId", other))
            }
            _ => Ok(op.matches(self.0.to_string().cmp(&text_of(other)?))),
        }
    }

    fn __getnewargs__(&self) -> (PySymbol, PyVenue) {
        (PySymbol(self.0.symbol), PyVenue(self.0.venue))
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyIdentifier>()?;
    module.add_class::<PySymbol>()?;
    module.add_class::<PyVenue>()?;
    module.add_class::<PyTraderId>()?;
    module.add_class::<PyStrategyId>()?;
    module.add_class::<PyAccountId>()?;
    module.add_class::<PyTradeId>()?;
    module.add_class::<PyComponentId>()?;
    module.add_class::<PyClientId>()?;
    module.add_class::<PyClientOrderId>()?;
    module.add_class::<PyVenueOrderId>()?;
    module.add_class::<PyOrderListId>()?;
    module.add_class::<PyPositionId>()?;
    module.add_class::<PyExecAlgorithmId>()?;
    module.add_class::<PyInstrumentId>()
}
