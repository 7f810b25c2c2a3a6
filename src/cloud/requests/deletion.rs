//! What a deletion was answered with, and what proves that something is gone.

use crate::cloud::Error;

/// What a deletion was answered with, if not with an error.
pub(in crate::cloud) enum Deletion {
    /// The service has deleted it.
    Done,
    /// The service says that there is no such thing, or hides it.
    NotFound(Error),
    /// A success that is not the service's: something in front of it may have answered.
    Unproven(Error),
}

impl Deletion {
    /// Whether it is gone: by the answer, or else by what the service lists.
    ///
    /// # Errors
    /// The answer, if it is still listed; or it can't be listed.
    pub(in crate::cloud) async fn proven_unless(
        self,
        still_listed: impl Future<Output = Result<bool, Error>>,
    ) -> Result<(), Error> {
        match self {
            Self::Done => Ok(()),
            Self::NotFound(answered) | Self::Unproven(answered) => match still_listed.await? {
                true => Err(answered),
                false => Ok(()),
            },
        }
    }
}
