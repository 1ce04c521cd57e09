//! The header fields of one name.

/// The values of the header fields of one name. Most requests have one at most, for which nothing is
/// allocated.
#[derive(Default)]
pub(crate) struct Fields<'h> {
    next: Option<&'h [u8]>,
    rest: Option<Box<dyn Iterator<Item = &'h [u8]> + 'h>>,
}

impl<'h> Fields<'h> {
    pub(crate) fn new(mut fields: impl Iterator<Item = &'h [u8]> + 'h) -> Self {
        let next = fields.next();
        let second = next.and_then(|_| fields.next());
        let rest = second.map(|second| -> Box<dyn Iterator<Item = &'h [u8]> + 'h> {
            Box::new(std::iter::once(second).chain(fields))
        });
        Self { next, rest }
    }
}

impl<'h> Iterator for Fields<'h> {
    type Item = &'h [u8];

    fn next(&mut self) -> Option<&'h [u8]> {
        let rest = self.rest.as_mut().and_then(Iterator::next);
        std::mem::replace(&mut self.next, rest)
    }
}
