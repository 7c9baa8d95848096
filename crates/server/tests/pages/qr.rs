//! A reader of drawn QR codes: another project's, `rqrr`, looking at the modules as a camera would.

use rqrr::PreparedImage;

/// Pixels of a side of a module.
const PIXELS: usize = 4;
/// Light modules around a code.
const QUIET: usize = 4;

/// The text of a drawn code: of the path of a shape of runs, `M4 4h7v1h-7z`, on a square of this many modules, with its
/// quiet zone. It has to lie within that zone, and to be read without an error corrected.
pub fn read(path: &str, side: usize) -> String {
    let mut dark = vec![vec![false; side]; side];
    for run in path.split('M').skip(1) {
        let (x, rest) = run.split_once(' ').expect("a place");
        let (y, rest) = rest.split_once('h').expect("a run");
        let (length, rest) = rest.split_once('v').expect("a height");
        let [x, y, length] = [x, y, length].map(|n| n.parse::<usize>().expect("a number"));
        assert_eq!(rest, format!("1h-{length}z"));
        dark[y][x..x + length].fill(true);
    }
    let zone = |n: usize| n < QUIET || n >= side - QUIET;
    for (y, row) in dark.iter().enumerate() {
        assert!(row.iter().enumerate().all(|(x, dark)| !dark || !zone(x) && !zone(y)), "a quiet zone");
    }
    let pixels = side * PIXELS;
    let mut image = PreparedImage::prepare_from_greyscale(pixels, pixels, |x, y| {
        if dark[y / PIXELS][x / PIXELS] { 0 } else { 255 }
    });
    let grids = image.detect_grids();
    assert_eq!(grids.len(), 1, "one code");
    grids[0].decode().expect("a code that can be read").1
}

/// The texts of all codes that a page or a picture draws.
pub fn read_all(html: &str) -> Vec<String> {
    html.split("viewBox=\"0 0 ")
        .skip(1)
        .filter(|svg| svg.contains("crispEdges"))
        .flat_map(|svg| {
            let side = svg.split(' ').next().and_then(|side| side.parse().ok()).expect("a side");
            let svg = svg.split("</svg>").next().unwrap_or_default();
            let paths = svg.split(" d=\"").skip(1).map(|rest| rest.split('"').next().unwrap_or_default());
            paths.map(|path| read(path, side)).collect::<Vec<_>>()
        })
        .collect()
}
