//! Applications for an account, decided on from the command line.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use specie_core::ids::ApplicationId;

use super::{bad, plain};
use crate::app::App;
use crate::app::view::Application;
use crate::http::ApiError;

/// Who decides, as the log has it.
const BY: &str = "the command line";

/// What is done about applications.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum ApplicationWords {
    /// Lists those that are open.
    List,
    /// Approves one.
    Approve {
        /// Which.
        id: String,
    },
    /// Declines one.
    Decline {
        /// Which.
        id: String,
    },
}

/// Does what a command says.
pub(super) async fn execute(app: &App, words: ApplicationWords) -> Result<Value, ApiError> {
    match words {
        ApplicationWords::List => {
            let all = plain(app.applications().await)?;
            Ok(json!({ "applications": all.iter().map(line).collect::<Vec<_>>() }))
        }
        ApplicationWords::Approve { id } => {
            let invited = plain(app.approve_application(named(&id)?, BY).await)?;
            Ok(json!({
                "email": invited.application.email,
                "invitation": format!("{}/invitation?token={}", app.public_url(), invited.invitation),
                "expires_at": invited.ends_at.as_millis(),
            }))
        }
        ApplicationWords::Decline { id } => {
            plain(app.decline_application(named(&id)?, BY).await)?;
            Ok(json!({ "declined": true }))
        }
    }
}

fn line(application: &Application) -> Value {
    let said = &application.details;
    json!({
        "id": application.id.to_string(),
        "state": application.state.name(),
        "email": application.email,
        "name": format!("{} {}", said.first_name, said.last_name),
        "organisation": said.organisation,
        "country": said.country,
        "verification_code": application.verification_code,
        "created_at": application.created_at.as_millis(),
    })
}

fn named(id: &str) -> Result<ApplicationId, ApiError> {
    id.parse().map_err(|_| bad("not an application's id"))
}
