//! What the operator of the server is shown of it: each setting with where it comes from. Whoever wires the server fills it
//! in; secrets are none of it.

/// Where a setting's value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingOrigin {
    /// Nobody set it.
    Default,
    /// The configuration file.
    File,
    /// An environment variable.
    Environment,
    /// A flag of the command line.
    Flag,
}

/// A setting as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingShown {
    /// The flag's name without dashes, which is the name in the file as well.
    pub name: String,
    /// The environment variable.
    pub variable: String,
    /// Its value, without a secret.
    pub value: String,
    /// Where that comes from.
    pub origin: SettingOrigin,
}
