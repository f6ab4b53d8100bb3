//! Latency, fill and fee models.

use std::rc::Rc;

use crate::{
    halt::Flow,
    model::{
        enums::LiquiditySide,
        fixed::{Money, Price, Quantity},
        instrument::Instrument,
        order::Order,
    },
};

/// Chances of a fill. The built-in one draws from the interpreter's global generator, in the order it is asked.
pub trait FillModel {
    /// Whether a resting limit order fills when the market only touches its price.
    ///
    /// # Errors
    /// When user code raises.
    fn is_limit_filled(&self) -> Flow<bool>;

    /// Whether a stop order fills when the market only touches its trigger.
    ///
    /// # Errors
    /// When user code raises.
    fn is_stop_filled(&self) -> Flow<bool>;

    /// Whether an aggressive fill moves one tick against the order.
    ///
    /// # Errors
    /// When user code raises.
    fn is_slipped(&self) -> Flow<bool>;
}

pub trait FeeModel {
    /// What a fill costs; negative is a rebate.
    ///
    /// # Errors
    /// When user code raises, or the amount is out of range.
    fn commission(&self, fill: &Fillable<'_>) -> Flow<Money>;
}

/// A fill about to happen: the order has not got it yet.
pub struct Fillable<'a> {
    pub order: &'a Rc<std::cell::RefCell<Order>>,
    pub quantity: Quantity,
    pub price: Price,
    pub liquidity_side: LiquiditySide,
    pub instrument: &'a std::sync::Arc<Instrument>,
}

/// Delays in nanoseconds, base latency included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LatencyModel {
    pub insert_ns: u64,
    pub update_ns: u64,
    pub cancel_ns: u64,
}

/// Notional times the instrument's maker or taker fee.
pub struct MakerTakerFees {
    /// Multiply in floating point; otherwise in decimal.
    pub in_floats: bool,
}

impl FeeModel for MakerTakerFees {
    fn commission(&self, fill: &Fillable<'_>) -> Flow<Money> {
        let instrument = fill.instrument;
        let notional = instrument.notional_value(fill.quantity, fill.price)?;
        let rate = match fill.liquidity_side {
            LiquiditySide::Maker => instrument.maker_fee,
            _ => instrument.taker_fee,
        };
        // A linear contract pays in its quote currency, an inverse one in its base.
        if self.in_floats {
            return Ok(Money::new(notional.as_f64() * rate.to_f64(), notional.currency)?);
        }
        Ok(notional.times(rate)?)
    }
}

/// The same amount for every order, or for every fill of it.
pub struct FixedFees {
    pub commission: Money,
    pub charge_once: bool,
}

impl FeeModel for FixedFees {
    fn commission(&self, fill: &Fillable<'_>) -> Flow<Money> {
        if !self.charge_once || fill.order.borrow().filled_qty.raw == 0 {
            Ok(self.commission)
        } else {
            Ok(Money::zero(self.commission.currency))
        }
    }
}

/// An amount per contract.
pub struct PerContractFees {
    pub commission: Money,
}

impl FeeModel for PerContractFees {
    fn commission(&self, fill: &Fillable<'_>) -> Flow<Money> {
        let rate = fill.quantity.to_decimal();
        Ok(self.commission.times(rate)?)
    }
}
