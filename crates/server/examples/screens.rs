//! Every page and every state of the checkout, as screenshots and on one contact sheet: what `cargo
//! xtask screens` runs. It takes the folder to write to, and the program that was built beside it.

#[path = "../tests/browser_looks/scene.rs"]
mod scene;

use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(folder) = std::env::args().nth(1) else {
        eprintln!("screens FOLDER");
        return ExitCode::from(2);
    };
    let here = std::env::current_exe().expect("this program's own file");
    let exe = here.ancestors().nth(2).expect("the folder of programs").join("specie");
    scene::look_at_every_page(&exe.to_string_lossy(), Some(&folder));
    ExitCode::SUCCESS
}
