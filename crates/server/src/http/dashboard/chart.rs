//! Charts without a script: a drawing beside a table of the same figures. What is drawn is scaled to pixels and for the
//! eye alone; the table has each figure as it is.

use maud::{Markup, html};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::parts::table;

/// The drawing's own units, which the page stretches to what there is room for.
const WIDTH: u32 = 600;
const HEIGHT: u32 = 120;

/// How the figures are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// What came about on each day, as columns.
    Columns,
    /// What there was at the end of each day, as a line.
    Line,
}

/// A figure of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// The day, as it is written.
    pub day: String,
    /// The figure.
    pub value: Decimal,
    /// The same, as it is written.
    pub words: String,
    /// What the table says of the day, cell by cell after the day.
    pub cells: Vec<String>,
}

/// A chart.
#[derive(Debug, Clone)]
pub struct Chart<'a> {
    /// Its id on the page.
    pub id: &'a str,
    /// What it shows.
    pub title: &'a str,
    /// The same in a sentence, for those who do not see it.
    pub words: &'a str,
    /// How it is drawn.
    pub kind: Kind,
    /// The heads of the table.
    pub heads: &'a [&'a str],
    /// The figures, the oldest first.
    pub points: &'a [Point],
}

/// How a figure is placed: from the least, which is zero or below it, to the greatest.
struct Scale {
    least: Decimal,
    span: Decimal,
}

impl Scale {
    fn of(points: &[Point]) -> Self {
        let least = points.iter().map(|point| point.value).fold(Decimal::ZERO, Decimal::min);
        let most = points.iter().map(|point| point.value).fold(Decimal::ZERO, Decimal::max);
        Self { least, span: most.saturating_sub(least) }
    }

    /// How far below the upper edge it is drawn.
    fn y(&self, value: Decimal) -> u32 {
        let part = value.saturating_sub(self.least).checked_div(self.span).unwrap_or(Decimal::ZERO);
        let height = (part * Decimal::from(HEIGHT)).round().to_u32().unwrap_or(0);
        HEIGHT.saturating_sub(height.min(HEIGHT))
    }
}

impl Chart<'_> {
    /// The drawing with its table.
    #[must_use]
    pub fn figure(&self) -> Markup {
        let (title, words) = (format!("{}-title", self.id), format!("{}-words", self.id));
        let rows: Vec<Vec<Markup>> = self.points.iter().rev().map(row).collect();
        let ends = [self.points.first(), self.points.last()];
        let most = self.points.iter().filter(|point| !point.value.is_zero()).max_by_key(|point| point.value);
        html! {
            figure class="chart" id=(self.id) {
                p class="peak" {
                    @if let Some(most) = most { "Most: " (most.words) ", " (most.day) } @else { "Nothing yet" }
                }
                svg viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } preserveAspectRatio="none" role="img"
                    aria-labelledby={ (title) " " (words) } {
                    title id=(title) { (self.title) }
                    desc id=(words) { (self.words) }
                    @match self.kind {
                        Kind::Columns => (self.columns()),
                        Kind::Line => (self.line()),
                    }
                }
                p class="days" aria-hidden="true" { @for point in ends.into_iter().flatten() { span { (point.day) } } }
                details {
                    summary { "The same as a table" }
                    (table(self.title, self.heads, &rows))
                }
            }
        }
    }

    fn columns(&self) -> Markup {
        let scale = Scale::of(self.points);
        let zero = scale.y(Decimal::ZERO);
        let step = self.step();
        html! {
            line class="ground" x1="0" x2=(WIDTH) y1=(zero) y2=(zero) {}
            @for (point, x) in self.points.iter().zip((0..).step_by(step as usize)) {
                @let y = scale.y(point.value);
                // What is little is little, and is not nothing.
                @let (top, bottom) = if point.value.is_zero() { (zero, zero) } else { (y.min(zero.saturating_sub(2)), y.max(zero)) };
                @if bottom > top {
                    rect x=(x + step / 6) y=(top) width=(step - step / 3) height=(bottom - top) {
                        title { (point.day) ": " (point.cells.join(", ")) }
                    }
                }
            }
        }
    }

    fn line(&self) -> Markup {
        let scale = Scale::of(self.points);
        let zero = scale.y(Decimal::ZERO);
        let step = self.step();
        let at = |(i, point): (usize, &Point)| {
            let x = step * u32::try_from(i).unwrap_or(0) + step / 2;
            format!("{x},{}", scale.y(point.value))
        };
        let path: Vec<String> = self.points.iter().enumerate().map(at).collect();
        let last = step * u32::try_from(self.points.len().saturating_sub(1)).unwrap_or(0) + step / 2;
        html! {
            line class="ground" x1="0" x2=(WIDTH) y1=(zero) y2=(zero) {}
            polygon points={ (step / 2) "," (zero) " " (path.join(" ")) " " (last) "," (zero) } {}
            polyline points=(path.join(" ")) {}
        }
    }

    fn step(&self) -> u32 {
        WIDTH / u32::try_from(self.points.len()).unwrap_or(WIDTH).clamp(1, WIDTH)
    }
}

fn row(point: &Point) -> Vec<Markup> {
    let cells = point.cells.iter().map(|cell| html! { (cell) });
    std::iter::once(html! { (point.day) }).chain(cells).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(values: &[&str]) -> Vec<Point> {
        let point = |(i, value): (usize, &&str)| Point {
            day: format!("{} Nov", i + 1),
            value: value.parse().expect("a number"),
            words: format!("{value} USD"),
            cells: vec![format!("{value} USD")],
        };
        values.iter().enumerate().map(point).collect()
    }

    #[test]
    fn figures_are_drawn_between_the_least_and_the_greatest() {
        let at = |values: &[&str]| {
            let points = points(values);
            let scale = Scale::of(&points);
            points.iter().map(|point| scale.y(point.value)).collect::<Vec<_>>()
        };
        assert_eq!(at(&["0", "5", "10"]), [120, 60, 0]);
        assert_eq!(at(&["0", "0"]), [120, 120]);
        assert_eq!(at(&["-10", "0", "10"]), [120, 60, 0]);
        assert_eq!(at(&["79228162514264337593543950335", "0"]), [0, 120], "the greatest there is");
        assert_eq!(at(&["79228162514264337593543950335", "-79228162514264337593543950335"]).len(), 2);
    }

    #[test]
    fn the_table_has_every_figure_as_it_is() {
        let points = points(&["0.1", "1234567.891"]);
        let chart = Chart {
            id: "sales",
            title: "Sales",
            words: "What was sold.",
            kind: Kind::Columns,
            heads: &["Day", "Sold"],
            points: &points,
        };
        let html = chart.figure().into_string();
        assert_eq!(html.matches("<rect").count(), 2, "a little is not nothing: {html}");
        for says in ["<title id=\"sales-title\">Sales</title>", "0.1 USD</td>", "1234567.891 USD</td>"] {
            assert!(html.contains(says), "{says}: {html}");
        }
        assert!(!html.contains("style"), "{html}");
    }
}
