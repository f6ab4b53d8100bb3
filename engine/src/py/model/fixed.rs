//! `Price` and `Quantity`, and the arithmetic that they share with `Money`.

use std::{str::FromStr, sync::LazyLock};

use pyo3::{
    exceptions::{PyTypeError, PyValueError},
    prelude::*,
    pyclass::CompareOp,
    types::{PyFloat, PyInt},
};

use super::{
    convert::{Reduced, decimal_class, hash_int, raw_to_decimal, reduce_by},
    money::PyMoney,
};
use crate::model::{
    ModelError,
    fixed::{Price, Quantity, SCALAR, grouped, raw_to_f64},
};

/// Whether `Price + Price` is a `Price` (since 1.223) or a `Decimal`.
pub static SAME_TYPE_ARITHMETIC: LazyLock<bool> =
    LazyLock::new(|| !matches!(std::env::var("LINTKIT_PROFILE").as_deref(), Ok("1.221")));

/// The raw amount of any of the three fixed-point classes.
fn raw_of(value: &Bound<'_, PyAny>) -> Option<i128> {
    if let Ok(price) = value.cast::<PyPrice>() {
        Some(price.get().0.raw)
    } else if let Ok(quantity) = value.cast::<PyQuantity>() {
        Some(quantity.get().0.raw)
    } else if let Ok(money) = value.cast::<PyMoney>() {
        Some(money.get().0.raw)
    } else {
        None
    }
}

#[derive(Clone, Copy)]
pub enum Op {
    Add,
    Sub,
    Mul,
    Div,
    FloorDiv,
    Rem,
}

impl Op {
    /// On floats as C does it: no ZeroDivisionError, and the remainder has the dividend's sign (observed on 1.221.0).
    fn on_floats(self, a: f64, b: f64) -> f64 {
        match self {
            Self::Add => a + b,
            Self::Sub => a - b,
            Self::Mul => a * b,
            Self::Div => a / b,
            Self::FloorDiv => (a / b).floor(),
            Self::Rem => a % b,
        }
    }

    fn on_objects<'py>(self, a: &Bound<'py, PyAny>, b: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        match self {
            Self::Add => a.add(b),
            Self::Sub => a.sub(b),
            Self::Mul => a.mul(b),
            Self::Div => a.div(b),
            Self::FloorDiv => a.floor_div(b),
            Self::Rem => a.rem(b),
        }
    }
}

/// `raw op other`, or `other op raw` when `reflected`: a float with a float, a `Decimal` with everything else.
pub fn arithmetic<'py>(raw: i128, other: &Bound<'py, PyAny>, op: Op, reflected: bool) -> PyResult<Bound<'py, PyAny>> {
    let py = other.py();
    if let Ok(float) = other.cast::<PyFloat>() {
        let (a, b) = (raw_to_f64(raw), float.extract::<f64>()?);
        let result = if reflected { op.on_floats(b, a) } else { op.on_floats(a, b) };
        return Ok(PyFloat::new(py, result).into_any());
    }
    let this = raw_to_decimal(py, raw)?;
    let that = match raw_of(other) {
        Some(raw) => raw_to_decimal(py, raw)?,
        None => decimal_class(py)?.call1((other,))?,
    };
    if reflected { op.on_objects(&that, &this) } else { op.on_objects(&this, &that) }
}

/// By value with every kind of number; `Decimal` decides about the rest.
fn compare(raw: i128, other: &Bound<'_, PyAny>, op: CompareOp) -> PyResult<bool> {
    if other.is_exact_instance_of::<PyInt>() {
        if let Some(that) = other.extract::<i64>().ok().and_then(|int| i128::from(int).checked_mul(SCALAR)) {
            return Ok(op.matches(raw.cmp(&that)));
        }
    } else if other.is_instance_of::<PyMoney>() {
        return Err(PyTypeError::new_err("a Money compares with Money only"));
    } else if let Some(that) = raw_of(other) {
        return Ok(op.matches(raw.cmp(&that)));
    }
    raw_to_decimal(other.py(), raw)?.rich_compare(other, op)?.is_truthy()
}

/// `round(value)` and `round(value, digits)` by way of `Decimal`.
pub fn rounded<'py>(py: Python<'py>, raw: i128, digits: Option<i32>) -> PyResult<Bound<'py, PyAny>> {
    let value = raw_to_decimal(py, raw)?;
    match digits {
        Some(digits) => value.call_method1("__round__", (digits,)),
        None => value.call_method0("__round__"),
    }
}

