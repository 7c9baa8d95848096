//! What the routes of an API say of themselves, for its reference: shared by the faces that register
//! their routes together with their description.
//!
//! What follows from how all requests are handled is told here once for all operations, and never
//! by hand at each: so it cannot be forgotten at one.

use axum::Router;
use axum::http::StatusCode;
use utoipa::ToSchema;
use utoipa::openapi::path::Operation;
use utoipa::openapi::{Components, ContentBuilder, OpenApi, Ref, RefOr, ResponseBuilder};

use super::Web;

/// Routes, and what is said of them.
pub type Documented = (Router<Web>, OpenApi);

/// An operation, where it is.
pub struct Found<'a> {
    /// Its path, as the document has it.
    pub path: &'a str,
    /// What is said of it.
    pub operation: &'a mut Operation,
}

impl Found<'_> {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.operation.operation_id.as_deref().unwrap_or_default()
    }

    /// Tells of a refusal, unless it is told of already: when it is given, and the name of its schema.
    pub fn refuses(&mut self, status: StatusCode, when: &str, schema: &str) {
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(schema))).build();
        let response = ResponseBuilder::new().description(when).content("application/json", content).build();
        let told = &mut self.operation.responses.responses;
        told.entry(status.as_str().to_owned()).or_insert(RefOr::T(response));
    }
}

/// Every operation of a document.
pub fn operations(document: &mut OpenApi) -> impl Iterator<Item = Found<'_>> {
    document.paths.paths.iter_mut().flat_map(|(path, item)| {
        let item = [&mut item.get, &mut item.put, &mut item.post, &mut item.patch, &mut item.delete];
        item.into_iter().flatten().map(|operation| Found { path: path.as_str(), operation })
    })
}

/// Adds a schema that no operation names by its type.
pub fn know<T: ToSchema>(document: &mut OpenApi) {
    let mut schemas = vec![(T::name().into_owned(), T::schema())];
    T::schemas(&mut schemas);
    document.components.get_or_insert_with(Components::new).schemas.extend(schemas);
}
