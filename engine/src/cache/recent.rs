//! The latest ticks of an instrument. Rows of columns are remembered by their place: a run's ticks need no copies.

use std::{collections::VecDeque, ops::Range, sync::Arc};

use crate::model::columns::Rows;

/// Ticks that came one after the other.
#[derive(Debug)]
enum Piece<C: Rows> {
    Rows { columns: Arc<C>, start: usize, end: usize },
    Ticks(VecDeque<C::Tick>),
}

impl<C: Rows> Piece<C> {
    fn len(&self) -> usize {
        match self {
            Self::Rows { start, end, .. } => end - start,
            Self::Ticks(ticks) => ticks.len(),
        }
    }

    /// Counted from the oldest.
    fn get(&self, at: usize) -> Option<C::Tick> {
        match self {
            Self::Rows { columns, start, .. } => Some(columns.row(start + at)),
            Self::Ticks(ticks) => ticks.get(at).copied(),
        }
    }

    fn drop_oldest(&mut self) {
        match self {
            Self::Rows { start, .. } => *start += 1,
            Self::Ticks(ticks) => {
                ticks.pop_front();
            }
        }
    }
}

/// Not more than a capacity, but at least the newest. No piece is empty.
#[derive(Debug)]
pub(super) struct Recent<C: Rows> {
    pieces: VecDeque<Piece<C>>,
    len: usize,
}

impl<C: Rows> Default for Recent<C> {
    fn default() -> Self {
        Self { pieces: VecDeque::new(), len: 0 }
    }
}

impl<C: Rows> Recent<C> {
    pub fn push(&mut self, tick: &C::Tick, capacity: usize) {
        self.make_room(capacity);
        if let Some(Piece::Ticks(ticks)) = self.pieces.back_mut() {
            ticks.push_back(*tick);
        } else {
            self.pieces.push_back(Piece::Ticks(VecDeque::from([*tick])));
        }
        self.len += 1;
    }

    pub fn push_rows(&mut self, columns: &Arc<C>, rows: Range<usize>, capacity: usize) {
        let most = capacity.max(1);
        if self.pieces.len() == 1
            && let Some(Piece::Rows { columns: known, start, end }) = self.pieces.front_mut()
            && *end == rows.start
            && Arc::ptr_eq(known, columns)
        {
            *end = rows.end;
            *start = (*start).max(rows.end.saturating_sub(most)); // a run over one table, row by row, comes here only
            self.len = *end - *start;
            return;
        }
        let start = rows.start.max(rows.end.saturating_sub(most));
        let added = rows.end.saturating_sub(start);
        if added == 0 {
            return;
        }
        if start > rows.start {
            *self = Self::default();
        }
        self.make_room(most - added + 1);
        match self.pieces.back_mut() {
            Some(Piece::Rows { columns: known, end, .. }) if *end == start && Arc::ptr_eq(known, columns) => {
                *end = rows.end;
            }
            _ => self.pieces.push_back(Piece::Rows { columns: Arc::clone(columns), start, end: rows.end }),
        }
        self.len += added;
    }

    fn make_room(&mut self, capacity: usize) {
        while self.len > 0 && self.len >= capacity {
            if let Some(oldest) = self.pieces.front_mut() {
                oldest.drop_oldest();
                if oldest.len() == 0 {
                    self.pieces.pop_front();
                }
            }
            self.len -= 1;
        }
    }

    pub const fn len(&self) -> usize {
        self.len
    }

    /// The tick `back` before the newest one.
    pub fn get(&self, mut back: usize) -> Option<C::Tick> {
        for piece in self.pieces.iter().rev() {
            let len = piece.len();
            if back < len {
                return piece.get(len - 1 - back);
            }
            back -= len;
        }
        None
    }

    /// The newest first.
    pub fn all(&self) -> Vec<C::Tick> {
        let pieces = self.pieces.iter().rev();
        pieces.flat_map(|piece| (0..piece.len()).rev().filter_map(|at| piece.get(at))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ticks that are numbers; those of columns are their row and a hundred.
    #[derive(Debug)]
    struct Hundreds;

    impl Rows for Hundreds {
        type Tick = usize;

        fn row(&self, at: usize) -> usize {
            100 + at
        }
    }

    #[test]
    fn rows_and_ticks_are_one_list() {
        let (first, second) = (Arc::new(Hundreds), Arc::new(Hundreds));
        for capacity in [0, 1, 2, 4, 9] {
            let mut recent = Recent::default();
            let mut expected = VecDeque::new();
            for step in 0..30 {
                let row = step / 2;
                match step % 7 {
                    0 | 1 => recent.push(&step, capacity),
                    2..5 => recent.push_rows(&first, row..row + 1, capacity),
                    5 => recent.push_rows(&second, row..row + 1, capacity),
                    _ => recent.push_rows(&second, row..row + step / 4, capacity),
                }
                match step % 7 {
                    0 | 1 => expected.push_front(step),
                    2..6 => expected.push_front(100 + row),
                    _ => (row..row + step / 4).for_each(|row| expected.push_front(100 + row)),
                }
                expected.truncate(capacity.max(1));
                assert_eq!(recent.all(), expected.iter().copied().collect::<Vec<_>>());
                assert_eq!(recent.len(), expected.len());
                for back in 0..=expected.len() {
                    assert_eq!(recent.get(back), expected.get(back).copied());
                }
            }
        }
    }

    #[test]
    fn rows_in_order_are_one_piece() {
        let columns = Arc::new(Hundreds);
        let mut recent = Recent::default();
        for row in 0..1_000 {
            recent.push_rows(&columns, row..row + 1, 10);
        }
        assert_eq!((recent.pieces.len(), recent.len(), recent.get(0)), (1, 10, Some(1_099)));
    }
}
