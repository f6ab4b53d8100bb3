//! The components around the venues, and the loop that drives them all.
//!
//! The kernel calls user code through [`Host`] only, and user code calls back in at any time: every method takes `&self`,
//! and no borrow of a cell outlives the statement that made it.

use std::{
    cell::{Cell, RefCell, RefMut},
    rc::Rc,
    sync::Arc,
};

use ustr::Ustr;

use crate::{
    aggregation::TimeBars,
    cache::Cache,
    clock::{Agenda, Firing, SharedClock},
    halt::{Flow, Halt},
    ledger::portfolio::Portfolio,
    matching::Outlet,
    model::{
        UnixNanos,
        enums::{AccountType, OmsType},
        event::OrderEvent,
        identifiers::{IdMap, InstrumentId, StrategyId, TraderId, Venue as VenueId},
        instrument::{Instrument, InstrumentKind},
    },
    profile::Profile,
    venue::Venue,
};

mod algorithms;
mod books;
mod bus;
mod data;
mod emulator;
mod exec;
mod feed;
mod host;
pub mod ids;
mod linked;
mod modules;
mod quiet;
mod risk;
mod run;
mod steady;
mod trading;

pub use self::{
    algorithms::Task,
    bus::{Bus, EventTopics, Handler},
    data::Topic,
    feed::{Batch, Feed},
    host::{ActorId, Callback, HandlerId, Host, LogLevel, Message, ObjectId},
    risk::{Rate, RiskConfig},
    run::Range,
    trading::Change,
};

/// What the kernel knows about an actor.
#[derive(Debug)]
pub struct Actor {
    pub clock: SharedClock<Callback>,
    pub name: Ustr,
    pub is_running: Cell<bool>,
    pub is_algorithm: Cell<bool>,
    pub strategy: Option<Strategy>,
}

/// What makes an actor a strategy.
#[derive(Clone, Copy, Debug)]
pub struct Strategy {
    pub id: StrategyId,
    /// `Unspecified`: as the venue's.
    pub oms_type: OmsType,
    pub manages_gtd_expiry: bool,
    /// Leaves the market before it stops.
    pub manages_stop: bool,
}

#[derive(Clone, Debug)]
pub struct KernelConfig {
    pub trader_id: TraderId,
    pub profile: &'static Profile,
    pub risk: RiskConfig,
    pub time_bars: TimeBars,
    /// A change of the touch of a kept book is a quote, too.
    pub quotes_from_books: bool,
}

pub struct Kernel {
    pub config: KernelConfig,
    pub profile: &'static Profile,
    pub cache: Rc<Cache>,
    pub bus: Bus,
    topics: EventTopics,
    pub portfolio: Portfolio,
    /// Shared with a run that replays it; what is added meanwhile is added to a copy.
    feed: RefCell<Rc<Feed>>,
    host: RefCell<Option<Rc<dyn Host>>>,
    venues: RefCell<IdMap<VenueId, Rc<Venue>>>,
    actors: RefCell<Vec<Rc<Actor>>>,
    /// The data engine's clock first, then the actors' in order of registration.
    clocks: RefCell<Vec<SharedClock<Callback>>>,
    data_clock: SharedClock<Callback>,
    agenda: RefCell<Agenda<Callback>>,
    data: data::DataEngine,
    books: books::Books,
    modules: modules::Modules,
    risk: risk::RiskEngine,
    exec: exec::ExecState,
    emulator: emulator::Emulator,
    run: run::RunState,
    now: Cell<UnixNanos>,
}

