//! Simulation modules: user code that a venue runs, such as rollover interest.

use std::cell::{Cell, RefCell};

use indexmap::IndexMap;

use super::{HandlerId, Kernel, LogLevel, Message};
use crate::{
    halt::Flow,
    model::{UnixNanos, fixed::Money, identifiers::Venue as VenueId},
};

/// A module, and whether it wants to see data before the venue does.
#[derive(Clone, Copy, Debug)]
struct Module {
    handler: HandlerId,
    sees_data: bool,
}

#[derive(Debug, Default)]
pub(super) struct Modules {
    by_venue: RefCell<IndexMap<VenueId, Vec<Module>>>,
    any: Cell<bool>,
}

impl Modules {
    pub const fn has_any(&self) -> bool {
        self.any.get()
    }

    fn of(&self, venue: VenueId) -> Vec<Module> {
        self.by_venue.borrow().get(&venue).cloned().unwrap_or_default()
    }

    fn all(&self) -> Vec<Module> {
        self.by_venue.borrow().values().flatten().copied().collect()
    }
}

impl Kernel {
    pub fn add_module(&self, venue: VenueId, handler: HandlerId, sees_data: bool) {
        self.modules.by_venue.borrow_mut().entry(venue).or_default().push(Module { handler, sees_data });
        self.modules.any.set(true);
        self.bus.note_change();
    }

    /// Before the venue processes a datum.
    pub(super) fn pre_process(&self, datum: &Message) -> Flow {
        if !self.modules.any.get() {
            return Ok(());
        }
        let Some(id) = datum.instrument_id() else { return Ok(()) };
        for module in self.modules.of(id.venue).iter().filter(|module| module.sees_data) {
            self.host()?.on_module(module.handler, Some(datum), self.now())?;
        }
        Ok(())
    }

    /// When a venue, or all of them, have settled.
    pub(super) fn run_modules(&self, venue: Option<VenueId>, ts: UnixNanos) -> Flow {
        if !self.modules.any.get() {
            return Ok(());
        }
        let modules = match venue {
            Some(venue) => self.modules.of(venue),
            None => self.modules.all(),
        };
        modules.iter().try_for_each(|module| self.host()?.on_module(module.handler, None, ts))
    }

    /// Adds to the balance of the venue's account, which reports it.
    ///
    /// # Errors
    /// When user code raises, or the amount is out of range.
    pub fn adjust_account(&self, venue: VenueId, adjustment: Money) -> Flow {
        let Some(account) = self.cache.account_for_venue(venue) else {
            let text = format!("Cannot adjust account: no account found for {venue}");
            self.log(LogLevel::Error, "SimulatedExchange", &text);
            return Ok(());
        };
        if self.venue(venue).is_some_and(|venue| venue.account.is_frozen) {
            return Ok(());
        }
        match self.portfolio.adjust(&account, adjustment, self.now()) {
            Some(state) => self.publish_account(state),
            None => {
                let text = format!("Cannot adjust account: no balance found for {}", adjustment.currency);
                self.log(LogLevel::Error, "SimulatedExchange", &text);
                Ok(())
            }
        }
    }
}
