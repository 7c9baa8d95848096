//! Texts of strangers that people read.

/// Whether a character is not shown itself, but changes how others are: controls, marks of direction,
/// joiners, tags. With one of them a text can look like another.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffc}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_a_text_look_like_another_is_hidden_and_what_people_write_is_not() {
        let written = "Ünï Çafé & Söhne 茶 書店 шляхта مقهى क्षेत्र 1½ – \u{a0}“x” 🍵 e\u{301}";
        assert_eq!(written.chars().find(|c| is_hidden(*c)), None);
        // Ends of lines, soft hyphens, joiners, marks of direction and their isolates, the byte order mark,
        // anchors, tags.
        let hidden = "\0\n\r\t\u{7f}\u{85}\u{ad}\u{61c}\u{180e}\u{200b}\u{200d}\u{200e}\u{200f}\u{202a}\u{202e}\
            \u{2060}\u{2066}\u{2069}\u{feff}\u{fff9}\u{e0001}\u{e0041}\u{e007f}";
        assert_eq!(hidden.chars().find(|c| !is_hidden(*c)), None);
    }
}
