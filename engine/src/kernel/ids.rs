//! Identifiers that tell when they were made.

use ustr::Ustr;

use crate::{
    clock::civil_date,
    model::{
        UnixNanos,
        identifiers::{ClientOrderId, OrderListId, StrategyId, TraderId},
    },
};

/// `YYYYMMDD-HHMMSS` in UTC.
#[must_use]
pub fn timestamp(ns: UnixNanos) -> String {
    let seconds = ns / 1_000_000_000;
    let (year, month, day) = civil_date(seconds / 86_400);
    let second = seconds % 86_400;
    format!("{year:04}{month:02}{day:02}-{:02}{:02}{:02}", second / 3_600, second / 60 % 60, second % 60)
}

/// `YYYY-MM-DD HH:MM:SS[.ffffff]+00:00`, as Python shows a UTC time.
#[must_use]
pub fn iso8601(ns: UnixNanos) -> String {
    let (seconds, micros) = (ns / 1_000_000_000, ns % 1_000_000_000 / 1_000);
    let (year, month, day) = civil_date(seconds / 86_400);
    let second = seconds % 86_400;
    let fraction = if micros == 0 { String::new() } else { format!(".{micros:06}") };
    let (hours, minutes) = (second / 3_600, second / 60 % 60);
    format!("{year:04}-{month:02}-{day:02} {hours:02}:{minutes:02}:{:02}{fraction}+00:00", second % 60)
}

/// Numbers a strategy's orders and order lists.
#[derive(Clone, Copy, Debug)]
pub struct OrderIds {
    pub trader_id: TraderId,
    pub strategy_id: StrategyId,
    pub use_hyphens: bool,
    pub orders: u32,
    pub lists: u32,
}

impl OrderIds {
    #[must_use]
    pub const fn new(trader_id: TraderId, strategy_id: StrategyId, use_hyphens: bool) -> Self {
        Self { trader_id, strategy_id, use_hyphens, orders: 0, lists: 0 }
    }

    fn text(&self, prefix: &str, n: u32, now: UnixNanos) -> Ustr {
        let text = format!("{prefix}-{}-{}-{}-{n}", timestamp(now), self.trader_id.tag(), self.strategy_id.tag());
        if self.use_hyphens { Ustr::from(&text) } else { Ustr::from(&text.replace('-', "")) }
    }

    pub fn next_order(&mut self, now: UnixNanos) -> ClientOrderId {
        self.orders += 1;
        ClientOrderId(self.text("O", self.orders, now))
    }

    pub fn next_list(&mut self, now: UnixNanos) -> OrderListId {
        self.lists += 1;
        OrderListId(self.text("OL", self.lists, now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_orders_by_time_trader_and_strategy() {
        let (trader, strategy) = (TraderId("TESTER-001".into()), StrategyId("Script-000".into()));
        let now = 1_600_000_000_000_000_000;
        let mut ids = OrderIds::new(trader, strategy, true);
        assert_eq!(ids.next_order(now).as_str(), "O-20200913-122640-001-000-1");
        assert_eq!(ids.next_order(now).as_str(), "O-20200913-122640-001-000-2");
        assert_eq!(ids.next_list(now).as_str(), "OL-20200913-122640-001-000-1");
        let mut bare = OrderIds::new(trader, strategy, false);
        assert_eq!(bare.next_order(now).as_str(), "O202009131226400010001");
    }
}
