//! Why a pasted wallet was refused. No error carries any of the pasted text: it may have been a
//! secret, and errors end up in logs and on pages.

/// A text that is no usable watch-only wallet. Names the fact, never the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum WalletTextError {
    /// Nothing was given.
    #[error("the text is empty")]
    Empty,
    /// More than [`MAX_TEXT_BYTES`](super::MAX_TEXT_BYTES).
    #[error("the text is too long for a wallet")]
    TooLong,
    /// Private key material or seed words. Whoever pasted it should treat it as exposed.
    #[error("this looks like a private key or seed words; only public keys are accepted")]
    PrivateKey,
    /// No extended public key, and no descriptor over extended public keys.
    #[error("not an extended public key or a descriptor of one")]
    NotAKey,
    /// The key's or the descriptor's checksum does not match: a character is wrong or missing.
    #[error("the checksum does not match")]
    Checksum,
    /// The key is for another network than asked for, or for two different ones.
    #[error("the key belongs to another network")]
    WrongNetwork,
    /// A well-formed descriptor of a kind that is not supported.
    #[error("unsupported script type")]
    UnsupportedScript,
    /// Two parts of the text ask for different script types: the key's prefix, the suffix, the
    /// descriptor, or the purpose in the key's path.
    #[error("the key's prefix or path and the script type contradict each other")]
    ScriptTypeConflict,
    /// The key origin in square brackets is malformed.
    #[error("the key origin in square brackets is malformed")]
    Origin,
    /// The origin that was given beside the text is not this key's: the text names another, the key
    /// does not lie at the end of that path (BIP 32 depth and child number), or the wallet has
    /// several keys.
    #[error("the fingerprint and the path do not fit this key")]
    OriginConflict,
    /// A hardened step after the key: it cannot be derived from a public key.
    #[error("a hardened step after a public key cannot be derived")]
    HardenedPath,
    /// A path after the key other than `/0/*`, `/<0;1>/*`, `/*` or none.
    #[error("unsupported path after the key: use /0/*, /<0;1>/*, /* or none")]
    UnsupportedPath,
    /// A threshold of 0 or above the number of keys, or more keys than the script allows.
    #[error("the number of keys or of needed signatures is not possible")]
    Multisig,
    /// The same key twice in one multisig.
    #[error("the same key appears twice")]
    DuplicateKey,
    /// Readable, but not the canonical text that `Display` writes.
    #[error("not the canonical form of the wallet")]
    NotCanonical,
}

/// A script that the wallet does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum DerivationError {
    /// The index is 2^31 or more.
    #[error("the index is beyond the last unhardened one")]
    IndexTooLarge,
    /// The descriptor names one keychain only, so nothing is known of its change addresses.
    #[error("the wallet has no change keychain")]
    NoChangeKeychain,
    /// An address was asked for on a network that the keys do not belong to.
    #[error("the wallet's keys belong to another network")]
    WrongNetwork,
    /// BIP 32 has no key at this index (chance below 2^-127); take the next.
    #[error("there is no key at this index")]
    NoKey,
}
