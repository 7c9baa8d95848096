//! A look into the database beside the program and its rules, the same on every engine. Statements
//! are written as the program's own: `$1`-numbered, in SQL that both engines read.

use std::path::Path;
use std::time::Duration;

use postgres::types::{ToSql, Type};
use postgres::{Client, NoTls};
use rusqlite::OpenFlags;
use rusqlite::types::ValueRef;

/// How long another's write may keep one waiting.
const PATIENCE: Duration = Duration::from_secs(60);

/// A connection of one's own. It blocks: not for use within an async test.
pub enum Sql {
    /// To a file.
    Sqlite(rusqlite::Connection),
    /// To a server.
    Postgres(Client),
}

/// A value on its way in or out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Null,
    /// A number, a time, an amount.
    Integer(i64),
    /// A text.
    Text(String),
    /// Bytes, such as an id.
    Bytes(Vec<u8>),
}

/// The values of a row, in the order that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row(Vec<Value>);

impl Sql {
    /// The database at an address, as the program is given it: `sqlite:PATH`, or of a server.
    ///
    /// # Panics
    /// If there is none.
    #[must_use]
    pub fn at(address: &str) -> Self {
        let file = address.strip_prefix("sqlite:");
        file.map_or_else(|| Self::postgres(address), |file| Self::sqlite(Path::new(file)))
    }

    /// # Panics
    /// If the file is no database.
    pub(crate) fn sqlite(path: &Path) -> Self {
        let connection = rusqlite::Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE);
        let connection = connection.unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        connection.busy_timeout(PATIENCE).expect("a number of milliseconds");
        Self::Sqlite(connection)
    }

    /// # Panics
    /// If the server is not there.
    pub(crate) fn postgres(url: &str) -> Self {
        Self::Postgres(Client::connect(url, NoTls).unwrap_or_else(|e| panic!("{url}: {e}")))
    }

    /// The rows that a statement finds.
    ///
    /// # Panics
    /// If the engine refuses it.
    pub fn query(&mut self, sql: &str, values: &[Value]) -> Vec<Row> {
        match self {
            Self::Sqlite(connection) => sqlite_rows(connection, sql, values),
            Self::Postgres(client) => postgres_rows(client, sql, values),
        }
        .unwrap_or_else(|e| panic!("{sql}: {e}"))
    }

    /// Lets several statements see one moment, whatever others write meanwhile.
    ///
    /// # Panics
    /// If the engine refuses it.
    pub fn at_one_moment<T>(&mut self, look: impl FnOnce(&mut Self) -> T) -> T {
        let begin = match self {
            Self::Sqlite(_) => "BEGIN",
            Self::Postgres(_) => "BEGIN ISOLATION LEVEL REPEATABLE READ",
        };
        self.execute(begin, &[]);
        let seen = look(self);
        self.execute("ROLLBACK", &[]);
        seen
    }

    /// Changes something; returns how many rows were touched.
    ///
    /// # Panics
    /// If the engine refuses it.
    pub fn execute(&mut self, sql: &str, values: &[Value]) -> u64 {
        let done = match self {
            Self::Sqlite(connection) => sqlite_execute(connection, sql, values),
            Self::Postgres(client) => client.execute(sql, &as_params(values)).map_err(|e| words(&e)),
        };
        done.unwrap_or_else(|e| panic!("{sql}: {e}"))
    }
}

fn as_params(values: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    values
        .iter()
        .map(|value| match value {
            Value::Null => &None::<i64> as &(dyn ToSql + Sync),
            Value::Integer(number) => number,
            Value::Text(text) => text,
            Value::Bytes(bytes) => bytes,
        })
        .collect()
}