impl Kernel {
    #[must_use]
    pub fn new(config: KernelConfig) -> Self {
        let profile = config.profile;
        let cache = Rc::new(Cache::default());
        let data_clock = SharedClock::default();
        let bus = Bus::new(profile.late_wildcards);
        for topic in ["events.order.*", "events.position.*"] {
            bus.subscribe(Ustr::from(topic), Handler::Portfolio, 10);
        }
        let firing = if profile.timers_chain { Firing::Ordered } else { Firing::Batch };
        Self {
            profile,
            bus,
            topics: EventTopics::default(),
            portfolio: Portfolio::new(Rc::clone(&cache), profile),
            cache,
            feed: RefCell::default(),
            host: RefCell::default(),
            venues: RefCell::default(),
            actors: RefCell::default(),
            clocks: RefCell::new(vec![Rc::clone(&data_clock)]),
            data_clock,
            agenda: RefCell::new(Agenda::new(firing)),
            data: data::DataEngine::default(),
            books: books::Books::default(),
            modules: modules::Modules::default(),
            risk: risk::RiskEngine::new(&config.risk),
            exec: exec::ExecState::default(),
            emulator: emulator::Emulator::default(),
            run: run::RunState::default(),
            now: Cell::new(0),
            config,
        }
    }

    /// Called once, before anything that reaches user code.
    pub fn set_host(&self, host: Rc<dyn Host>) {
        *self.host.borrow_mut() = Some(host);
    }

    /// Lets go of user code, which usually refers back to the kernel.
    pub fn dispose(&self) {
        self.host.borrow_mut().take();
        let actors = self.actors.take();
        actors.iter().for_each(|actor| actor.is_running.set(false)); // a run may be telling them something
        self.bus.note_change();
        self.feed_mut().clear();
    }

    #[must_use]
    pub fn feed(&self) -> Rc<Feed> {
        Rc::clone(&self.feed.borrow())
    }

