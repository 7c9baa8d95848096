//! Tables that are saved as CSV. What stands in a cell is what was shown; nothing is reckoned here.

use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::dialect::csv::line;

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
        let cells: Vec<T> = cells.into_iter().collect();
        line(&mut self.0, cells.iter().map(AsRef::as_ref));
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
