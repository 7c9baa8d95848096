//! The only place that reads randomness.

/// `N` bytes from the operating system.
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    #[expect(clippy::disallowed_methods, reason = "this is where randomness comes from")]
    getrandom::fill(&mut bytes).expect("the operating system has randomness");
    bytes
}

/// A name that nobody guesses and nobody draws twice: 32 hexadecimal digits.
pub fn name() -> String {
    format!("{:032x}", u128::from_be_bytes(bytes()))
}
