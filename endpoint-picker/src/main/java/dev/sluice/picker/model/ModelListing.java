package dev.sluice.picker.model;

/// A model as clients find it listed.
///
/// @param created when it was published, in seconds since 1970
public record ModelListing(ModelName name, long created) {}
