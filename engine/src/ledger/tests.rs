//! Numbers observed on 1.221.0 (its `Position`, accounts and accounts manager, driven directly).

use std::rc::Rc;

use super::{
    account::{Account, AccountError, AccountKind, Rates},
    exchange_rates::{self, Inverse, PairQuote},
    position::{Position, PositionError},
};
use crate::model::{
    currency::Currency,
    enums::{
        AccountType, AssetClass, ContingencyType, CurrencyType, InstrumentClass, LiquiditySide, OrderSide, OrderType,
        PositionSide, PriceType, TimeInForce, TrailingOffsetType, TriggerType,
    },
    event::{AccountBalance, AccountState, EventId, Fill, OrderEvent, OrderEventKind, OrderInit, PositionEventKind},
    fixed::{Money, Price, Quantity},
    identifiers::{
        AccountId, ClientOrderId, InstrumentId, PositionId, StrategyId, Symbol, TradeId, TraderId, VenueOrderId,
    },
    instrument::{Decimal, Instrument, InstrumentKind},
    order::Order,
};

use OrderSide::{Buy, Sell};

fn ccy(code: &str) -> Currency {
    let (precision, kind) = match code {
        "JPY" => (0, CurrencyType::Fiat),
        "ETH" | "USDT" | "BTC" => (8, CurrencyType::Crypto),
        _ => (2, CurrencyType::Fiat),
    };
    Currency::new(code, precision, 0, code, kind)
}

fn money(text: &str) -> Money {
    let (amount, code) = text.split_once(' ').unwrap();
    Money::new(amount.parse().unwrap(), ccy(code)).unwrap()
}

fn percent(hundredths: i128) -> Decimal {
    Decimal { mantissa: hundredths, scale: 2 }
}

fn pair(id: &str, price_precision: u8, size_precision: u8, margin: Decimal) -> Instrument {
    let id: InstrumentId = id.parse().unwrap();
    let (base, quote) = id.symbol.as_str().split_once('/').unwrap();
    Instrument {
        kind: InstrumentKind::CurrencyPair,
        id,
        raw_symbol: Symbol::new(id.symbol.as_str()).unwrap(),
        asset_class: AssetClass::Fx,
        instrument_class: InstrumentClass::Spot,
        base_currency: Some(ccy(base)),
        quote_currency: ccy(quote),
        settlement_currency: ccy(quote),
        is_inverse: false,
        price_precision,
        size_precision,
        price_increment: Price::new(10_f64.powi(-i32::from(price_precision)), price_precision).unwrap(),
        size_increment: Quantity::new(10_f64.powi(-i32::from(size_precision)), size_precision).unwrap(),
        multiplier: Quantity::new(1.0, 0).unwrap(),
        lot_size: None,
        max_quantity: None,
        min_quantity: None,
        max_notional: None,
        min_notional: None,
        max_price: None,
        min_price: None,
        margin_init: margin,
        margin_maint: margin,
        maker_fee: Decimal::ZERO,
        taker_fee: Decimal::ZERO,
        underlying: None,
        exchange: None,
        activation_ns: 0,
        expiration_ns: 0,
        ts_event: 0,
        ts_init: 0,
    }
}

fn aud() -> Instrument {
    pair("AUD/USD.SIM", 5, 0, percent(3))
}

fn jpy() -> Instrument {
    pair("USD/JPY.SIM", 3, 0, percent(3))
}

fn eth() -> Instrument {
    pair("ETH/USDT.BINANCE", 2, 5, percent(100))
}

#[derive(Clone, Copy)]
struct Trade<'a> {
    side: OrderSide,
    qty: f64,
    px: f64,
    commission: &'a str,
    order_type: OrderType,
}

fn limit(side: OrderSide, qty: f64, px: f64, commission: &str) -> Trade<'_> {
    Trade { side, qty, px, commission, order_type: OrderType::Limit }
}

