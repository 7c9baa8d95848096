//! HTTP/1.1 as bytes: requests made before the clock starts, answers read and no more understood
//! than a generator of load has to. So the generator costs little beside the server.

use std::io;

use base64::Engine;
use specie_testkit::shop::Shop;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Where a server is, and how a client of it proves who it is.
pub struct Client<'a> {
    /// `127.0.0.1:23000`.
    pub address: &'a str,
    /// Who asks.
    pub proof: Proof<'a>,
}

/// How a client proves who it is.
#[derive(Clone, Copy)]
pub enum Proof<'a> {
    /// Not at all.
    None,
    /// With a store's legacy API key.
    Key(&'a str),
    /// With a signature over each request.
    Signature(&'a Shop),
}

impl Client<'_> {
    /// A request, whole.
    pub fn request(&self, method: &str, target: &str, body: &str) -> String {
        let address = self.address;
        let proof = match self.proof {
            Proof::None => String::new(),
            Proof::Key(key) => {
                let key = base64::engine::general_purpose::STANDARD.encode(key);
                format!("authorization: Basic {key}\r\n")
            }
            Proof::Signature(shop) => {
                let signature = shop.sign(&format!("http://{address}{target}{body}"));
                format!("x-identity: {}\r\nx-signature: {signature}\r\n", shop.identity())
            }
        };
        let content = match body.len() {
            0 => String::new(),
            length => format!("content-type: application/json\r\ncontent-length: {length}\r\n"),
        };
        format!("{method} {target} HTTP/1.1\r\nhost: {address}\r\n{proof}{content}\r\n{body}")
    }
}

/// A connection that is kept.
pub struct Connection {
    stream: TcpStream,
    answer: Vec<u8>,
}

impl Connection {
    /// Connects.
    pub async fn to(address: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, answer: Vec::with_capacity(16 * 1024) })
    }

    /// Sends a request and reads its answer whole. Returns its status.
    pub async fn ask(&mut self, request: &[u8]) -> io::Result<u16> {
        self.stream.write_all(request).await?;
        self.answer.clear();
        loop {
            if self.stream.read_buf(&mut self.answer).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if let Some((status, whole)) = head(&self.answer) {
                while self.answer.len() < whole {
                    if self.stream.read_buf(&mut self.answer).await? == 0 {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                }
                return Ok(status);
            }
        }
    }

    /// The last answer.
    pub fn answer(&self) -> String {
        String::from_utf8_lossy(&self.answer).into_owned()
    }
}

/// The status of an answer and its length with its head, once the head is there.
fn head(answer: &[u8]) -> Option<(u16, usize)> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let text = std::str::from_utf8(&answer[..end]).ok()?;
    let status = text.split(' ').nth(1)?.parse().ok()?;
    let length = text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    Some((status, end + length.unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_as_long_as_its_head_says_and_not_known_before_that_is_there() {
        assert_eq!(head(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n"), None);
        assert_eq!(head(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{"), Some((200, 40)));
        assert_eq!(head(b"HTTP/1.1 204 No Content\r\n\r\n"), Some((204, 27)));
    }

    #[test]
    fn a_request_says_how_long_its_body_is() {
        let client = Client { address: "127.0.0.1:1", proof: Proof::Key("abc") };
        let request = client.request("POST", "/invoices", "{}");
        assert!(request.starts_with("POST /invoices HTTP/1.1\r\nhost: 127.0.0.1:1\r\n"), "{request}");
        assert!(request.ends_with("content-length: 2\r\n\r\n{}"), "{request}");
        assert!(request.contains("authorization: Basic YWJj\r\n"), "{request}");
    }
}
