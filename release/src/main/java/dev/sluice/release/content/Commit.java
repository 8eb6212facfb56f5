package dev.sluice.release.content;

/// A change of the sources.
///
/// @param hash shortened
/// @param subject the first line of its message
public record Commit(String hash, String subject) {}
