//! Which of a store's settings differ from what every store begins with, and the way back for each.

use axum::extract::{Request, State};
use axum::response::Redirect;
use bitcoin::Denomination;
use maud::{Markup, html};

use super::SPEEDS;
use crate::app::{Settings, Store};
use crate::http::Web;
use crate::http::dashboard::error::PageError;
use crate::http::dashboard::frame::Frame;
use crate::http::dashboard::merchant::Owner;
use crate::http::pages::{Icon, icon};

/// A setting that has a default: its field, whether two stores have the same, what it is in words, and how one takes over
/// another's.
struct Setting {
    field: &'static str,
    same: fn(&Settings, &Settings) -> bool,
    words: fn(&Settings) -> String,
    take: fn(&mut Settings, Settings),
}

const ALL: [Setting; 9] = [
    Setting {
        field: "speed",
        same: |a, b| a.speed == b.speed,
        words: |s| {
            let known = SPEEDS.iter().find(|(name, _)| *name == s.speed.name());
            known.map_or("", |(_, words)| words).to_owned()
        },
        take: |to, from| to.speed = from.speed,
    },
    Setting {
        field: "expiry",
        same: |a, b| a.expiry_secs == b.expiry_secs,
        words: |s| minutes(s.expiry_secs),
        take: |to, from| to.expiry_secs = from.expiry_secs,
    },
    Setting {
        field: "tolerance",
        same: |a, b| a.tolerance == b.tolerance,
        words: |s| {
            let points = rust_decimal::Decimal::new(i64::from(s.tolerance.basis_points()), 2);
            format!("{} %", points.normalize())
        },
        take: |to, from| to.tolerance = from.tolerance,
    },
    Setting {
        field: "monitoring",
        same: |a, b| a.monitoring_secs == b.monitoring_secs,
        words: |s| minutes(s.monitoring_secs),
        take: |to, from| to.monitoring_secs = from.monitoring_secs,
    },
    Setting {
        field: "limit",
        same: |a, b| a.unconfirmed_limit == b.unconfirmed_limit,
        words: |s| format!("{} BTC", s.unconfirmed_limit.to_string_in(Denomination::Bitcoin)),
        take: |to, from| to.unconfirmed_limit = from.unconfirmed_limit,
    },
    Setting {
        field: "renewals",
        same: |a, b| a.renewals == b.renewals,
        words: |s| ticked(s.renewals),
        take: |to, from| to.renewals = from.renewals,
    },
    Setting {
        field: "allow_zero",
        same: |a, b| a.allow_zero_price == b.allow_zero_price,
        words: |s| ticked(s.allow_zero_price),
        take: |to, from| to.allow_zero_price = from.allow_zero_price,
    },
    Setting {
        field: "anyone",
        same: |a, b| a.anyone_can_create == b.anyone_can_create,
        words: |s| ticked(s.anyone_can_create),
        take: |to, from| to.anyone_can_create = from.anyone_can_create,
    },
    Setting {
        field: "frames",
        same: |a, b| a.frame_origins == b.frame_origins,
        words: |_| "any site".to_owned(),
        take: |to, from| to.frame_origins = from.frame_origins,
    },
];

fn minutes(secs: i64) -> String {
    format!("{} minutes", secs / 60)
}

fn ticked(on: bool) -> String {
    if on { "on" } else { "off" }.to_owned()
}

/// Whether a store has a setting otherwise than every store begins with it.
pub fn differs(store: &Store, field: &str) -> bool {
    let usual = Settings::default();
    ALL.iter().any(|setting| setting.field == field && !(setting.same)(&store.settings, &usual))
}

/// Says of a setting that it was changed here, with a button that puts it back; nothing if it is as everywhere.
pub fn mark(store: &Store, field: &str) -> Markup {
    let usual = Settings::default();
    let changed = ALL.iter().find(|setting| setting.field == field);
    let changed = changed.filter(|setting| !(setting.same)(&store.settings, &usual));
    html! {
        @if let Some(setting) = changed {
            p class="hint changed" {
                "Changed here. By default: " ((setting.words)(&usual)) ". "
                // The form is another one: Enter in a field must not press it.
                button class="link" form={ "default-" (field) } { "Back to the default" span class="hush" { ": " (field) } }
            }
        }
    }
}

/// The forms of those buttons.
pub fn forms(frame: &Frame, owner: &Owner) -> Markup {
    let usual = Settings::default();
    html! {
        @for setting in ALL.iter().filter(|setting| !(setting.same)(&owner.store.settings, &usual)) {
            form hidden id={ "default-" (setting.field) } method="post" action=(owner.path("/settings/default")) {
                (frame.csrf_field())
                input type="hidden" name="field" value=(setting.field);
            }
        }
    }
}

/// Puts one setting back, and leaves all others as they are stored.
pub async fn restore(State(web): State<Web>, owner: Owner, request: Request) -> Result<Redirect, PageError> {
    let form = owner.merchant.read(request).await?;
    let setting = ALL.iter().find(|setting| setting.field == form.get("field"));
    let setting = setting.ok_or_else(|| PageError::bad_request("There is no such setting."))?;
    owner.app(&web).restore_setting(owner.store.id, setting.take).await?;
    owner.merchant.go(&owner.path("/settings"), "The setting is back at its default.").await
}

/// The sign of what differs, explained once, if anything does.
pub fn legend(store: &Store) -> Markup {
    let usual = Settings::default();
    let changed = ALL.iter().filter(|setting| !(setting.same)(&store.settings, &usual)).count();
    html! {
        @if changed > 0 {
            p class="hint" id="changed" {
                (icon(Icon::Settings))
                @if changed == 1 { "One setting differs" } @else { (changed) " settings differ" }
                " from what every store begins with. Each is marked below, with a way back."
            }
        }
    }
}
