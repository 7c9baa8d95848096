//! Tables as CSV (RFC 4180): cells with commas, quotes or line breaks in quotes, lines that end in CR LF, and nothing that a
//! spreadsheet would take for a formula.
//!
//! A cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return gets an apostrophe before it: whoever ordered
//! something must not run something where its merchant opens the file.

/// What makes a formula of a cell that begins with it.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Adds a line.
pub fn line<'c>(out: &mut String, cells: impl IntoIterator<Item = &'c str>) {
    for (i, cell) in cells.into_iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        let apostrophe = if cell.starts_with(FORMULA) { "'" } else { "" };
        if cell.contains(['"', ',', '\r', '\n']) {
            out.push('"');
            out.push_str(apostrophe);
            out.push_str(&cell.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(apostrophe);
            out.push_str(cell);
        }
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn a_cell_is_quoted_where_it_must_be_and_is_no_formula() {
        for (cell, written) in [
            ("", ""),
            ("20.00", "20.00"),
            ("Two books, used", "\"Two books, used\""),
            ("a \"b\"", "\"a \"\"b\"\"\""),
            ("one\r\ntwo", "\"one\r\ntwo\""),
            ("one\ntwo", "\"one\ntwo\""),
            ("ü €", "ü €"),
            ("=1+1", "'=1+1"),
            ("+49 30 1", "'+49 30 1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\tx", "'\tx"),
            ("\rx", "\"'\rx\""),
            ("=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\""),
            ("'quoted", "'quoted"),
            ("1-2", "1-2"),
            (" =1", " =1"),
        ] {
            let mut out = String::new();
            line(&mut out, [cell, "end"]);
            assert_eq!(out, format!("{written},end\r\n"), "{cell:?}");
        }
    }
}
