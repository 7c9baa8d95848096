//! `createAccount` and `POST /applications`: an application for an account as clients write it, and
//! as BitPay answers it. What is wrong is told all at once, each field by its name.

use serde::Serialize;
use serde_json::Value;
use specie_core::text::is_hidden;
use utoipa::ToSchema;

use super::BadRequest;
use super::invoice::iso;
use super::request::Fields;
use crate::app::view::{
    Application, ApplicationDetails, ApplicationState, NewApplication, normal_email, sound_name,
};

/// Longest text that an application holds.
const MAX_CHARS: usize = 200;

/// Reads one entry of a list, and keeps in mind what is wrong with it.
struct Entry<'p> {
    fields: Fields,
    list: &'static str,
    /// There is no entry: that is said, and that its fields are missing is not.
    absent: bool,
    problems: &'p mut Vec<String>,
}

impl<'p> Entry<'p> {
    /// The one entry of a list. An account has one user and one organisation.
    fn only(fields: &Fields, list: &'static str, problems: &'p mut Vec<String>) -> Self {
        let entries = fields.get(list).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let entry = match entries {
            [entry] => serde_json::from_value(entry.clone())
                .map_err(|error| format!("'{list}[0]' is not an object of fields: {error}")),
            _ => Err(format!("'{list}' is not a list of one")),
        };
        let absent = entry.is_err();
        let fields = entry.unwrap_or_else(|problem| {
            problems.push(problem);
            Fields::from_form([])
        });
        Self { fields, list, absent, problems }
    }

    fn wrong(&mut self, name: &str, words: &str) {
        if !self.absent {
            self.problems.push(format!("'{}[0].{name}' {words}", self.list));
        }
    }

    /// A text; empty if there is none.
    fn text(&mut self, name: &str) -> String {
        let text = match self.fields.text(name) {
            Ok(text) => text.unwrap_or_default().trim().to_owned(),
            Err(_) => {
                self.wrong(name, "is not a text");
                return String::new();
            }
        };
        if text.chars().count() > MAX_CHARS || text.chars().any(is_hidden) {
            self.wrong(name, &format!("is longer than {MAX_CHARS} characters, or has control characters"));
            return String::new();
        }
        text
    }

    /// A text that has to be there and stand a test.
    fn needed(&mut self, name: &str, words: &str, is_sound: impl Fn(&str) -> bool) -> String {
        let before = self.problems.len();
        let text = self.text(name);
        if self.problems.len() == before && !is_sound(&text) {
            self.wrong(name, if text.is_empty() { "is missing" } else { words });
        }
        text
    }

    fn truth(&mut self, name: &str) -> bool {
        match self.fields.truth(name) {
            Ok(truth) => truth.unwrap_or(false),
            Err(_) => {
                self.wrong(name, "is neither true nor false");
                false
            }
        }
    }
}

/// What somebody says who asks for an account.
///
/// # Errors
/// [`BadRequest`] naming every field that makes no sense.
pub fn new_application(fields: &Fields) -> Result<NewApplication, BadRequest> {
    let mut problems = Vec::new();
    let any = |text: &str| !text.is_empty();
    let mut user = Entry::only(fields, "users", &mut problems);
    let email = user.needed("email", "is not an e-mail address", |text| normal_email(text).is_ok());
    let first_name = user.needed("firstName", "", any);
    let last_name = user.needed("lastName", "", any);
    let phone = user.text("phone");
    if !user.truth("agreedToTOSandPP") {
        user.wrong("agreedToTOSandPP", "is not true");
    }
    let mut org = Entry::only(fields, "orgs", &mut problems);
    let named = |text: &str| sound_name(text).is_ok();
    let details = ApplicationDetails {
        first_name,
        last_name,
        phone,
        organisation: org.needed("name", "is longer than 120 characters", named),
        address1: org.text("address1"),
        address2: org.text("address2"),
        city: org.text("city"),
        region: org.text("state"),
        postal_code: org.text("zip"),
        country: org.text("country"),
        industry: org.text("industry"),
        website: org.text("website"),
        cart: org.text("cartPos"),
        tax_id: org.text("usTaxId"),
        affiliate: org.text("affiliateOid"),
        non_profit: org.truth("isNonProfit"),
    };
    if problems.is_empty() {
        Ok(NewApplication { email, details })
    } else {
        Err(BadRequest(problems.join("; ")))
    }
}

