//! Where the two vocabularies meet.