    /// To be let go of before user code runs.
    pub fn feed_mut(&self) -> RefMut<'_, Feed> {
        RefMut::map(self.feed.borrow_mut(), Rc::make_mut)
    }

    fn host(&self) -> Flow<Rc<dyn Host>> {
        self.host.borrow().clone().ok_or_else(|| Halt::Runtime("The engine has been disposed of".into()))
    }

    #[must_use]
    pub fn now(&self) -> UnixNanos {
        self.now.get()
    }

    fn set_time(&self, now: UnixNanos) {
        self.now.set(now);
        for clock in self.clocks.borrow().iter() {
            clock.borrow_mut().set_time(now);
        }
    }

    fn log(&self, level: LogLevel, component: &str, text: &str) {
        let host = self.host.borrow().clone();
        if let Some(host) = host {
            host.log(level, component, text);
        }
    }

    /// # Errors
    /// When there is a venue of this name.
    pub fn add_venue(&self, venue: Venue) -> Flow {
        let mut venues = self.venues.borrow_mut();
        if venues.contains_key(&venue.id) {
            return Err(Halt::Key(format!("'venue' {} already contained in 'self._venues' collection", venue.id)));
        }
        venues.insert(venue.id, Rc::new(venue));
        self.bus.note_change();
        Ok(())
    }

    #[must_use]
    pub fn venue(&self, id: VenueId) -> Option<Rc<Venue>> {
        self.venues.borrow().get(&id).cloned()
    }

    #[must_use]
    pub fn venues(&self) -> Vec<Rc<Venue>> {
        self.venues.borrow().values().cloned().collect()
    }

    /// # Errors
    /// When the instrument's venue has not been added.
    pub fn add_instrument(&self, instrument: Arc<Instrument>) -> Flow {
        let Some(venue) = self.venue(instrument.id.venue) else {
            return Err(Halt::Configuration(format!(
                "Cannot add an `Instrument` object without first adding its associated venue: {}",
                instrument.id
            )));
        };
        let is_derived = matches!(
            instrument.kind,
            InstrumentKind::CryptoPerpetual | InstrumentKind::CryptoFuture | InstrumentKind::PerpetualContract
        );
        if is_derived && venue.config.account_type == AccountType::Cash {
            return Err(Halt::Configuration(format!(
                "Cannot add a `{:?}` type instrument to a venue with a `CASH` account type: {} needs a `MARGIN` account",
                instrument.kind, instrument.id
            )));
        }
        let is_pair = instrument.kind == InstrumentKind::CurrencyPair;
        if is_pair && venue.config.account_type == AccountType::Cash && venue.account.base_currency.is_some() {
            return Err(Halt::Configuration(format!(
                "Cannot add `CurrencyPair` instrument {} for a venue with a single-currency CASH account: give the \
                 venue no `base_currency`",
                instrument.id
            )));
        }
        venue.add_instrument(Arc::clone(&instrument));
        self.cache.add_instrument(instrument);
        self.bus.note_change();
        Ok(())
    }

    pub fn add_actor(&self, name: Ustr, clock: SharedClock<Callback>, strategy: Option<Strategy>) -> ActorId {
        let mut actors = self.actors.borrow_mut();
        let id = ActorId(u32::try_from(actors.len()).unwrap_or(u32::MAX));
        self.clocks.borrow_mut().push(Rc::clone(&clock));
        self.bus.note_change();
        if let Some(strategy) = &strategy {
            for kind in ["order", "position"] {
                self.bus.subscribe(Ustr::from(&format!("events.{kind}.{}", strategy.id)), Handler::Actor(id), 0);
            }
        }
        actors.push(Rc::new(Actor {
            clock,
            name,
            is_running: Cell::new(false),
            is_algorithm: Cell::default(),
            strategy,
        }));
        id
    }

    #[must_use]
    pub fn actor(&self, id: ActorId) -> Option<Rc<Actor>> {
        self.actors.borrow().get(id.0 as usize).cloned()
    }

    fn strategy_of(&self, id: StrategyId) -> Option<Strategy> {
        self.actors.borrow().iter().filter_map(|a| a.strategy).find(|s| s.id == id)
    }

    /// Actors first, then strategies, then execution algorithms: the order in which they start and stop.
    fn actor_ids(&self) -> impl Iterator<Item = ActorId> {
        let actors = self.actors.borrow();
        let count = u32::try_from(actors.len()).unwrap_or(u32::MAX);
        let rank = |id: &ActorId| match actors.get(id.0 as usize) {
            Some(actor) if actor.is_algorithm.get() => 2,
            Some(actor) if actor.strategy.is_some() => 1,
            _ => 0,
        };
        let mut ids: Vec<ActorId> = (0..count).map(ActorId).collect();
        ids.sort_by_key(rank);
        drop(actors);
        ids.into_iter()
    }

    /// Tells everybody who listens to the topic, in order.
    ///
    /// # Errors
    /// When user code raises.
    pub fn publish(&self, topic: Ustr, message: &Message) -> Flow {
        for handler in self.bus.listeners(topic).iter() {
            match *handler {
                Handler::Actor(id) => self.tell(id, message)?,
                Handler::Bars(id) => self.feed_bars(id, message)?,
                Handler::Host(id) => self.host()?.on_published(id, message)?,
                Handler::Portfolio => self.settle_portfolio(message)?,
                Handler::Emulator => self.on_emulator(message)?,
            }
        }
        Ok(())
    }

    fn tell(&self, id: ActorId, message: &Message) -> Flow {
        let is_running = self.actors.borrow().get(id.0 as usize).is_some_and(|actor| actor.is_running.get());
        if is_running { self.host()?.on_message(id, message) } else { Ok(()) }
    }

    fn open_account(&self, venue: &Venue) -> Flow {
        let config = &venue.account;
        let (id, account_type) = (venue.account_id, venue.config.account_type);
        match self.portfolio.open_account(venue.id, id, account_type, config, self.now())? {
            Some(state) => self.publish_account(state),
            None => Ok(()),
        }
    }

    /// The portfolio's own handler: after an event that touches the account, the account's state.
    fn settle_portfolio(&self, message: &Message) -> Flow {
        let state = match message {
            Message::Order(event) => self.portfolio.state_after_order(event),
            Message::Position(event) => self.portfolio.state_after_position(event),
            _ => None,
        };
        state.map_or(Ok(()), |state| self.publish_account(state))
    }

    /// The matching engine's market of an instrument, for those who ask the venue itself.
    #[must_use]
    pub fn venue_book(&self, id: InstrumentId) -> Option<crate::book::Book> {
        Some(self.venue(id.venue)?.engine(id)?.book.borrow().clone())
    }
}

impl Outlet for Kernel {
    fn cache(&self) -> &Cache {
        &self.cache
    }

    fn emit(&self, event: OrderEvent) -> Flow {
        self.process_order_event(event)
    }
}
