//! What the routes of an API say of themselves, for its reference: shared by the faces that register
//! their routes together with their description.
//!
//! What follows from how all requests are handled is told here once for all operations, and never
//! by hand at each: so it cannot be forgotten at one.

use axum::Router;
use axum::http::StatusCode;
use utoipa::ToSchema;
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::Type;
use utoipa::openapi::{
    Components, ContentBuilder, ObjectBuilder, OpenApi, Ref, RefOr, Required, ResponseBuilder,
};

use super::Web;
use super::repeated::MAX_KEY;

/// Routes, and what is said of them.
pub type Documented = (Router<Web>, OpenApi);

/// An operation, where it is.
pub struct Found<'a> {
    /// Its path, as the document has it.
    pub path: &'a str,
    /// How it is asked, in lower case.
    pub method: &'static str,
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

    /// Tells of the header under which a call may be made again, if it is one that changes something.
    pub fn may_be_repeated(&mut self) {
        if self.method != "post" {
            return;
        }
        let text =
            ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(MAX_KEY));
        let words =
            "The client's own name for the request: the same again within 24 hours gets the same answer.";
        let key = ParameterBuilder::new()
            .name("Idempotency-Key")
            .parameter_in(ParameterIn::Header)
            .required(Required::False)
            .description(Some(words))
            .schema(Some(text))
            .build();
        self.operation.parameters.get_or_insert_default().push(RefOr::T(key));
    }
}

/// Every operation of a document.
pub fn operations(document: &mut OpenApi) -> impl Iterator<Item = Found<'_>> {
    document.paths.paths.iter_mut().flat_map(|(path, item)| {
        let methods = [
            ("get", &mut item.get),
            ("put", &mut item.put),
            ("post", &mut item.post),
            ("patch", &mut item.patch),
            ("delete", &mut item.delete),
        ];
        let told = methods.into_iter().filter_map(|(method, item)| Some((method, item.as_mut()?)));
        told.map(|(method, operation)| Found { path: path.as_str(), method, operation })
    })
}

/// Adds a schema that no operation names by its type.
pub fn know<T: ToSchema>(document: &mut OpenApi) {
    let mut schemas = vec![(T::name().into_owned(), T::schema())];
    T::schemas(&mut schemas);
    document.components.get_or_insert_with(Components::new).schemas.extend(schemas);
}
