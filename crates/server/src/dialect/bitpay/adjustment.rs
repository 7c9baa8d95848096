//! `POST /invoices/{id}/adjustments`: what a merchant accepts, by the names that clients use.

use specie_core::invoice::Adjustment;

use super::BadRequest;
use super::request::Fields;

/// What is accepted, and whether it is to be done. A body that does not say means it.
///
/// # Errors
/// [`BadRequest`] if it is no adjustment there is.
pub fn adjustment(fields: &Fields) -> Result<(Adjustment, bool), BadRequest> {
    let named = fields.text("type")?.unwrap_or_default();
    let adjustment = match named.trim().to_ascii_lowercase().as_str() {
        "acceptoverpayment" => Adjustment::Over,
        "acceptunderpayment" | "acceptpartialpayment" => Adjustment::Partial,
        _ => {
            return Err(BadRequest(
                "'type' is neither acceptOverPayment nor acceptPartialPayment".to_owned(),
            ));
        }
    };
    Ok((adjustment, fields.truth("commit")?.unwrap_or(true)))
}

/// Whether it is to be done, where it has to be said.
///
/// # Errors
/// [`BadRequest`] if it is not said.
pub fn commit(fields: &Fields) -> Result<bool, BadRequest> {
    fields.truth("commit")?.ok_or_else(|| BadRequest("'commit' property is required".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(body: &str) -> Result<(Adjustment, bool), String> {
        adjustment(&Fields::parse(body.as_bytes()).unwrap()).map_err(|error| error.to_string())
    }

    #[test]
    fn an_adjustment_goes_by_many_names_and_is_done_unless_it_says_otherwise() {
        for (body, wanted) in [
            (r#"{"type":"acceptOverPayment"}"#, (Adjustment::Over, true)),
            (r#"{"type":"acceptOverpayment","commit":true}"#, (Adjustment::Over, true)),
            (r#"{"type":"ACCEPTUNDERPAYMENT","commit":false}"#, (Adjustment::Partial, false)),
            (r#"{"type":"acceptPartialPayment","commit":"false"}"#, (Adjustment::Partial, false)),
            (r#"{"Type":" acceptUnderPayment ","Commit":null}"#, (Adjustment::Partial, true)),
        ] {
            assert_eq!(asked(body), Ok(wanted), "{body}");
        }
        for (body, named) in [
            ("{}", "'type'"),
            (r#"{"type":"acceptAll"}"#, "'type'"),
            (r#"{"type":[]}"#, "'type'"),
            (r#"{"type":"acceptOverPayment","commit":"maybe"}"#, "'commit'"),
            (r#"{"type":"acceptOverPayment","commit":1}"#, "'commit'"),
        ] {
            assert!(asked(body).unwrap_err().starts_with(named), "{body}");
        }
    }
}
