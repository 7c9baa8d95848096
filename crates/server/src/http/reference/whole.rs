//! One document of what all faces say of themselves.

use std::collections::HashMap;

use serde_json::{Map, Value, json};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{Components, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, ServerBuilder};

use super::samples;

const DESCRIPTION: &str = "\
Two APIs of one server. **Panel**: stores and invoices by small numbers, with one token, below `/api/v1`. **BitPay**: the API \
that shops' clients speak, at the root, as REST and as JSON-RPC.\n\n\
A token of the panel's API is made in the dashboard, under Account. BitPay's calls are signed with the client's own key \
(BitId), which clients do by themselves, or carry a store's legacy API key. What a facade does not do is refused with 403.";

/// The document of a server at this address, with examples.
pub fn document(faces: &[OpenApi], url: &str) -> Value {
    let mut document = OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("Specie")
                .version(env!("CARGO_PKG_VERSION"))
                .description(Some(DESCRIPTION))
                .license(Some(
                    LicenseBuilder::new()
                        .name("MIT OR Apache-2.0")
                        .identifier(Some("MIT OR Apache-2.0"))
                        .build(),
                ))
                .build(),
        )
        .servers(Some([ServerBuilder::new().url(url).build()]))
        .tags(Some([
            TagBuilder::new()
                .name("Panel")
                .description(Some("For panels and scripts, with a token from the dashboard."))
                .build(),
            TagBuilder::new()
                .name("BitPay")
                .description(Some("For shops, with the clients that they have."))
                .build(),
        ]))
        .components(Some(schemes()))
        .build();
    for face in faces {
        document.merge(face.clone());
    }
    let mut shown = serde_json::to_value(&document).unwrap_or_default();
    name_what_is_known(&mut shown);
    too_long_a_head(&mut shown);
    samples::add(&mut shown, url);
    shown
}

/// How callers say who they are.
fn schemes() -> Components {
    let header = |name: &str, words: &str| {
        SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::with_description(name, words)))
    };
    let mut components = Components::new();
    for (name, scheme) in [
        (
            "token",
            SecurityScheme::Http(
                HttpBuilder::new()
                    .scheme(HttpAuthScheme::Bearer)
                    .description(Some("A token of the panel's API: Account, Generate API token."))
                    .build(),
            ),
        ),
        (
            "legacyKey",
            SecurityScheme::Http(
                HttpBuilder::new()
                    .scheme(HttpAuthScheme::Basic)
                    .description(Some("A store's legacy API key as the user name, without a password."))
                    .build(),
            ),
        ),
        ("identity", header("X-Identity", "BitId: the client's public key, compressed, in hex.")),
        (
            "signature",
            header(
                "X-Signature",
                "BitId: the DER signature, in hex, over SHA-256 of the full URL directly followed by the body.",
            ),
        ),
    ] {
        components.add_security_scheme(name, scheme);
    }
    components
}

/// Whatever is asked: it is refused before anything is looked at, in the words of one API.
fn too_long_a_head(document: &mut Value) {
    let refusal = json!({
        "description": "The request's target and headers are longer than 32 KiB.",
        "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Refusal" } } },
    });
    for operation in operations(document) {
        operation["responses"]["431"] = refusal.clone();
    }
}

/// What wraps an answer has it written out: where that is a schema with a name, it gets the name.
fn name_what_is_known(document: &mut Value) {
    let Some(schemas) = document["components"]["schemas"].as_object_mut() else { return };
    let known: HashMap<String, String> = schemas
        .iter()
        .filter(|(_, schema)| schema.get("properties").is_some())
        .map(|(name, schema)| (schema.to_string(), name.clone()))
        .collect();
    for within in schemas.values_mut().flat_map(children) {
        name_within(within, &known);
    }
}

fn name_within(schema: &mut Value, known: &HashMap<String, String>) {
    if let Some(name) = known.get(&schema.to_string()) {
        *schema = json!({ "$ref": format!("#/components/schemas/{name}") });
        return;
    }
    for child in children(schema) {
        name_within(child, known);
    }
}

fn children(value: &mut Value) -> Vec<&mut Value> {
    match value {
        Value::Object(map) => map.values_mut().collect(),
        Value::Array(list) => list.iter_mut().collect(),
        _ => vec![],
    }
}

/// Every operation of a document.
fn operations(document: &mut Value) -> impl Iterator<Item = &mut Value> {
    let paths = document["paths"].as_object_mut().map(Map::values_mut).into_iter().flatten();
    paths
        .filter_map(Value::as_object_mut)
        .flat_map(Map::values_mut)
        .filter(|one| one["responses"].is_object())
}
