//! A simulated venue: matching engines, and commands in flight to them.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
    sync::Arc,
};

use crate::{
    halt::{Flow, Halt},
    inflight::Inflight,
    matching::{Amendment, MatchingConfig, MatchingEngine, Outlet, Target},
    model::{
        UnixNanos,
        currency::Currency,
        enums::OrderSide,
        fixed::Money,
        identifiers::{AccountId, IdMap, InstrumentId, Venue as VenueId},
        instrument::{Decimal, Instrument},
        order::OrderRef,
    },
    models::{FeeModel, FillModel, LatencyModel},
    profile::Profile,
};

/// What a strategy asks of a venue.
#[derive(Clone, Debug)]
pub enum Command {
    Submit(OrderRef),
    SubmitList(Vec<OrderRef>),
    Modify(InstrumentId, Amendment),
    Cancel(InstrumentId, Target),
    CancelAll(InstrumentId, OrderSide),
    CancelBatch(InstrumentId, Vec<Target>),
}

/// What `add_venue` says about money.
#[derive(Clone, Debug)]
pub struct AccountConfig {
    pub base_currency: Option<Currency>,
    pub starting_balances: Vec<Money>,
    pub default_leverage: Decimal,
    pub leverages: IdMap<InstrumentId, Decimal>,
    /// Balances never change.
    pub is_frozen: bool,
    pub allows_borrowing: bool,
    pub margin_model: crate::ledger::account::MarginModel,
}

pub struct Venue {
    pub id: VenueId,
    pub account_id: AccountId,
    pub config: Rc<MatchingConfig>,
    pub account: AccountConfig,
    profile: &'static Profile,
    fill_model: Rc<dyn FillModel>,
    fee_model: Rc<dyn FeeModel>,
    latency: Option<LatencyModel>,
    /// Otherwise commands are processed while they are sent.
    use_message_queue: bool,
    engines: RefCell<IdMap<InstrumentId, Rc<MatchingEngine>>>,
    queue: RefCell<VecDeque<Command>>,
    inflight: RefCell<Inflight<Command>>,
    now: Rc<Cell<UnixNanos>>,
    /// Whether any instrument expires at all.
    has_contracts: Cell<bool>,
}

/// How a venue behaves beyond matching rules and money.
pub struct VenueModels {
    pub fill: Rc<dyn FillModel>,
    pub fee: Rc<dyn FeeModel>,
    pub latency: Option<LatencyModel>,
    pub use_message_queue: bool,
}

impl Venue {
    #[must_use]
    pub fn new(
        account_id: AccountId,
        config: MatchingConfig,
        account: AccountConfig,
        models: VenueModels,
        profile: &'static Profile,
    ) -> Self {
        Self {
            id: config.venue,
            account_id,
            config: Rc::new(config),
            account,
            profile,
            fill_model: models.fill,
            fee_model: models.fee,
            latency: models.latency,
            use_message_queue: models.use_message_queue,
            engines: RefCell::default(),
            queue: RefCell::default(),
            inflight: RefCell::default(),
            now: Rc::default(),
            has_contracts: Cell::default(),
        }
    }

    pub fn add_instrument(&self, instrument: Arc<Instrument>) {
        let mut engines = self.engines.borrow_mut();
        let raw_id = u32::try_from(engines.len()).unwrap_or(u32::MAX).saturating_add(1);
        let id = instrument.id;
        let engine = MatchingEngine::new(
            instrument,
            raw_id,
            Rc::clone(&self.config),
            self.profile,
            (Rc::clone(&self.fill_model), Rc::clone(&self.fee_model)),
            Rc::clone(&self.now),
        );
        if engine.expires_at().is_some() {
            self.has_contracts.set(true);
        }
        engines.insert(id, Rc::new(engine));
    }

    /// With the market as it is now.
    #[must_use]
    pub fn engine(&self, id: InstrumentId) -> Option<Rc<MatchingEngine>> {
        let engine = self.engines.borrow().get(&id).cloned()?;
        engine.show_held();
        Some(engine)
    }

    /// Contracts that are still to expire, and when they do; none where all have.
    pub fn expiring(&self) -> Vec<(UnixNanos, Rc<MatchingEngine>)> {
        if !self.has_contracts.get() {
            return Vec::new();
        }
        let engines = self.engines.borrow();
        engines.values().filter_map(|engine| Some((engine.expires_at()?, Rc::clone(engine)))).collect()
    }

