//! A visitor with a browser, and a merchant who is logged in with one.

use specie_testkit::http::Reply;
use specie_testkit::server::{PASSWORD, Server};

/// A visitor with a browser: it keeps the cookie.
pub struct Browser {
    /// Whom it visits.
    pub server: String,
    /// What it keeps.
    pub cookie: String,
}

impl Browser {
    pub fn new(server: &str) -> Self {
        Self { server: server.to_owned(), cookie: String::new() }
    }

    fn keep(&mut self, reply: Reply) -> Reply {
        if let Some(set) = reply.header("set-cookie") {
            set.split(';').next().unwrap_or_default().clone_into(&mut self.cookie);
        }
        reply
    }

    pub fn get(&mut self, path: &str) -> Reply {
        let url = format!("{}{path}", self.server);
        let reply = specie_testkit::http::send("GET", &url, &[("cookie", &self.cookie)], b"");
        self.keep(reply)
    }

    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let headers =
            [("cookie", self.cookie.as_str()), ("content-type", "application/x-www-form-urlencoded")];
        let url = format!("{}{path}", self.server);
        let reply = specie_testkit::http::send("POST", &url, &headers, body.as_bytes());
        self.keep(reply)
    }

    /// Looks at a page, wherever it sends a browser on to.
    pub fn open(&mut self, path: &str) -> Reply {
        let reply = self.get(path);
        self.follow(reply)
    }

    /// Goes where an answer sends a browser.
    pub fn follow(&mut self, mut reply: Reply) -> Reply {
        for _ in 0..5 {
            let Some(to) = (reply.status == 303).then(|| reply.header("location").unwrap().to_owned()) else {
                return reply;
            };
            reply = self.get(&to);
        }
        panic!("sent round in circles: {reply:?}");
    }

    /// Opens a page, fills in its form, sends it to `action`, and goes where that leads.
    pub fn fill(&mut self, page: &str, action: &str, fields: &[(&str, &str)]) -> Reply {
        let csrf = csrf(&self.open(page).body);
        let reply = self.post(action, &[&[("csrf", &*csrf)], fields].concat());
        self.follow(reply)
    }

    /// Fills in the form of the login page and sends it.
    pub fn log_in(&mut self, email: &str, password: &str, next: &str) -> Reply {
        let csrf = csrf(&self.get("/login").body);
        self.post("/login", &[("csrf", &csrf), ("email", email), ("password", password), ("next", next)])
    }
}

/// A merchant's browser, logged in.
pub fn merchant(server: &Server, email: &str) -> Browser {
    let mut browser = Browser::new(server.url());
    assert_eq!(browser.log_in(email, PASSWORD, "/").status, 303);
    browser
}

/// What a page's form has to carry.
pub fn csrf(html: &str) -> String {
    let field = html.split_once("name=\"csrf\" value=\"").unwrap_or_else(|| panic!("no form: {html}")).1;
    field.split('"').next().unwrap_or_default().to_owned()
}
