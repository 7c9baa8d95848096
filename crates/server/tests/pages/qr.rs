//! A reader of drawn QR codes, written from the standard (ISO/IEC 18004) and not from what draws them. It reads
//! level L up to version 14, in numeric and alphanumeric mode, and corrects nothing: a drawing has no dirt on it.

/// Blocks of level L by version: of the first kind how many with how many data bytes, and of the second, which has
/// one byte more, how many.
const BLOCKS: [(usize, usize, usize); 14] = [
    (1, 19, 0),
    (1, 34, 0),
    (1, 55, 0),
    (1, 80, 0),
    (1, 108, 0),
    (2, 68, 0),
    (2, 78, 0),
    (2, 97, 0),
    (2, 116, 0),
    (2, 68, 2),
    (4, 81, 0),
    (2, 92, 2),
    (4, 107, 0),
    (3, 115, 1),
];
/// Centres of alignment patterns by version.
const ALIGNED: [&[usize]; 14] = [
    &[],
    &[6, 18],
    &[6, 22],
    &[6, 26],
    &[6, 30],
    &[6, 34],
    &[6, 22, 38],
    &[6, 24, 42],
    &[6, 26, 46],
    &[6, 28, 50],
    &[6, 30, 54],
    &[6, 32, 58],
    &[6, 34, 62],
    &[6, 26, 46, 66],
];
const CHARACTERS: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/// The dark modules of a shape of runs, `M4 4h7v1h-7z`, beyond a quiet zone of four.
fn modules(path: &str, side: usize) -> Vec<Vec<bool>> {
    let mut dark = vec![vec![false; side]; side];
    for run in path.split('M').skip(1) {
        let (x, rest) = run.split_once(' ').expect("a place");
        let (y, rest) = rest.split_once('h').expect("a run");
        let (length, rest) = rest.split_once('v').expect("a height");
        let [x, y, length] = [x, y, length].map(|n| n.parse::<usize>().expect("a number"));
        assert_eq!(rest, format!("1h-{length}z"));
        for i in 0..length {
            dark[y - 4][x - 4 + i] = true;
        }
    }
    dark
}

/// Whether a module holds no data.
fn fixed(version: usize, x: usize, y: usize) -> bool {
    let side = 17 + 4 * version;
    let near_end = |n: usize| n >= side - 8;
    let corner = x < 9 && (y < 9 || near_end(y)) || near_end(x) && y < 9;
    let timing = x == 6 || y == 6;
    let of_version = version >= 7
        && (x < 6 && (side - 11..side - 8).contains(&y) || y < 6 && (side - 11..side - 8).contains(&x));
    let centres = ALIGNED[version - 1];
    let near = |a: usize, b: usize| a.abs_diff(b) <= 2;
    let aligned = centres.iter().any(|cy| {
        centres.iter().any(|cx| {
            let last = side - 7;
            let finder = (*cx, *cy) == (6, 6) || (*cx, *cy) == (6, last) || (*cx, *cy) == (last, 6);
            !finder && near(x, *cx) && near(y, *cy)
        })
    });
    corner || timing || of_version || aligned
}

fn masked(mask: u8, x: usize, y: usize) -> bool {
    match mask {
        0 => (x + y).is_multiple_of(2),
        1 => y.is_multiple_of(2),
        2 => x.is_multiple_of(3),
        3 => (x + y).is_multiple_of(3),
        4 => (y / 2 + x / 3).is_multiple_of(2),
        5 => x * y % 2 + x * y % 3 == 0,
        6 => (x * y % 2 + x * y % 3).is_multiple_of(2),
        _ => ((x + y) % 2 + x * y % 3).is_multiple_of(2),
    }
}

/// The bytes in the order in which they are drawn: in columns of two from the right, up and down in turn.
fn drawn(dark: &[Vec<bool>], version: usize, mask: u8) -> Vec<u8> {
    let side = dark.len();
    let mut bits = vec![];
    let (mut right, mut up) = (side - 1, true);
    loop {
        for i in 0..side {
            let y = if up { side - 1 - i } else { i };
            for x in [right, right - 1] {
                if !fixed(version, x, y) {
                    bits.push(dark[y][x] != masked(mask, x, y));
                }
            }
        }
        up = !up;
        right = match right {
            0..=1 => break,
            8 => 5,
            other => other - 2,
        };
        if right == 0 {
            break;
        }
    }
    bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |sum, bit| sum << 1 | u8::from(*bit))).collect()
}

/// The data bytes of all blocks, one block after the other.
fn in_order(drawn: &[u8], version: usize) -> Vec<u8> {
    let (few, bytes, more) = BLOCKS[version - 1];
    let mut blocks = vec![vec![]; few + more];
    let mut next = drawn.iter();
    for i in 0..=bytes {
        for (block, into) in blocks.iter_mut().enumerate() {
            if i < bytes || block >= few {
                into.push(*next.next().expect("enough bytes"));
            }
        }
    }
    blocks.concat()
}

/// The text of a drawn code.
pub fn read(path: &str, side: usize) -> String {
    let dark = modules(path, side);
    let version = (side - 17) / 4;
    // Level and mask, in the first five of the fifteen bits beside the first corner, under a mask of their own.
    let format = (0..5).fold(0u8, |sum, x| sum << 1 | u8::from(dark[8][x])) ^ 0b10101;
    assert_eq!(format >> 3, 0b01, "level L");
    let bytes = in_order(&drawn(&dark, version, format & 0b111), version);
    let bits: Vec<bool> =
        bytes.iter().flat_map(|byte| (0..8).rev().map(move |i| byte >> i & 1 == 1)).collect();
    let mut bits = bits.into_iter();
    // Of the zeros at its end, those that have no room are left out.
    let mut take =
        |n: usize| (0..n).fold(0usize, |sum, _| sum << 1 | usize::from(bits.next().unwrap_or_default()));
    let mut text = String::new();
    loop {
        // What a group holds: how many characters of how many kinds, and the bits that so many take.
        let (counted, kinds, groups) = match take(4) {
            0b0000 => return text,
            0b0001 => (10, 10, &[0, 4, 7, 10][..]),
            0b0010 => (9, 45, &[0, 6, 11][..]),
            mode => panic!("mode {mode:04b}"),
        };
        let mut left = take(if version < 10 { counted } else { counted + 2 });
        while left > 0 {
            let here = left.min(groups.len() - 1);
            let value = take(groups[here]);
            let places = (0..here as u32).rev();
            text.extend(places.map(|place| char::from(CHARACTERS[value / usize::pow(kinds, place) % kinds])));
            left -= here;
        }
    }
}
