//! Reads Rust just well enough to find the paths it names.
//!
//! A lexer that knows strings, characters, lifetimes and nested comments, then two readers on top of it: `use` trees
//! and paths written out in code. It resolves `self` and `super` against the file's module and its inline modules.
//! It does not expand macros and does not follow aliases: an alias has to be imported first, and that is seen.

/// A path named in the source, resolved so that it begins with `crate` or with a crate's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsedPath {
    pub segments: Vec<String>,
    pub line: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Word,
    Number,
    Symbol,
}

#[derive(Clone, Copy, Debug)]
pub struct Token<'a> {
    pub text: &'a str,
    pub kind: Kind,
    pub line: usize,
}

/// The module a file is, from its path inside `src`: `http/bitpay/mod.rs` is `crate::http::bitpay`.
pub fn module_of(path_in_src: &str) -> Vec<String> {
    let stem = path_in_src.strip_suffix(".rs").unwrap_or(path_in_src);
    let mut module = vec!["crate".to_owned()];
    module.extend(stem.split('/').map(str::to_owned));
    if matches!(module.last().map(String::as_str), Some("mod" | "lib" | "main")) {
        module.pop();
    }
    module
}

/// Every path the source names, in order.
pub fn paths(source: &str, module: &[String]) -> Vec<UsedPath> {
    let tokens = tokens(source);
    let mut reader = Reader {
        tokens: &tokens,
        at: 0,
        module: module.to_vec(),
        inline: Vec::new(),
        depth: 0,
        found: Vec::new(),
    };
    reader.read();
    reader.found
}

/// The names of modules declared in the source, inline or not.
pub fn modules(source: &str) -> Vec<(String, usize)> {
    let tokens = tokens(source);
    let declared = |pair: &[Token<'_>]| {
        (pair[0].text == "mod" && pair[1].kind == Kind::Word).then(|| (pair[1].text.to_owned(), pair[1].line))
    };
    tokens.windows(2).filter_map(declared).collect()
}

struct Reader<'a> {
    tokens: &'a [Token<'a>],
    at: usize,
    module: Vec<String>,
    /// Depth inside the braces of each inline module we are in.
    inline: Vec<usize>,
    depth: usize,
    found: Vec<UsedPath>,
}

impl Reader<'_> {
    fn text(&self, ahead: usize) -> &str {
        self.tokens.get(self.at + ahead).map_or("", |token| token.text)
    }

    fn is_word(&self, ahead: usize) -> bool {
        self.tokens.get(self.at + ahead).is_some_and(|token| token.kind == Kind::Word)
    }

    fn read(&mut self) {
        while let Some(token) = self.tokens.get(self.at) {
            match token.text {
                "{" => self.depth += 1,
                "}" => self.leave_braces(),
                "mod" if self.is_word(1) && self.text(2) == "{" => self.enter_module(),
                "use" if self.is_word(1) || matches!(self.text(1), "{" | "::" | "*") => {
                    self.at += 1;
                    self.use_tree(&[]);
                    continue;
                }
                "extern" if self.text(1) == "crate" => {
                    self.at += 2;
                    self.found.push(UsedPath { segments: vec![self.text(0).to_owned()], line: token.line });
                }
                _ if token.kind == Kind::Word && self.text(1) == "::" => {
                    self.written_out();
                    continue;
                }
                _ => {}
            }
            self.at += 1;
        }
    }

    fn leave_braces(&mut self) {
        if self.inline.last() == Some(&self.depth) {
            self.inline.pop();
            self.module.pop();
        }
        self.depth = self.depth.saturating_sub(1);
    }

    fn enter_module(&mut self) {
        self.module.push(self.text(1).to_owned());
        self.depth += 1;
        self.inline.push(self.depth);
        self.at += 2;
    }

    /// `a::b::C` in code. It stops at generics, whose own paths are met later.
    fn written_out(&mut self) {
        let line = self.tokens[self.at].line;
        let mut segments = vec![self.text(0).to_owned()];
        self.at += 1;
        while self.text(0) == "::" && self.is_word(1) {
            segments.push(self.text(1).to_owned());
            self.at += 2;
        }
        if self.text(0) == "::" {
            self.at += 1;
        }
        self.add(segments, line);
    }

    /// One tree of a `use`, up to the `,`, `}` or `;` that ends it.
    fn use_tree(&mut self, prefix: &[String]) {
        let mut segments = prefix.to_vec();
        while let Some(token) = self.tokens.get(self.at) {
            match token.text {
                "::" => {}
                "{" => {
                    self.at += 1;
                    self.use_list(&segments);
                    return;
                }
                "," | "}" | ";" => break,
                "as" => self.at += 1,
                "self" if !segments.is_empty() => {}
                word => segments.push(word.to_owned()),
            }
            self.at += 1;
        }
        let line = self.tokens.get(self.at.saturating_sub(1)).map_or(0, |token| token.line);
        self.add(segments, line);
    }

    fn use_list(&mut self, prefix: &[String]) {
        loop {
            match self.text(0) {
                "}" => {
                    self.at += 1;
                    return;
                }
                "" | ";" => return,
                "," => self.at += 1,
                _ => self.use_tree(prefix),
            }
        }
    }

    fn add(&mut self, segments: Vec<String>, line: usize) {
        let mut rest = segments.as_slice();
        let mut resolved = Vec::new();
        if matches!(rest.first().map(String::as_str), Some("self" | "super")) {
            resolved = self.module.clone();
            while let Some(("self" | "super", tail)) =
                rest.split_first().map(|(head, tail)| (head.as_str(), tail))
            {
                if rest[0] == "super" {
                    resolved.pop();
                }
                rest = tail;
            }
        }
        resolved.extend_from_slice(rest);
        self.found.push(UsedPath { segments: resolved, line });
    }
}

