//! Why a source could not answer. Each variant names the fact, so that the operator can be told.

use bitcoin::BlockHash;

/// Why a chain source could not answer. Nothing was reported; asking again later is always right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// No answer from the node: refused, timed out, still starting, or overloaded.
    #[error("the node cannot be reached: {detail}")]
    Unreachable {
        /// What the connection said. Never holds the address or credentials.
        detail: String,
    },
    /// The node refused the user, password or cookie.
    #[error("the node refused the credentials")]
    Unauthorized,
    /// The node follows another network.
    #[error("the node is on {found}, not on {expected}")]
    WrongNetwork {
        /// The configured network, in the node's words ("main", "regtest", …).
        expected: String,
        /// The node's network, or its genesis block if the name is right and the chain is not.
        found: String,
    },
    /// The node is still downloading the chain; what it says of payments is out of date.
    #[error("the node is still downloading the chain ({blocks} of {headers} blocks)")]
    InitialDownload {
        /// Blocks it has.
        blocks: u32,
        /// Headers it knows.
        headers: u32,
    },
    /// The node's best block is too old: it is probably cut off.
    #[error("the node's best block is {age_secs} s old")]
    StaleTip {
        /// Seconds between the best block's header time and now.
        age_secs: i64,
    },
    /// The source's best block is lower than what was followed: it was put back to an old state, is
    /// not the node that was followed, or has left a branch and not caught up on another. What it
    /// lacks says nothing of payments.
    #[error("the best block is {height}, and {followed} was followed: it is behind")]
    Behind {
        /// The height of its best block.
        height: u32,
        /// The height that was followed.
        followed: u32,
    },
    /// The node does not have a block that must be read, most likely because it prunes.
    #[error("the node does not have block {height} ({hash}) any more")]
    BlockUnavailable {
        /// The block's height.
        height: u32,
        /// The block's hash.
        hash: BlockHash,
    },
    /// No block of the locator is on the node's chain: this is another chain.
    #[error("the node's chain has none of the blocks followed so far")]
    UnknownChain,
    /// The best chain kept changing while it was read.
    #[error("the best chain kept moving while it was read")]
    TipMoving,
    /// The watch list was replaced while the chain was read.
    #[error("the watched scripts were replaced during the sync")]
    Restarted,
    /// An answer that cannot be understood.
    #[error("the node's answer to {method} cannot be read: {detail}")]
    Malformed {
        /// The method asked.
        method: &'static str,
        /// What was wrong with it.
        detail: String,
    },
    /// The node, or the sandbox, refused a request.
    #[error("{method} was refused ({code}): {message}")]
    Refused {
        /// The method asked.
        method: &'static str,
        /// The node's error code.
        code: i64,
        /// The node's explanation.
        message: String,
    },
    /// The sandbox's file cannot be read or written.
    #[error("the sandbox's file: {detail}")]
    Storage {
        /// What went wrong with which file.
        detail: String,
    },
}