/// An application as BitPay's document shows it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    verification_code: String,
    required_tier: u32,
    account_name: String,
    contact_email: String,
    contact_first_name: String,
    contact_last_name: String,
    contact_phone: String,
    profile_address1: String,
    profile_address2: String,
    profile_city: String,
    profile_state: String,
    profile_postal_code: String,
    profile_country: String,
    profile_industry: String,
    #[serde(rename = "profileAgreedToTOSandPP")]
    profile_agreed_to_tos_and_pp: bool,
    /// When it was changed last, in ISO 8601.
    updated: String,
    /// Nobody has decided over it.
    requires_review: bool,
    /// Its user has a password.
    activated: bool,
    /// It was approved.
    verified: bool,
}

/// An application as it is shown. It is reviewed while nobody has decided; verified once it was
/// approved; activated with its user's password.
#[must_use]
pub fn application(made: &Application) -> Account {
    let said = made.details.clone();
    Account {
        verification_code: made.verification_code.clone(),
        required_tier: 0,
        account_name: said.organisation,
        contact_email: made.email.clone(),
        contact_first_name: said.first_name,
        contact_last_name: said.last_name,
        contact_phone: said.phone,
        profile_address1: said.address1,
        profile_address2: said.address2,
        profile_city: said.city,
        profile_state: said.region,
        profile_postal_code: said.postal_code,
        profile_country: said.country,
        profile_industry: said.industry,
        // None is taken without.
        profile_agreed_to_tos_and_pp: true,
        updated: iso(made.updated_at),
        requires_review: made.state == ApplicationState::Pending,
        activated: made.state == ApplicationState::Activated,
        verified: made.state != ApplicationState::Pending,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(body: &Value) -> Result<NewApplication, String> {
        new_application(&Fields::parse(body.to_string().as_bytes()).unwrap()).map_err(|error| error.0)
    }

    fn sound() -> Value {
        json!({
            "users": [{ "email": "Satoshi@Example.com ", "firstName": "Satoshi", "lastName": "Nakamoto",
                "phone": 4_041_235_678_i64, "agreedToTOSandPP": "true" }],
            "orgs": [{ "name": "Satoshi Widgets", "zip": 30303, "isNonProfit": false }],
        })
    }

    #[test]
    fn numbers_are_texts_and_what_is_not_said_is_empty() {
        let made = read(&sound()).unwrap();
        let said = &made.details;
        assert_eq!((&*said.phone, &*said.postal_code, &*said.city), ("4041235678", "30303", ""));
        assert_eq!((&*said.organisation, said.non_profit), ("Satoshi Widgets", false));
    }

    #[test]
    fn every_field_that_makes_no_sense_is_named() {
        for (list, name, value, words) in [
            ("users", "email", json!("nobody"), "'users[0].email' is not an e-mail address"),
            ("users", "email", json!(null), "'users[0].email' is missing"),
            ("users", "firstName", json!(" "), "'users[0].firstName' is missing"),
            ("users", "lastName", json!([]), "'users[0].lastName' is not a text"),
            ("users", "agreedToTOSandPP", json!(false), "'users[0].agreedToTOSandPP' is not true"),
            ("orgs", "name", json!("x".repeat(121)), "'orgs[0].name' is longer than 120 characters"),
            ("orgs", "isNonProfit", json!(7), "'orgs[0].isNonProfit' is neither true nor false"),
        ] {
            let mut body = sound();
            body[list][0][name] = value;
            assert!(read(&body).unwrap_err().starts_with(words), "{name}: {:?}", read(&body));
        }
        for long in ["x".repeat(201), "a\u{0}b".to_owned(), "line\nbreak".to_owned()] {
            let mut body = sound();
            body["orgs"][0]["website"] = json!(long);
            assert!(read(&body).unwrap_err().starts_with("'orgs[0].website' is longer"), "{long:?}");
        }
        let both =
            json!({ "users": [{ "email": "x", "firstName": "A", "agreedToTOSandPP": true }], "orgs": [{}] });
        assert_eq!(
            read(&both).unwrap_err(),
            "'users[0].email' is not an e-mail address; 'users[0].lastName' is missing; 'orgs[0].name' is missing"
        );
    }

    #[test]
    fn an_account_has_one_user_and_one_organisation() {
        for wrong in [json!(null), json!([]), json!({}), json!("Ann"), json!([{}, {}])] {
            let mut body = sound();
            body["users"] = wrong;
            assert_eq!(read(&body).unwrap_err(), "'users' is not a list of one");
        }
        for wrong in [json!(["Ann"]), json!([[]]), json!([null])] {
            let mut body = sound();
            body["orgs"] = wrong;
            assert!(read(&body).unwrap_err().starts_with("'orgs[0]' is not an object"), "{body}");
        }
    }
}
