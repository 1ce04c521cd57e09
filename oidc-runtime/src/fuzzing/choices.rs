//! Arbitrary bytes, read as a sequence of choices.

/// Every input produces some structure, so that a fuzzer does not have to learn a syntax first.
/// Missing bytes at the end are zeros.
pub(super) struct Choices<'d>(&'d [u8]);

impl<'d> Choices<'d> {
    pub(super) fn new(data: &'d [u8]) -> Self {
        Self(data)
    }

    pub(super) fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else {
            return 0;
        };
        self.0 = rest;
        *first
    }

    pub(super) fn below(&mut self, limit: usize) -> usize {
        usize::from(self.byte()) % limit
    }

    /// True with a probability of one in `every`.
    pub(super) fn once_in(&mut self, every: usize) -> bool {
        self.below(every) == every - 1
    }

    pub(super) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    pub(super) fn position(&mut self, length: usize) -> usize {
        let wide = usize::from(self.byte()) << 8 | usize::from(self.byte());
        wide % length.max(1)
    }

    pub(super) fn rest(self) -> &'d [u8] {
        self.0
    }
}