    #[must_use]
    pub fn instrument_ids(&self) -> Vec<InstrumentId> {
        self.engines.borrow().keys().copied().collect()
    }

    pub fn reset(&self) {
        for engine in self.engines.borrow().values() {
            engine.reset();
        }
        self.queue.borrow_mut().clear();
        self.inflight.borrow_mut().clear();
    }

    pub fn set_time(&self, now: UnixNanos) {
        self.now.set(now);
    }

    /// Takes a command that was made at `ts_init`: it arrives at the next settling after its latency.
    ///
    /// # Errors
    /// When the command is processed at once and user code raises, or its place in the queue is undefined.
    pub fn send(&self, out: &dyn Outlet, command: Command, ts_init: UnixNanos) -> Flow {
        if !self.use_message_queue {
            self.now.set(ts_init);
            return self.process(out, &command);
        }
        let Some(latency) = self.latency else {
            self.queue.borrow_mut().push_back(command);
            return Ok(());
        };
        let delay = match command {
            Command::Submit(_) | Command::SubmitList(_) => latency.insert_ns,
            Command::Modify(..) => latency.update_ns,
            Command::Cancel(..) | Command::CancelAll(..) | Command::CancelBatch(..) => latency.cancel_ns,
        };
        let due = ts_init.saturating_add(delay);
        self.inflight.borrow_mut().push(due, command).map_err(|same| Halt::Type(same.to_string()))
    }

    /// Whether settling has something to do.
    #[must_use]
    pub fn has_due(&self, now: UnixNanos) -> bool {
        !self.queue.borrow().is_empty() || self.inflight.borrow().is_due(now)
    }

    /// When settling has something to do next; the maximum when nothing is on its way.
    #[must_use]
    pub fn next_due(&self) -> UnixNanos {
        if self.queue.borrow().is_empty() { self.inflight.borrow().next_due().unwrap_or(UnixNanos::MAX) } else { 0 }
    }

    /// Whether any instrument expires at all.
    #[must_use]
    pub fn has_contracts(&self) -> bool {
        self.has_contracts.get()
    }

    /// Processes the commands that have arrived, and those that they cause.
    ///
    /// # Errors
    /// When user code raises.
    pub fn drain(&self, out: &dyn Outlet, now: UnixNanos) -> Flow {
        self.now.set(now);
        loop {
            let due = self.inflight.borrow_mut().pop_due(now);
            match due {
                Some(command) => self.queue.borrow_mut().push_back(command),
                None => break,
            }
        }
        loop {
            let next = self.queue.borrow_mut().pop_front();
            match next {
                Some(command) => self.process(out, &command)?,
                None => return Ok(()),
            }
        }
    }

    /// Matches every instrument's resting orders against its book once more.
    ///
    /// # Errors
    /// When user code raises.
    pub fn iterate(&self, out: &dyn Outlet, now: UnixNanos) -> Flow {
        for at in 0.. {
            let engine = self.engines.borrow().get_index(at).map(|(_, engine)| Rc::clone(engine));
            match engine {
                Some(engine) => engine.iterate(out, now)?,
                None => break,
            }
        }
        Ok(())
    }

    fn matching(&self, id: InstrumentId) -> Flow<Rc<MatchingEngine>> {
        self.engine(id)
            .ok_or_else(|| Halt::Runtime(format!("Cannot process command: no matching engine for {id} at {}", self.id)))
    }

    fn process(&self, out: &dyn Outlet, command: &Command) -> Flow {
        match command {
            Command::Submit(order) => {
                let id = order.borrow().init.instrument_id;
                self.matching(id)?.process_order(out, order)
            }
            Command::SubmitList(orders) => {
                for order in orders {
                    let id = order.borrow().init.instrument_id;
                    self.matching(id)?.process_order(out, order)?;
                }
                Ok(())
            }
            Command::Modify(id, change) => self.matching(*id)?.process_modify(out, change),
            Command::Cancel(id, order) => self.matching(*id)?.process_cancel(out, order),
            Command::CancelAll(id, side) => self.matching(*id)?.process_cancel_all(out, *id, *side),
            Command::CancelBatch(id, orders) => {
                orders.iter().try_for_each(|order| self.matching(*id)?.process_cancel(out, order))
            }
        }
    }
}
