//! What several bindings need: errors, decimals, timestamps, hashes.

use pyo3::{
    exceptions::{PyOverflowError, PyTypeError, PyValueError},
    intern,
    prelude::*,
    pyclass::CompareOp,
    sync::PyOnceLock,
    types::{PyString, PyTuple, PyType},
};

use crate::model::{ModelError, fixed::SCALAR, instrument::Decimal};

impl From<ModelError> for PyErr {
    fn from(error: ModelError) -> Self {
        match error {
            ModelError::Value(message) => PyValueError::new_err(message),
            ModelError::Type(message) => PyTypeError::new_err(message),
            ModelError::Overflow(message) => PyOverflowError::new_err(message),
            ModelError::Syntax(message) => Python::attach(|py| {
                match PyModule::import(py, "decimal").and_then(|decimal| decimal.getattr("InvalidOperation")) {
                    Ok(class) => match class.call1((message,)) {
                        Ok(instance) => PyErr::from_value(instance),
                        Err(error) => error,
                    },
                    Err(error) => error,
                }
            }),
        }
    }
}

/// `decimal.Decimal`.
pub fn decimal_class(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    CLASS.import(py, "decimal", "Decimal")
}

/// The raw amount as a `Decimal` without trailing zeros, as `as_decimal()` of 1.221.0 gives it: a division in the
/// current decimal context.
pub fn raw_to_decimal(py: Python<'_>, raw: i128) -> PyResult<Bound<'_, PyAny>> {
    static SCALE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let class = decimal_class(py)?;
    let scale = SCALE.get_or_try_init(py, || class.call1((SCALAR,)).map(Bound::unbind))?;
    class.call1((raw,))?.div(scale)
}

/// A Python `Decimal`, or anything whose text is a decimal number, with exactly the digits written.
pub fn decimal_from_py(value: &Bound<'_, PyAny>) -> PyResult<Decimal> {
    let text = value.str()?;
    let text = text.to_cow()?;
    let bad = || PyValueError::new_err(format!("'{text}' is not a finite decimal number in range"));
    let (mantissa, exponent) = match text.split_once(['E', 'e']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().map_err(|_| bad())?),
        None => (text.as_ref(), 0),
    };
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{part}").parse::<i128>().map_err(|_| bad())?;
    let places = i32::try_from(part.len()).map_err(|_| bad())? - exponent;
    match u32::try_from(places) {
        Ok(scale) => Ok(Decimal { mantissa: digits, scale }),
        Err(_) => 10_i128
            .checked_pow(places.unsigned_abs())
            .and_then(|power| digits.checked_mul(power))
            .map(|mantissa| Decimal { mantissa, scale: 0 })
            .ok_or_else(bad),
    }
}

pub fn decimal_to_py(py: Python<'_>, value: Decimal) -> PyResult<Bound<'_, PyAny>> {
    decimal_class(py)?.call1((format!("{}E-{}", value.mantissa, value.scale),))
}

/// A timestamp argument: any integer or float, truncated, as a Cython `uint64_t` argument takes it.
#[derive(Clone, Copy)]
pub struct Ns(pub u64);

impl<'py> FromPyObject<'_, 'py> for Ns {
    type Error = PyErr;

    fn extract(obj: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(value) = obj.extract::<u64>() {
            return Ok(Self(value));
        }
        if obj.is_instance_of::<PyString>() || !obj.hasattr(intern!(obj.py(), "__int__"))? {
            return Err(PyTypeError::new_err("an integer is required"));
        }
        let integer = obj.call_method0(intern!(obj.py(), "__int__"))?;
        if integer.lt(0)? {
            return Err(PyOverflowError::new_err("can't convert negative value to uint64_t"));
        }
        integer.extract().map(Self)
    }
}

/// Python's hash of an integer.
#[must_use]
pub fn hash_int(value: i128) -> isize {
    const MODULUS: u128 = (1 << 61) - 1;
    #[allow(clippy::cast_possible_truncation)]
    let rest = (value.unsigned_abs() % MODULUS) as isize;
    let hash = if value < 0 { -rest } else { rest };
    if hash == -1 { -2 } else { hash }
}

/// Python's hash of a string, so that sets and dicts iterate as with the real classes under the same hash seed.
pub fn hash_str(py: Python<'_>, text: &str) -> PyResult<isize> {
    PyString::new(py, text).hash()
}

/// The TypeError that NautilusTrader raises when a value is compared with one of another class.
pub fn wrong_class(argument: &str, expected: &str, got: &Bound<'_, PyAny>) -> PyErr {
    let got_name = got.get_type().fully_qualified_name().map_or_else(|_| "?".to_owned(), |name| name.to_string());
    PyTypeError::new_err(format!("Argument '{argument}' has incorrect type (expected {expected}, got {got_name})"))
}

/// `value == None` and `value != None`: plain since 1.223, while 1.221.0 raises an error that depends on the class.
pub fn compared_with_none<E: pyo3::PyTypeInfo>(op: CompareOp) -> PyResult<bool> {
    if *super::fixed::SAME_TYPE_ARITHMETIC {
        Ok(matches!(op, CompareOp::Ne))
    } else {
        Err(PyErr::new::<E, _>("'other' argument was `None`"))
    }
}

/// `(callable, args)` for `__reduce__`.
pub type Reduced<'py> = (Bound<'py, PyAny>, Bound<'py, PyTuple>);

/// A pickle that calls `lintkit._engine.<function>(*args)`.
pub fn reduce_by<'py>(py: Python<'py>, function: &str, args: Bound<'py, PyTuple>) -> PyResult<Reduced<'py>> {
    Ok((PyModule::import(py, "lintkit._engine")?.getattr(function)?, args))
}

/// Whether the later release's additions are there.
///
/// # Errors
/// When the compat package cannot be imported.
pub fn is_later(py: Python<'_>) -> PyResult<bool> {
    PyModule::import(py, "nautilus_trader._profile")?.getattr("LATER")?.extract()
}
