//! A local Pulumi Cloud, as far as access tokens go.