fn postgres_rows(client: &mut Client, sql: &str, values: &[Value]) -> Result<Vec<Row>, String> {
    let rows = client.query(sql, &as_params(values)).map_err(|e| words(&e))?;
    let value = |row: &postgres::Row, at: usize| {
        let found = match *row.columns()[at].type_() {
            Type::INT8 => row.try_get::<_, Option<i64>>(at).map(|found| found.map(Value::Integer)),
            Type::INT4 => {
                row.try_get::<_, Option<i32>>(at).map(|found| found.map(|n| Value::Integer(n.into())))
            }
            Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(at).map(|found| found.map(Value::Bytes)),
            _ => row.try_get::<_, Option<String>>(at).map(|found| found.map(Value::Text)),
        };
        found.map(|found| found.unwrap_or(Value::Null)).map_err(|e| e.to_string())
    };
    rows.iter()
        .map(|row| (0..row.len()).map(|at| value(row, at)).collect::<Result<_, _>>().map(Row))
        .collect()
}

/// What the server said; the error itself says no more than that it said something.
fn words(error: &postgres::Error) -> String {
    error.as_db_error().map_or_else(|| error.to_string(), ToString::to_string)
}

fn sqlite_prepared<'c>(
    connection: &'c rusqlite::Connection,
    sql: &str,
    values: &[Value],
) -> rusqlite::Result<rusqlite::Statement<'c>> {
    let mut statement = connection.prepare(sql)?;
    for (number, value) in (1..).zip(values) {
        // To SQLite `$2` is a name, not a place.
        let place = statement.parameter_index(&format!("${number}"))?;
        let place = place.ok_or(rusqlite::Error::InvalidParameterCount(number, values.len()))?;
        match value {
            Value::Null => statement.raw_bind_parameter(place, rusqlite::types::Null),
            Value::Integer(number) => statement.raw_bind_parameter(place, number),
            Value::Text(text) => statement.raw_bind_parameter(place, text),
            Value::Bytes(bytes) => statement.raw_bind_parameter(place, bytes),
        }?;
    }
    Ok(statement)
}

fn sqlite_rows(connection: &rusqlite::Connection, sql: &str, values: &[Value]) -> Result<Vec<Row>, String> {
    let read = || -> rusqlite::Result<Vec<Row>> {
        let mut statement = sqlite_prepared(connection, sql, values)?;
        let width = statement.column_count();
        let mut found = Vec::new();
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next()? {
            let values = (0..width).map(|at| row.get_ref(at).map(sqlite_value));
            found.push(Row(values.collect::<rusqlite::Result<_>>()?));
        }
        Ok(found)
    };
    read().map_err(|e| e.to_string())
}

fn sqlite_execute(connection: &rusqlite::Connection, sql: &str, values: &[Value]) -> Result<u64, String> {
    let done = sqlite_prepared(connection, sql, values).and_then(|mut statement| statement.raw_execute());
    done.map(|touched| touched as u64).map_err(|e| e.to_string())
}

fn sqlite_value(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Real(number) => panic!("{number} is no value of ours"),
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl Row {
    /// A number that is there.
    ///
    /// # Panics
    /// If it is none.
    #[must_use]
    pub fn integer(&self, at: usize) -> i64 {
        self.maybe_integer(at).unwrap_or_else(|| panic!("no number at {at}: {self:?}"))
    }

    /// A number, or nothing.
    ///
    /// # Panics
    /// If it is something else.
    #[must_use]
    pub fn maybe_integer(&self, at: usize) -> Option<i64> {
        match &self.0[at] {
            Value::Null => None,
            Value::Integer(number) => Some(*number),
            _ => panic!("no number at {at}: {self:?}"),
        }
    }

    /// A text that is there.
    ///
    /// # Panics
    /// If it is none.
    #[must_use]
    pub fn text(&self, at: usize) -> String {
        self.maybe_text(at).unwrap_or_else(|| panic!("no text at {at}: {self:?}"))
    }

    /// A text, or nothing.
    ///
    /// # Panics
    /// If it is something else.
    #[must_use]
    pub fn maybe_text(&self, at: usize) -> Option<String> {
        match &self.0[at] {
            Value::Null => None,
            Value::Text(text) => Some(text.clone()),
            _ => panic!("no text at {at}: {self:?}"),
        }
    }

    /// Bytes that are there.
    ///
    /// # Panics
    /// If they are none.
    #[must_use]
    pub fn bytes(&self, at: usize) -> &[u8] {
        match &self.0[at] {
            Value::Bytes(bytes) => bytes,
            _ => panic!("no bytes at {at}: {self:?}"),
        }
    }
}
