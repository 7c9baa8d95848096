//! How an endpoint's answer begins, so that a merchant sees what their server said.
//!
//! These are a stranger's words: bounded, and without anything that controls how text is shown. They are
//! still to be escaped wherever they show.

use specie_core::text::is_hidden;

/// The most characters of an answer that are kept.
const MOST: usize = 500;

/// The beginning of an answer as one line of text; none if it has nothing that could be shown.
pub fn excerpt(answer: &[u8]) -> Option<String> {
    // Four bytes a character at most; and no more is looked at than may be kept, with room for blanks.
    let text = String::from_utf8_lossy(&answer[..answer.len().min(8 * MOST)]);
    let shown = text.chars().filter(|c| c.is_whitespace() || !is_hidden(*c)).collect::<String>();
    let line = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    let cut: String = line.chars().take(MOST).collect();
    (!cut.is_empty()).then_some(cut)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_kept_as_one_line_without_what_controls_text() {
        for (answer, kept) in [
            (&b""[..], None),
            (b" \r\n\t ", None),
            (b"\0\x1b\x07", None),
            (b"ok", Some("ok")),
            (b"two\r\n\tlines", Some("two lines")),
            (b"<script>alert(1)</script>", Some("<script>alert(1)</script>")),
            (b"a\0b\x1b[31mred", Some("ab[31mred")),
            ("left\u{202e}thgir\u{200b}.".as_bytes(), Some("leftthgir.")),
            (b"caf\xe9 \xff\xfe", Some("caf\u{fffd} \u{fffd}\u{fffd}")),
        ] {
            assert_eq!(excerpt(answer).as_deref(), kept, "{answer:?}");
        }
    }

    #[test]
    fn no_answer_is_too_long_to_be_kept() {
        for answer in [vec![b'x'; 64 * 1024], "\u{1f600}".repeat(9000).into_bytes(), vec![0xff; 9000]] {
            assert_eq!(excerpt(&answer).unwrap().chars().count(), MOST);
        }
    }
}
