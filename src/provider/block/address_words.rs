//! What is wrong with a service's address, in sentences.

use crate::cloud::{Address, AddressError};

/// Why a text is no address of a service, in sentences. They don't quote it.
pub fn refusal(error: &AddressError) -> String {
    let problem = match error {
        AddressError::NotWeb => "It is no web address.",
        AddressError::Storage => "It is a backend that stores stacks and has no tokens.",
        AddressError::NoHost => "It names no host.",
        AddressError::Credentials => "It holds a user or a password, which don't belong there.",
        AddressError::Excess => "It has a query, a fragment, white space or a backslash.",
        AddressError::Malformed(reason) => &format!("It can't be read: {reason}."),
    };
    format!("{problem} It must be https://host, with a port or a path if the installation has one.")
}

/// Why an address that is not encrypted is refused.
pub fn unencrypted(address: &Address) -> String {
    format!(
        "{address} is not encrypted: the access token and every new token would travel in the \
         clear. Use https://, or set allow_insecure_http = true if that is what you want."
    )
}