fn event(instrument: &Instrument, n: u64, trade: Trade<'_>) -> Rc<OrderEvent> {
    Rc::new(OrderEvent {
        id: EventId::next(),
        trader_id: TraderId::new("T-1").unwrap(),
        strategy_id: StrategyId::new("S-1").unwrap(),
        instrument_id: instrument.id,
        client_order_id: ClientOrderId::new(&format!("O-{n}")).unwrap(),
        venue_order_id: Some(VenueOrderId::new(&n.to_string()).unwrap()),
        account_id: Some(AccountId::new("SIM-1").unwrap()),
        ts_event: n * 10,
        ts_init: n * 10 + 1,
        kind: OrderEventKind::Filled(Fill {
            trade_id: TradeId::new(&n.to_string()).unwrap(),
            position_id: Some(PositionId::new("P-1").unwrap()),
            order_side: trade.side,
            order_type: trade.order_type,
            last_qty: Quantity::new(trade.qty, instrument.size_precision).unwrap(),
            last_px: Price::new(trade.px, instrument.price_precision).unwrap(),
            currency: instrument.quote_currency,
            commission: money(trade.commission),
            liquidity_side: LiquiditySide::Taker,
        }),
    })
}

fn open_limit(instrument: &Instrument, side: OrderSide, qty: f64, px: f64, reduce_only: bool) -> Order {
    let mut order = Order::new(OrderInit {
        id: EventId::next(),
        trader_id: TraderId::new("T-1").unwrap(),
        strategy_id: StrategyId::new("S-1").unwrap(),
        instrument_id: instrument.id,
        client_order_id: ClientOrderId::new("O-1").unwrap(),
        side,
        order_type: OrderType::Limit,
        quantity: Quantity::new(qty, instrument.size_precision).unwrap(),
        time_in_force: TimeInForce::Gtc,
        expire_time_ns: 0,
        price: Some(Price::new(px, instrument.price_precision).unwrap()),
        trigger_price: None,
        trigger_type: TriggerType::NoTrigger,
        activation_price: None,
        limit_offset: None,
        trailing_offset: None,
        trailing_offset_type: TrailingOffsetType::NoTrailingOffset,
        post_only: false,
        reduce_only,
        quote_quantity: false,
        display_qty: None,
        emulation_trigger: TriggerType::NoTrigger,
        trigger_instrument_id: None,
        contingency_type: ContingencyType::NoContingency,
        order_list_id: None,
        linked_order_ids: Vec::new(),
        parent_order_id: None,
        exec_algorithm_id: None,
        exec_algorithm_params: None,
        exec_spawn_id: None,
        tags: None,
        ts_init: 0,
    });
    for kind in [OrderEventKind::Submitted, OrderEventKind::Accepted] {
        let mut event = (*order.events[0]).clone();
        event.kind = kind;
        order.apply(Rc::new(event)).unwrap();
    }
    order
}

fn account(kind: AccountType, base: Option<&str>, balances: &[&str]) -> Account {
    Account::new(&Rc::new(AccountState {
        id: EventId::next(),
        account_id: AccountId::new("SIM-1").unwrap(),
        account_type: kind,
        base_currency: base.map(ccy),
        balances: balances
            .iter()
            .map(|text| {
                let total = money(text);
                AccountBalance { total, locked: Money::zero(total.currency), free: total }
            })
            .collect(),
        margins: Vec::new(),
        is_reported: true,
        ts_event: 0,
        ts_init: 0,
    }))
    .unwrap()
}

/// USD/JPY at 109.5/110.5, or nothing.
struct Quotes(bool);

impl Rates for Quotes {
    fn rate(&self, from: Currency, to: Currency, price_type: PriceType) -> Option<f64> {
        let price = |px| Price::new(px, 3).unwrap().raw;
        let quotes = [PairQuote { base: ccy("USD"), quote: ccy("JPY"), bid: price(109.5), ask: price(110.5) }];
        exchange_rates::rate(from, to, price_type, &quotes[usize::from(!self.0)..], Inverse::SameSide)
    }
}

fn shown(account: &Account) -> Vec<String> {
    account.balances.values().map(|b| format!("{}/{}/{}", b.total, b.locked, b.free)).collect()
}

fn margins(account: &Account) -> Vec<String> {
    match &account.kind {
        AccountKind::Margin { margins, .. } => {
            margins.values().map(|m| format!("{}/{}", m.initial, m.maintenance)).collect()
        }
        AccountKind::Cash { .. } => Vec::new(),
    }
}

fn book(account: &mut Account, instrument: &Instrument, trade: Trade<'_>) -> Result<(), AccountError> {
    let event = event(instrument, 1, trade);
    account.book_fill(instrument, event.fill().unwrap(), None, &Quotes(false))
}

