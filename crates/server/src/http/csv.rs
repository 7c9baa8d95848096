//! Tables as CSV (RFC 4180), for spreadsheets: a cell never begins so that a spreadsheet takes it for a formula. What
//! else stands in a cell is what was shown; nothing is reckoned here.

use axum::http::header;
use axum::response::{IntoResponse, Response};

/// A CSV file that is being written.
#[derive(Debug, Clone, Default)]
pub struct Csv(String);

impl Csv {
    /// One with a line of heads.
    #[must_use]
    pub fn with_heads<T: AsRef<str>>(heads: impl IntoIterator<Item = T>) -> Self {
        let mut csv = Self::default();
        csv.row(heads);
        csv
    }

    /// Adds a line.
    pub fn row<T: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = T>) {
        for (i, cell) in cells.into_iter().enumerate() {
            if i > 0 {
                self.0.push(',');
            }
            self.cell(cell.as_ref());
        }
        self.0.push_str("\r\n");
    }

    fn cell(&mut self, text: &str) {
        // A spreadsheet shows what follows an apostrophe as it is.
        let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
        if text.contains([',', '"', '\r', '\n']) {
            self.0.push('"');
            self.0.push_str(guard);
            self.0.push_str(&text.replace('"', "\"\""));
            self.0.push('"');
        } else {
            self.0.push_str(guard);
            self.0.push_str(text);
        }
    }

    /// The file, to be saved under a name of ours.
    #[must_use]
    pub fn attached(self, name: &str) -> Response {
        let headers = [
            (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
            (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
            (header::CACHE_CONTROL, "no-store".to_owned()),
            (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox".to_owned()),
        ];
        (headers, self.0).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_what_was_shown_and_never_a_formula() {
        for (cell, written) in [
            ("Two books", "Two books"),
            ("", ""),
            ("Byron, Ada", "\"Byron, Ada\""),
            ("the \"best\"", "\"the \"\"best\"\"\""),
            ("two\nlines", "\"two\nlines\""),
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1.00", "'-1.00"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("\r=1", "\"'\r=1\""),
            (
                "=HYPERLINK(\"https://evil.example\",\"x\")",
                "\"'=HYPERLINK(\"\"https://evil.example\"\",\"\"x\"\")\"",
            ),
            ("1=1", "1=1"),
        ] {
            let mut csv = Csv::default();
            csv.row([cell, "end"]);
            assert_eq!(csv.0, format!("{written},end\r\n"), "{cell:?}");
        }
    }
}