/// An integer argument of a constructor from integers.
pub fn whole_number(value: &Bound<'_, PyAny>) -> PyResult<f64> {
    if value.is_exact_instance_of::<PyInt>() || (*SAME_TYPE_ARITHMETIC && value.hasattr("__int__")?) {
        return value.call_method0("__int__")?.extract();
    }
    let class = value.get_type().name()?;
    Err(PyTypeError::new_err(format!("Argument 'value' has incorrect type (expected int, got {class})")))
}

/// A precision argument: anything with `__int__`, truncated, as a Cython `uint8_t` argument takes it.
pub struct Precision(pub u8);

impl<'py> FromPyObject<'_, 'py> for Precision {
    type Error = PyErr;

    fn extract(obj: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(float) = obj.cast::<PyFloat>() {
            return float.call_method0("__int__")?.extract().map(Self);
        }
        obj.extract().map(Self)
    }
}

macro_rules! fixed_class {
    ($class:ident, $model:ident, $name:literal, $restore:literal, { $($extra:tt)* }) => {
        #[pyclass(name = $name, module = "nautilus_trader.model.objects", frozen, from_py_object)]
        #[derive(Clone, Copy)]
        pub struct $class(pub $model);

        impl From<$model> for $class {
            fn from(value: $model) -> Self {
                Self(value)
            }
        }

        impl $class {
            fn same_type(&self, other: &Bound<'_, PyAny>) -> Option<$model> {
                if !*SAME_TYPE_ARITHMETIC {
                    return None;
                }
                other.cast::<Self>().ok().map(|other| other.get().0)
            }

            fn combined<'py>(&self, py: Python<'py>, other: $model, raw: i128) -> PyResult<Bound<'py, PyAny>> {
                let value = $model::checked_raw(raw, self.0.precision.max(other.precision))?;
                Ok(Self(value).into_pyobject(py)?.into_any())
            }
        }

        #[pymethods]
        impl $class {
            #[new]
            fn new(value: f64, precision: Precision) -> PyResult<Self> {
                Ok(Self($model::new(value, precision.0)?))
            }

            #[staticmethod]
            fn from_str(value: &str) -> PyResult<Self> {
                Ok(Self($model::from_str(value)?))
            }

            #[staticmethod]
            fn from_raw(raw: i128, precision: Precision) -> PyResult<Self> {
                if $name == "Quantity" && raw < 0 {
                    return Err(ModelError::Overflow("can't convert negative value to uint128_t".into()).into());
                }
                Ok(Self($model::checked_raw(raw, precision.0)?))
            }

            /// A `Decimal` with the places that it is written with (since 1.223).
            #[staticmethod]
            fn from_decimal(value: &Bound<'_, PyAny>) -> PyResult<Self> {
                value.getattr("as_tuple")?; // other numbers are refused, as by the real one
                let decimal = super::convert::decimal_from_py(value)?;
                let precision = u8::try_from(decimal.scale).unwrap_or(u8::MAX);
                crate::model::fixed::check_precision(precision)?;
                let raw = decimal
                    .mantissa
                    .checked_mul(crate::model::fixed::unit(precision))
                    .ok_or_else(|| ModelError::Value(format!("invalid value out of range, was {value}")))?;
                Ok(Self($model::checked_raw(raw, precision)?))
            }

            #[getter]
            fn raw(&self) -> i128 {
                self.0.raw
            }

            #[getter]
            fn precision(&self) -> u8 {
                self.0.precision
            }

            fn as_double(&self) -> f64 {
                self.0.as_f64()
            }

            fn as_decimal<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                raw_to_decimal(py, self.0.raw)
            }

            fn to_formatted_str(&self) -> String {
                grouped(self.0.raw, self.0.precision)
            }

            fn __str__(&self) -> String {
                self.0.to_string()
            }

            fn __repr__(&self) -> String {
                format!(concat!($name, "({})"), self.0)
            }

            fn __hash__(&self) -> isize {
                hash_int(self.0.raw)
            }

            fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Reduced<'py>> {
                reduce_by(py, $restore, (self.0.raw, self.0.precision).into_pyobject(py)?)
            }

            fn __richcmp__(&self, other: &Bound<'_, PyAny>, op: CompareOp) -> PyResult<bool> {
                if let Ok(other) = other.cast::<Self>() {
                    return Ok(op.matches(self.0.cmp(&other.get().0)));
                }
                compare(self.0.raw, other, op)
            }

            fn __float__(&self) -> f64 {
                self.0.as_f64()
            }

            fn __int__(&self) -> i128 {
                self.0.raw / SCALAR
            }

            #[pyo3(signature = (digits = None))]
            fn __round__<'py>(&self, py: Python<'py>, digits: Option<i32>) -> PyResult<Bound<'py, PyAny>> {
                rounded(py, self.0.raw, digits)
            }

            fn __neg__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                if *SAME_TYPE_ARITHMETIC && $name == "Price" {
                    return self.combined(py, self.0, -self.0.raw);
                }
                raw_to_decimal(py, -self.0.raw)
            }

            fn __pos__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                if *SAME_TYPE_ARITHMETIC {
                    return self.combined(py, self.0, self.0.raw);
                }
                raw_to_decimal(py, self.0.raw)
            }

            fn __abs__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                if *SAME_TYPE_ARITHMETIC {
                    return self.combined(py, self.0, self.0.raw.abs());
                }
                raw_to_decimal(py, self.0.raw.abs())
            }

            fn __add__<'py>(&self, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
                match self.same_type(other) {
                    Some(that) => self.combined(other.py(), that, self.0.raw + that.raw),
                    None => arithmetic(self.0.raw, other, Op::Add, false),
                }
            }

            fn __radd__<'py>(&self, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
                arithmetic(self.0.raw, other, Op::Add, true)
            }

            fn __sub__<'py>(&self, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
                match self.same_type(other) {
                    Some(that) if $name == "Quantity" && that.raw > self.0.raw => Err(PyValueError::new_err(format!(
                        "Quantity subtraction would result in negative value: {} - {that}",
                        self.0
                    ))),
                    Some(that) => self.combined(other.py(), that, self.0.raw - that.raw),
                    None => arithmetic(self.0.raw, other, Op::Sub, false),
                }
            }

            fn __rsub__<'py>(&self, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
                arithmetic(self.0.raw, other, Op::Sub, true)
            }

            fn __mul__<'py>(&self, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
                arithmetic(self.0.raw, other, Op::Mul, false)
            }

            fn __rmul__<'py>(&self, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
                arithmetic(self.0.raw, other, Op::Mul, true)
            }

            fn __truediv__<'py>(&self, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
                arithmetic(self.0.raw, other, Op::Div, false)
            }

            fn __rtruediv__<'py>(&self, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
                arithmetic(self.0.raw, other, Op::Div, true)
            }

            fn __floordiv__<'py>(&self, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
                arithmetic(self.0.raw, other, Op::FloorDiv, false)
            }

            fn __rfloordiv__<'py>(&self, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
                arithmetic(self.0.raw, other, Op::FloorDiv, true)
            }

            fn __mod__<'py>(&self, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
                arithmetic(self.0.raw, other, Op::Rem, false)
            }

            fn __rmod__<'py>(&self, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
                arithmetic(self.0.raw, other, Op::Rem, true)
            }

            $($extra)*
        }
    };
}

