//! What pages look like in Chromium: every page in every look, and pages that are made of texts which were written to
//! run. On one engine: no markup knows which database its words came from.

mod desk;
#[expect(clippy::unwrap_used, reason = "what fails there fails the test")]
#[path = "../pages/browser.rs"]
mod forms;
mod scene;
mod xss;

use specie_testkit::browser::play;
use specie_testkit::server::OWNER;

const EXE: &str = env!("CARGO_BIN_EXE_specie");

#[test]
fn every_page_is_without_barriers_in_light_and_dark_on_a_desktop_on_a_phone_and_magnified() {
    scene::look_at_every_page(EXE, None);
}

#[test]
fn a_buyer_meets_every_state_in_every_language_and_prints_the_receipt() {
    for javascript in ["on", "off"] {
        let mut scene = scene::Scene::new(EXE);
        scene.server.create_user(OWNER);
        let url = scene.server.url().to_owned();
        let variables = [("SPECIE_URL", url.as_str()), ("SPECIE_JAVASCRIPT", javascript)];
        play("states.mjs", &variables, |what, _| match what {
            "invoices" => scene.build()["invoices"].clone(),
            other => panic!("nobody knows what {other:?} is"),
        });
    }
}

#[test]
fn what_was_written_to_run_stays_text_on_every_public_page() {
    xss::look_at_public_pages(EXE, all());
}

#[test]
fn what_was_written_to_run_stays_text_on_every_page_of_the_dashboard() {
    xss::look_at_the_dashboard(EXE, all());
}

/// Whether all of the corpus is wanted.
#[expect(clippy::disallowed_methods, reason = "whoever wants all says so in the environment")]
fn all() -> bool {
    std::env::var_os("SPECIE_XSS").is_some_and(|wanted| wanted == "all")
}
