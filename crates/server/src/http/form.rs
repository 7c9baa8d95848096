//! Forms as browsers send them.

use axum::extract::Request;

use super::ApiError;
use super::auth::read_body;

/// The fields of a submitted form, in order.
pub struct Form(Vec<(String, String)>);

impl Form {
    /// Reads a form.
    ///
    /// # Errors
    /// 413 or 408 if the body is too large or too slow.
    pub async fn read(request: Request) -> Result<Self, ApiError> {
        let body = read_body(request.into_body()).await?;
        Ok(Self(url::form_urlencoded::parse(&body).into_owned().collect()))
    }

    /// The first value of a field; empty if there is none.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// All values of a field.
    pub fn all<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}
