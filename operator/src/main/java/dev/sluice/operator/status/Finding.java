package dev.sluice.operator.status;

/// A condition of a resource as it is now; when it last changed, the one who writes the status knows.
///
/// @param type what is said, as a condition type
/// @param reason why, as a condition reason
/// @param message a sentence for the resource's owner
public record Finding(String type, boolean holds, String reason, String message) {}
