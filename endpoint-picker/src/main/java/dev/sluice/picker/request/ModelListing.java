package dev.sluice.picker.request;

import dev.sluice.picker.identity.ModelName;

/// A model as clients find it listed.
///
/// @param created when it was published, in seconds since 1970
public record ModelListing(ModelName name, long created) {}
