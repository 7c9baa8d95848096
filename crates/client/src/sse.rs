//! Server-sent events, read as they come (HTML Living Standard, 9.2).
//!
//! Bytes in, events out; at most [`MAX_EVENT`] bytes are kept of one that never ends. Never here: a socket.

/// The largest event that is taken, in bytes.
const MAX_EVENT: usize = 4 * 1024 * 1024;

/// One event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Event {
    pub name: String,
    pub data: String,
    /// The last id that was said, in this event or before.
    pub id: Option<String>,
}

/// What was read so far of a stream.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    line: Vec<u8>,
    after_return: bool,
    event: Event,
    has_data: bool,
}

/// An event does not end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooLarge;

impl Reader {
    /// One that goes on after this id.
    pub fn after(id: Option<String>) -> Self {
        Self { event: Event { id, ..Event::default() }, ..Self::default() }
    }

    /// The events that these bytes end.
    pub fn read(&mut self, bytes: &[u8]) -> Result<Vec<Event>, TooLarge> {
        let mut done = Vec::new();
        for &byte in bytes {
            let second_of_two = byte == b'\n' && self.after_return;
            self.after_return = byte == b'\r';
            match byte {
                _ if second_of_two => {}
                b'\n' | b'\r' => done.extend(self.end_line()),
                _ => self.line.push(byte),
            }
            if self.line.len() + self.event.data.len() > MAX_EVENT {
                return Err(TooLarge);
            }
        }
        Ok(done)
    }

    fn end_line(&mut self) -> Option<Event> {
        let line = std::mem::take(&mut self.line);
        if line.is_empty() {
            return self.end_event();
        }
        let line = String::from_utf8_lossy(&line).into_owned();
        let (field, value) = line.split_once(':').unwrap_or((&line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.event.name),
            "id" if !value.contains('\0') => self.event.id = Some(value.to_owned()),
            "data" => {
                if self.has_data {
                    self.event.data.push('\n');
                }
                self.has_data = true;
                self.event.data.push_str(value);
            }
            _ => {}
        }
        None
    }

    fn end_event(&mut self) -> Option<Event> {
        let next = Event { id: self.event.id.clone(), ..Event::default() };
        let event = std::mem::replace(&mut self.event, next);
        std::mem::take(&mut self.has_data).then_some(event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(name: &str, data: &str, id: Option<&str>) -> Event {
        Event { name: name.to_owned(), data: data.to_owned(), id: id.map(str::to_owned) }
    }

    /// All that is said in a text, whichever bytes come together.
    fn said(text: &str) -> Vec<Event> {
        let whole = Reader::default().read(text.as_bytes()).expect("it ends");
        let mut reader = Reader::default();
        let each = text.bytes().flat_map(|byte| reader.read(&[byte]).expect("it ends"));
        assert_eq!(each.collect::<Vec<_>>(), whole, "{text:?}");
        whole
    }

    #[test]
    fn events_are_what_the_standard_says_they_are() {
        for (text, events) in [
            ("data: a\n\n", vec![event("", "a", None)]),
            ("data:a\ndata: b\ndata:  c\n\n", vec![event("", "a\nb\n c", None)]),
            ("event: x\r\nid: 7\r\ndata: a\r\n\r\n", vec![event("x", "a", Some("7"))]),
            ("event: x\rdata: a\r\r", vec![event("x", "a", None)]),
            (": a comment\n\ndata\n\n", vec![event("", "", None)]),
            ("event: x\nid: 7\n\ndata: a\n\n", vec![event("", "a", Some("7"))]),
            ("id: a\0b\nretry: 1\nunknown: 2\ndata: a\n\n", vec![event("", "a", None)]),
            ("data: cut off\n", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(said(text), events, "{text:?}");
        }
    }

    #[test]
    fn an_id_holds_until_the_next_one() {
        let ids: Vec<_> =
            said("id: 1\ndata: a\n\ndata: b\n\nid\ndata: c\n\n").into_iter().map(|e| e.id).collect();
        assert_eq!(ids, [Some("1".to_owned()), Some("1".to_owned()), Some(String::new())]);
        let mut later = Reader::after(Some("9".to_owned()));
        assert_eq!(later.read(b"data: a\n\n").expect("it ends")[0].id.as_deref(), Some("9"));
    }

    #[test]
    fn an_event_that_never_ends_is_not_kept() {
        let mut lines = Reader::default();
        let line = format!("data: {}\n", "x".repeat(1000));
        assert!((0..5000).any(|_| lines.read(line.as_bytes()).is_err()));
        assert_eq!(Reader::default().read(&vec![b'x'; MAX_EVENT + 1]), Err(TooLarge));
    }
}
