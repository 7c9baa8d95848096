//! How long the disk takes to keep what was written.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::time::Duration;

use crate::clock;

const PAGE: usize = 4096;
const PAGES: usize = 4096;
/// No disk is as fast as this: what is, keeps nothing.
const NO_DISK: Duration = Duration::from_micros(5);

/// Half of the flushes of a page into a file that is long enough already took no longer.
///
/// # Panics
/// If the folder is not on a disk.
pub fn p50(folder: &Path, flushes: usize) -> Duration {
    let path = folder.join("flushed");
    let mut file = File::create(&path).expect("a file");
    file.write_all(&vec![7; PAGE * PAGES]).expect("room on the disk");
    file.sync_all().expect("a disk");
    let mut took: Vec<Duration> = (0..flushes)
        .map(|number| {
            let at = u64::try_from(number % PAGES * PAGE).expect("a small number");
            file.seek(SeekFrom::Start(at)).expect("a place in the file");
            let begun = clock::now();
            file.write_all(&[9; PAGE]).expect("room on the disk");
            file.sync_data().expect("a disk");
            begun.elapsed()
        })
        .collect();
    took.sort_unstable();
    std::fs::remove_file(&path).expect("a file that was made");
    let p50 = took[took.len() / 2];
    assert!(p50 > NO_DISK, "{} is not on a disk: a flush takes {p50:?}; set TMPDIR", folder.display());
    p50
}