fixed_class!(PyPrice, Price, "Price", "_restore_price", {
    #[staticmethod]
    fn from_int(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        Ok(Self(Price::new(whole_number(value)?, 0)?))
    }
});

fixed_class!(PyQuantity, Quantity, "Quantity", "_restore_quantity", {
    #[staticmethod]
    fn from_int(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        let number = whole_number(value)?;
        if number < 0.0 {
            return Err(ModelError::Overflow("can't convert negative value to uint128_t".into()).into());
        }
        Ok(Self(Quantity::new(number, 0)?))
    }

    #[staticmethod]
    #[pyo3(signature = (precision = Precision(0)))]
    fn zero(precision: Precision) -> PyResult<Self> {
        Ok(Self(Quantity::new(0.0, precision.0)?))
    }

    #[staticmethod]
    fn raw_to_f64(raw: i128) -> f64 {
        raw_to_f64(raw)
    }

    /// The difference, or zero where it would be negative (since 1.223).
    fn saturating_sub(&self, other: PyQuantity) -> PyQuantity {
        let raw = (self.0.raw - other.0.raw).max(0);
        PyQuantity(Quantity::from_raw(raw, self.0.precision.max(other.0.precision)))
    }
});

#[pyfunction]
fn _restore_price(raw: i128, precision: u8) -> PyPrice {
    PyPrice(Price::from_raw(raw, precision))
}

#[pyfunction]
fn _restore_quantity(raw: i128, precision: u8) -> PyQuantity {
    PyQuantity(Quantity::from_raw(raw, precision))
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyPrice>()?;
    module.add_class::<PyQuantity>()?;
    if !*SAME_TYPE_ARITHMETIC {
        let py = module.py();
        py.get_type::<PyPrice>().delattr("from_decimal")?;
        py.get_type::<PyQuantity>().delattr("from_decimal")?;
        py.get_type::<PyQuantity>().delattr("saturating_sub")?;
    }
    module.add_function(wrap_pyfunction!(_restore_price, module)?)?;
    module.add_function(wrap_pyfunction!(_restore_quantity, module)?)
}
