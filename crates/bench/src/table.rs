//! What was measured, line by line, and how it is shown: to people, to programs, in a document.

use std::fmt::Write;

use serde_json::json;

use crate::machine;

/// One figure beside its limit.
#[derive(Debug, Clone)]
pub struct Line {
    /// The row of the list of goals.
    pub row: &'static str,
    /// What was measured.
    pub what: String,
    /// What came of it.
    pub figure: f64,
    /// In what.
    pub unit: &'static str,
    /// What the machine allows, measured in the same run; the same unit.
    pub limit: Option<(&'static str, f64)>,
    /// The goal in words.
    pub goal: &'static str,
    /// Whether it is met.
    pub met: bool,
}

/// Who reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Somebody at a terminal.
    Text,
    /// A program.
    Json,
    /// A document.
    Markdown,
}

impl Line {
    fn ratio(&self) -> Option<f64> {
        self.limit.filter(|(_, limit)| *limit > 0.0).map(|(_, limit)| self.figure / limit)
    }

    fn cells(&self) -> [String; 7] {
        let limit = self.limit.map(|(what, limit)| format!("{} ({what})", shown(limit)));
        [
            self.row.to_owned(),
            self.what.clone(),
            format!("{} {}", shown(self.figure), self.unit),
            limit.unwrap_or_default(),
            self.ratio().map(|ratio| format!("{ratio:.2}")).unwrap_or_default(),
            self.goal.to_owned(),
            if self.met { "yes" } else { "no" }.to_owned(),
        ]
    }

    fn json(&self) -> String {
        json!({
            "row": self.row, "what": self.what, "figure": self.figure, "unit": self.unit,
            "limit": self.limit.map(|(_, limit)| limit), "limit_is": self.limit.map(|(what, _)| what),
            "ratio": self.ratio(), "goal": self.goal, "met": self.met,
        })
        .to_string()
    }
}

/// A figure with as many digits as mean anything.
fn shown(figure: f64) -> String {
    let digits = match figure.abs() {
        size if size >= 100.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 1.0 => 2,
        _ => 3,
    };
    let text = format!("{figure:.digits$}");
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if rest.is_empty() { grouped } else { format!("{grouped}.{rest}") }
}

const HEADS: [&str; 7] = ["row", "what", "figure", "limit", "ratio", "goal", "met"];

/// All of it for its reader.
pub fn render(lines: &[Line], format: Format) -> String {
    if format == Format::Json {
        return lines.iter().map(|line| line.json() + "\n").collect();
    }
    let rows: Vec<[String; 7]> = lines.iter().map(Line::cells).collect();
    let width = |at: usize| {
        let cells = rows.iter().map(|row| row[at].chars().count());
        cells.chain([HEADS[at].len()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..7).map(width).collect();
    let (edge, between) = if format == Format::Markdown { ("|", " | ") } else { ("", "   ") };
    let line = |cells: &[String]| {
        let padded = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}", width = *width));
        let joined = padded.collect::<Vec<_>>().join(between);
        if edge.is_empty() { joined.trim_end().to_owned() } else { format!("| {joined} |") }
    };
    let mut text = format!("{}\n\n", machine::described());
    let heads = HEADS.map(str::to_owned);
    let rule: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
    for cells in [&heads[..], &rule[..]].into_iter().chain(rows.iter().map(|row| &row[..])) {
        writeln!(text, "{}", line(cells)).expect("a String takes every write");
    }
    text
}

/// What a document's table stands between.
const MARKS: (&str, &str) = ("<!-- table -->\n", "<!-- end of table -->\n");

/// A document with this table in place of its own; one that has none is replaced.
pub fn placed(document: &str, table: &str) -> String {
    let (begin, end) = MARKS;
    let parts = document.split_once(begin).and_then(|(before, rest)| Some((before, rest.split_once(end)?.1)));
    match parts {
        Some((before, after)) => format!("{before}{begin}\n{table}\n{end}{after}"),
        None => table.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_has_as_many_digits_as_mean_anything() {
        for (figure, expected) in
            [(1_234_567.8, "1,234,568"), (123.4, "123"), (45.67, "45.7"), (4.567, "4.57"), (0.1234, "0.123")]
        {
            assert_eq!(shown(figure), expected);
        }
    }

    #[test]
    fn a_document_keeps_what_it_says_around_its_table() {
        let (begin, end) = MARKS;
        let document = format!("# Fast\n\n{begin}old\n{end}\nWhy.\n");
        assert_eq!(placed(&document, "| new |\n"), format!("# Fast\n\n{begin}\n| new |\n\n{end}\nWhy.\n"));
        let half = format!("{begin}old");
        for other in ["", "nothing of the kind", &half] {
            assert_eq!(placed(other, "| new |\n"), "| new |\n");
        }
    }

    #[test]
    fn every_reader_finds_figure_limit_and_ratio() {
        let line = Line {
            row: "P1",
            what: "creates".to_owned(),
            figure: 10_000.0,
            unit: "/s",
            limit: Some(("rows alone", 20_000.0)),
            goal: "0.8 ×",
            met: false,
        };
        let lines = [line];
        let json: serde_json::Value = serde_json::from_str(&render(&lines, Format::Json)).unwrap();
        assert_eq!((&json["row"], &json["ratio"], &json["met"]), (&json!("P1"), &json!(0.5), &json!(false)));
        for format in [Format::Text, Format::Markdown] {
            let text = render(&lines, format);
            for words in ["P1", "10,000 /s", "20,000 (rows alone)", "0.50", "no"] {
                assert!(text.contains(words), "{text}");
            }
        }
    }
}
