//! Listening: hearing what a webhook would be posted, where no address leads to.

use serde::Serialize;
use serde_json::json;

use super::endpoints;
use crate::{Call, Heard, Listener, PassedOn, Standing};

endpoints! { Client;
    /// Listens to the store under a name of letters, digits, `-`, `_` and `.`, to these events; none: to all. Under the
    /// same name it goes on where it was, with the same secret.
    ///
    fn listen(name: &str, events: &[String]) -> Listener {
        #[derive(Serialize)]
        struct Asked<'a> {
            name: &'a str,
            #[serde(skip_serializing_if = "<[String]>::is_empty")]
            events: &'a [String],
        }
        Call::post(["listeners"]).body(&Asked { name, events })
    }

    /// What there is to hear, up to ten deliveries; waits for the first, up to so many seconds (25 at most). Each is kept
    /// from others for a minute: say what became of it, or it comes again.
    ///
    fn hear(listener: i64, wait: u32) -> Vec<Heard> {
        Call::post(["listeners", &listener.to_string(), "deliveries"]).body(&json!({ "wait": wait }))
    }

    /// Says what became of a delivery.
    ///
    fn passed_on(listener: i64, delivery: &str, told: &PassedOn) -> Standing {
        Call::post(["listeners", &listener.to_string(), "deliveries", delivery]).body(told)
    }
}
