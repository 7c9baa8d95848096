//! The shops' endpoints: what they heard, and how they answer. Nothing may be heard that is not
//! stored.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use serde_json::Value;
use specie::app::view::{Attempted, Content, Due, InvoiceView};
use specie::dialect::bitpay::ipn;
use specie::worker::Carrier;
use specie_core::invoice::Notice;
use specie_core::time::Timestamp;
use specie_db::{Fate, Param};

use super::faults::{Counts, Fault};

/// How an endpoint answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// It hears, and says so.
    Fine,
    /// It answers 500.
    Refuses,
    /// It says nothing for ten seconds.
    Silent,
    /// It hears, but its answer does not arrive.
    Unheard,
}

/// One notification that was heard.
#[derive(Debug, Clone)]
pub struct Heard {
    /// The delivery.
    pub delivery: Vec<u8>,
    /// The status that it told.
    pub status: String,
}

/// All endpoints. Cheap to clone.
#[derive(Clone)]
pub struct Endpoints {
    desk: Arc<Mutex<Desk>>,
    fate: Fate,
    counts: Counts,
}

#[derive(Default)]
struct Desk {
    moods: [Option<Mood>; 2],
    heard: Vec<Heard>,
    broken: Vec<String>,
}

/// The address of an endpoint.
pub fn url(endpoint: usize) -> String {
    format!("https://shop-{endpoint}.example/ipn")
}

impl Endpoints {
    /// Endpoints that answer.
    pub fn new(fate: Fate, counts: Counts) -> Self {
        Self { desk: Arc::default(), fate, counts }
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().expect("no holder panics")
    }

    /// An endpoint answers so from now on.
    pub fn set(&self, endpoint: usize, mood: Mood) {
        self.desk().moods[endpoint] = Some(mood);
    }

    /// Everything heard, in order.
    pub fn heard(&self) -> Vec<Heard> {
        self.desk().heard.clone()
    }

    /// What was sent without being stored.
    pub fn broken(&self) -> Option<String> {
        self.desk().broken.first().cloned()
    }

    /// What leaves has to follow from a row that was committed, word for word.
    fn check(&self, due: &Due) {
        let asked = "SELECT state, url, snapshot FROM deliveries WHERE hex(id) = ?1";
        let id: String = id(due).iter().map(|byte| format!("{byte:02X}")).collect();
        let rows = self.fate.rows(asked, &[Param::Text(id.clone())]).expect("an answer");
        let snapshot = serde_json::to_string(told(due).1).expect("a view is JSON");
        let stored = [Param::Text("pending".to_owned()), Param::Text(due.url.clone()), Param::Text(snapshot)];
        if rows != [stored] {
            self.desk().broken.push(format!("INV-13: delivery {id} was sent, but is not stored so"));
        }
    }
}

/// What a delivery tells. No store here has a webhook that could be tested.
fn told(due: &Due) -> (Notice, &InvoiceView) {
    let Content::Notice { notice, snapshot } = &due.content else { panic!("a test") };
    (*notice, snapshot)
}

fn id(due: &Due) -> Vec<u8> {
    due.id.as_bytes().to_vec()
}

impl Carrier for Endpoints {
    async fn attempt(&self, due: &Due, _: Timestamp) -> Attempted {
        self.check(due);
        let (notice, snapshot) = told(due);
        let body: Value = serde_json::from_str(&ipn::body(snapshot, notice, due.form)).expect("JSON");
        let told = body.get("data").unwrap_or(&body)["status"].as_str().expect("a status").to_owned();
        let endpoint = usize::from(due.url == url(1));
        let mood = self.desk().moods[endpoint].unwrap_or(Mood::Fine);
        if matches!(mood, Mood::Fine | Mood::Unheard) {
            self.desk().heard.push(Heard { delivery: id(due), status: told });
        }
        let failed =
            |http_status, why: &str| Attempted { http_status, failure: Some(why.to_owned()), excerpt: None };
        match mood {
            Mood::Fine => Attempted { http_status: Some(200), failure: None, excerpt: None },
            Mood::Refuses => {
                self.counts.happened(Fault::EndpointRefused);
                failed(Some(500), "answered 500")
            }
            Mood::Unheard => {
                self.counts.happened(Fault::ReplyLost);
                failed(None, "the connection broke")
            }
            Mood::Silent => {
                self.counts.happened(Fault::EndpointSilent);
                tokio::time::sleep(Duration::from_secs(10)).await;
                failed(None, "timed out")
            }
        }
    }
}