fn position(instrument: &Instrument, trades: &[Trade<'_>]) -> Position {
    let mut events = (1..).zip(trades).map(|(n, trade)| event(instrument, n, *trade));
    let mut position = Position::new(instrument, &events.next().unwrap(), false).unwrap();
    for event in events {
        position.apply(&event).unwrap();
    }
    position
}

#[test]
fn a_position_opens_and_closes() {
    let trades = [limit(Buy, 10.0, 0.7, "2 USD"), limit(Sell, 10.0, 0.71, "3 USD")];
    let opened = position(&aud(), &trades[..1]);
    assert_eq!((opened.side, opened.signed_qty, opened.avg_px_open), (PositionSide::Long, 10.0, 0.7));
    assert_eq!(opened.realized_pnl.to_string(), "-2.00 USD");
    assert_eq!(opened.info(), "LONG 10 AUD/USD.SIM");
    let closed = position(&aud(), &trades);
    assert!(!closed.is_open());
    assert_eq!((closed.avg_px_close, closed.realized_return), (0.71, 0.014_285_714_285_714_3));
    assert_eq!(closed.realized_pnl.to_string(), "-4.90 USD");
    assert_eq!((closed.ts_opened, closed.ts_closed, closed.duration_ns), (10, 20, 10));
    assert_eq!(closed.closing_order_id.map(|id| id.to_string()).as_deref(), Some("O-2"));
    assert_eq!(closed.commissions, [money("5 USD")]);
    assert_eq!(closed.info(), "FLAT AUD/USD.SIM");
}

#[test]
fn a_flat_position_begins_anew() {
    let again = position(
        &aud(),
        &[limit(Buy, 10.0, 0.7, "2 USD"), limit(Sell, 10.0, 0.71, "3 USD"), limit(Sell, 4.0, 0.8, "1 USD")],
    );
    assert_eq!((again.side, again.entry, again.avg_px_open, again.avg_px_close), (PositionSide::Short, Sell, 0.8, 0.0));
    assert_eq!(again.realized_pnl.to_string(), "-1.00 USD");
    assert_eq!((again.events.len(), again.ts_init, again.ts_opened), (1, 31, 30));
    assert_eq!(again.peak_qty.to_string(), "4");
}

#[test]
fn a_fill_larger_than_the_position_turns_it() {
    let mut turned = position(&aud(), &[limit(Buy, 10.0, 0.7, "2 USD"), limit(Sell, 25.0, 0.71, "3 USD")]);
    assert_eq!((turned.side, turned.entry, turned.signed_qty), (PositionSide::Short, Sell, -15.0));
    // Neither the opening price nor the opening order change: the execution engine splits such fills beforehand.
    assert_eq!((turned.avg_px_open, turned.avg_px_close), (0.7, 0.71));
    assert_eq!(turned.realized_pnl.to_string(), "-4.90 USD");
    turned.apply(&event(&aud(), 3, limit(Buy, 2.0, 0.71, "3 EUR"))).unwrap();
    assert_eq!(turned.realized_pnl.to_string(), "-4.92 USD");
    assert_eq!(turned.commissions, [money("5 USD"), money("3 EUR")]);
    let pnl = |qty| turned.calculate_pnl(0.7, 0.8, Quantity::new(qty, 0).unwrap()).unwrap().to_string();
    assert_eq!((pnl(5.0), pnl(500.0)), ("-0.50 USD".to_owned(), "-1.30 USD".to_owned()));
    let again = event(&aud(), 3, limit(Buy, 2.0, 0.71, "3 EUR"));
    assert_eq!(turned.apply(&again), Err(PositionError::Duplicate(TradeId::new("3").unwrap())));

    let fill = *again.fill().unwrap();
    let opened = turned.event(PositionEventKind::Opened, &fill, 77).unwrap();
    assert_eq!((opened.avg_px_close, opened.realized_return, opened.ts_event), (0.0, 0.0, 10));
    let changed = turned.event(PositionEventKind::Changed, &fill, 77).unwrap();
    assert_eq!((changed.avg_px_close, changed.ts_event), (0.71, 30));
    assert_eq!(changed.unrealized_pnl.to_string(), "-0.13 USD");
}

#[test]
fn cash_orders_lock_what_they_would_spend() {
    let eth = eth();
    let start = ["10000 USDT", "10 ETH"];
    let mut cash = account(AccountType::Cash, None, &start);
    let orders = [open_limit(&eth, Buy, 1.0, 400.0, false), open_limit(&eth, Sell, 2.0, 410.0, false)];
    cash.update_orders(&eth, orders.iter(), &Quotes(false)).unwrap();
    assert_eq!(
        shown(&cash),
        ["10000.00000000 USDT/400.00000000 USDT/9600.00000000 USDT", "10.00000000 ETH/2.00000000 ETH/8.00000000 ETH"]
    );
    // One amount an instrument is remembered: what only the sale had locked stays for good (observed on 1.221.0).
    cash.update_orders(&eth, orders[..1].iter(), &Quotes(false)).unwrap();
    assert_eq!(shown(&cash)[1], "10.00000000 ETH/2.00000000 ETH/8.00000000 ETH");
    cash.update_orders(&eth, [].iter(), &Quotes(false)).unwrap();
    assert_eq!(
        shown(&cash),
        ["10000.00000000 USDT/0.00000000 USDT/10000.00000000 USDT", "10.00000000 ETH/2.00000000 ETH/8.00000000 ETH"]
    );
    let too_much = [open_limit(&eth, Buy, 200.0, 410.0, false)];
    cash.update_orders(&eth, too_much.iter(), &Quotes(false)).unwrap();
    assert_eq!(shown(&cash)[0], "10000.00000000 USDT/10000.00000000 USDT/0.00000000 USDT");
    let reducing = [open_limit(&eth, Sell, 2.0, 410.0, true)];
    let mut other = account(AccountType::Cash, None, &start);
    other.update_orders(&eth, reducing.iter(), &Quotes(false)).unwrap();
    assert_eq!(shown(&other), shown(&account(AccountType::Cash, None, &start)));
}

#[test]
fn cash_fills_exchange_currencies() {
    let (eth, start) = (eth(), ["10000 USDT", "10 ETH"]);
    let market = |side| Trade { order_type: OrderType::Market, ..limit(side, 2.0, 405.0, "1.5 USDT") };
    for (trade, expected) in [
        (
            limit(Buy, 2.0, 405.0, "1.5 USDT"),
            [
                "9188.50000000 USDT/-811.50000000 USDT/10000.00000000 USDT",
                "12.00000000 ETH/0.00000000 ETH/12.00000000 ETH",
            ],
        ),
        (
            limit(Sell, 2.0, 405.0, "1.5 USDT"),
            [
                "10808.50000000 USDT/0.00000000 USDT/10808.50000000 USDT",
                "8.00000000 ETH/-2.00000000 ETH/10.00000000 ETH",
            ],
        ),
        (
            market(Buy),
            ["9188.50000000 USDT/0.00000000 USDT/9188.50000000 USDT", "12.00000000 ETH/0.00000000 ETH/12.00000000 ETH"],
        ),
        (
            market(Sell),
            ["10808.50000000 USDT/0.00000000 USDT/10808.50000000 USDT", "8.00000000 ETH/0.00000000 ETH/8.00000000 ETH"],
        ),
    ] {
        let mut cash = account(AccountType::Cash, None, &start);
        cash.overdraws_locked = true;
        book(&mut cash, &eth, trade).unwrap();
        assert_eq!(shown(&cash), expected);
    }
    // 1.231 takes from what is free where nothing is locked.
    let mut cash = account(AccountType::Cash, None, &start);
    book(&mut cash, &eth, limit(Sell, 2.0, 405.0, "1.5 USDT")).unwrap();
    assert_eq!(shown(&cash)[1], "8.00000000 ETH/0.00000000 ETH/8.00000000 ETH");
    let mut poor = account(AccountType::Cash, None, &["100 USDT"]);
    let overdrawn = book(&mut poor, &eth, limit(Buy, 2.0, 405.0, "1.5 USDT")).unwrap_err();
    assert_eq!(overdrawn.to_string(), "AccountBalanceNegative(balance=-711.5, currency=USDT)");
    let nothing = book(&mut account(AccountType::Cash, None, &["100 USDT"]), &eth, limit(Sell, 0.4, 405.0, "1.5 USDT"));
    assert!(matches!(nothing, Err(AccountError::Skipped(_))));
    let mut other = account(AccountType::Cash, None, &start);
    assert!(matches!(book(&mut other, &eth, limit(Buy, 2.0, 405.0, "0.01 BTC")), Err(AccountError::Skipped(_))));
    assert_eq!(shown(&other), shown(&account(AccountType::Cash, None, &start)));
    let mut single = account(AccountType::Cash, Some("USDT"), &["1000 USDT"]);
    book(&mut single, &eth, limit(Buy, 2.0, 405.0, "1.5 USDT")).unwrap();
    assert_eq!(shown(&single), ["188.50000000 USDT/0.00000000 USDT/188.50000000 USDT"]);
}

#[test]
fn margin_of_orders_and_positions_in_base_currency() {
    let jpy = jpy();
    let usd = || account(AccountType::Margin, Some("USD"), &["1000000 USD"]);
    for (orders, expected) in [
        (vec![(Buy, 1_000.0, 110.0)], "1000000.00 USD/30.14 USD/999969.86 USD"),
        (vec![(Sell, 1_000.0, 110.0)], "1000000.00 USD/29.86 USD/999970.14 USD"),
        (vec![(Buy, 1_000.0, 110.0), (Sell, 3_333.0, 112.0)], "1000000.00 USD/132.41 USD/999867.59 USD"),
    ] {
        let mut margin = usd();
        let orders: Vec<_> = orders.into_iter().map(|(s, q, p)| open_limit(&jpy, s, q, p, false)).collect();
        margin.update_orders(&jpy, orders.iter(), &Quotes(true)).unwrap();
        assert_eq!(shown(&margin), [expected]);
        margin.update_orders(&jpy, [].iter(), &Quotes(true)).unwrap();
        assert!(margins(&margin).is_empty());
    }
    let short = position(&jpy, &[limit(Sell, 1_000.0, 110.123, "0 JPY")]);
    let long = position(&jpy, &[limit(Buy, 2_000.0, 111.777, "0 JPY")]);
    let mut margin = usd();
    margin.update_positions(&jpy, [&short, &long].into_iter(), false, &Quotes(true)).unwrap();
    assert_eq!(margins(&margin), ["0.00 USD/90.60 USD"]);
    let unknown = usd().update_positions(&jpy, [&long].into_iter(), false, &Quotes(false));
    assert!(matches!(unknown, Err(AccountError::Skipped(_))));
    // Hedges offset each other where margin is of the net position.
    margin.update_positions(&jpy, [&short, &long].into_iter(), true, &Quotes(true)).unwrap();
    assert_eq!(margins(&margin), ["0.00 USD/30.62 USD"]);
}

#[test]
fn margin_fills_win_and_lose() {
    let jpy = jpy();
    for (open, close, expected) in [
        (Buy, Buy, "999999.85 USD"),
        (Buy, Sell, "1000027.24 USD"),
        (Sell, Buy, "999972.70 USD"),
        (Sell, Sell, "999999.84 USD"),
    ] {
        let mut margin = account(AccountType::Margin, Some("USD"), &["1000000 USD"]);
        let before = position(&jpy, &[limit(open, 1_000.0, 110.0, "0 JPY")]);
        let fill = event(&jpy, 9, limit(close, 2_500.0, 113.0, "17 JPY"));
        margin.book_fill(&jpy, fill.fill().unwrap(), Some(&before), &Quotes(true)).unwrap();
        assert_eq!(margin.balances[0].total.to_string(), expected);
    }
    // A margin account may owe more than it has.
    let (mut margin, aud) = (account(AccountType::Margin, Some("USD"), &["100 USD"]), aud());
    let before = position(&aud, &[limit(Buy, 1_000.0, 1.0, "0 USD")]);
    let fill = event(&aud, 9, limit(Sell, 1_000.0, 0.5, "3 USD"));
    margin.book_fill(&aud, fill.fill().unwrap(), Some(&before), &Quotes(false)).unwrap();
    assert_eq!(shown(&margin), ["-403.00 USD/0.00 USD/-403.00 USD"]);
    margin.update_positions(&aud, [&before].into_iter(), false, &Quotes(false)).unwrap();
    assert_eq!(shown(&margin), ["-403.00 USD/-403.00 USD/0.00 USD"]);
    assert_eq!(margins(&margin), ["0.00 USD/30.00 USD"]);
}