/// The source without comments, strings, characters, lifetimes and blanks.
pub fn tokens(source: &str) -> Vec<Token<'_>> {
    let mut lexer = Lexer { source, bytes: source.as_bytes(), at: 0, line: 1, tokens: Vec::new() };
    while lexer.at < lexer.bytes.len() {
        lexer.step();
    }
    lexer.tokens
}

struct Lexer<'a> {
    source: &'a str,
    bytes: &'a [u8],
    at: usize,
    line: usize,
    tokens: Vec<Token<'a>>,
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn advance(&mut self, count: usize) {
        for _ in 0..count {
            if self.peek(0) == b'\n' {
                self.line += 1;
            }
            self.at += 1;
        }
    }

    fn step(&mut self) {
        match (self.peek(0), self.peek(1)) {
            (b'/', b'/') => self.line_comment(),
            (b'/', b'*') => self.block_comment(),
            (b'"', _) => self.string(),
            (b'\'', _) => self.quote(),
            (b':', b':') => self.token(Kind::Symbol, 2),
            (byte, _) if byte.is_ascii_whitespace() => self.advance(1),
            (byte, _) if is_word(byte) => self.word(),
            _ => self.token(Kind::Symbol, 1),
        }
    }

    fn token(&mut self, kind: Kind, length: usize) {
        let (line, start) = (self.line, self.at);
        self.advance(length);
        self.tokens.push(Token { text: &self.source[start..self.at], kind, line });
    }

    fn line_comment(&mut self) {
        while self.at < self.bytes.len() && self.peek(0) != b'\n' {
            self.at += 1;
        }
    }

    fn block_comment(&mut self) {
        let mut open = 0_usize;
        while self.at < self.bytes.len() {
            match (self.peek(0), self.peek(1)) {
                (b'/', b'*') => {
                    open += 1;
                    self.advance(2);
                }
                (b'*', b'/') => {
                    open -= 1;
                    self.advance(2);
                    if open == 0 {
                        return;
                    }
                }
                _ => self.advance(1),
            }
        }
    }

    fn string(&mut self) {
        self.advance(1);
        while self.at < self.bytes.len() {
            match self.peek(0) {
                b'\\' => self.advance(2),
                b'"' => return self.advance(1),
                _ => self.advance(1),
            }
        }
    }

    fn raw_string(&mut self, hashes: usize) {
        self.advance(hashes + 1);
        while self.at < self.bytes.len() {
            let closed = self.peek(0) == b'"' && (1..=hashes).all(|hash| self.peek(hash) == b'#');
            if closed {
                return self.advance(hashes + 1);
            }
            self.advance(1);
        }
    }

    /// A character, or a lifetime.
    fn quote(&mut self) {
        let width = self.source[self.at + 1..].chars().next().map_or(1, char::len_utf8);
        if self.peek(1) == b'\\' {
            self.advance(3);
            while self.at < self.bytes.len() && self.peek(0) != b'\'' {
                self.advance(1);
            }
            self.advance(1);
        } else if self.peek(1 + width) == b'\'' {
            self.advance(width + 2);
        } else {
            self.advance(1);
            while is_word(self.peek(0)) {
                self.advance(1);
            }
        }
    }

    fn word(&mut self) {
        let length = self.bytes[self.at..].iter().take_while(|byte| is_word(**byte)).count();
        let text = &self.source[self.at..self.at + length];
        if matches!(text, "r" | "br" | "cr" | "b" | "c") && text.ends_with('r') {
            let hashes = self.bytes[self.at + length..].iter().take_while(|byte| **byte == b'#').count();
            if self.peek(length + hashes) == b'"' {
                self.advance(length);
                return self.raw_string(hashes);
            }
            if hashes == 1 {
                // A raw identifier: `r#type` is the word `type`.
                return self.advance(length + 1);
            }
        }
        let kind = if text.as_bytes()[0].is_ascii_digit() { Kind::Number } else { Kind::Word };
        self.token(kind, length);
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}
