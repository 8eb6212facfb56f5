package dev.sluice.operator.resolve.resources;

/// The resolution of a reference: the thing it names, or why there is none. `reason` is a sentence for the
/// resource's owner.
public sealed interface Resolution<T> {

    /// The reference names this.
    record Complete<T>(T value) implements Resolution<T> {}

    /// Nothing has that name.
    record Missing<T>(String reason) implements Resolution<T> {}

    /// It exists, but may not be referred to from here.
    record Forbidden<T>(String reason) implements Resolution<T> {}

    /// Another resource has already what this one claims.
    record Conflict<T>(String reason) implements Resolution<T> {}

    /// It exists, but Sluice does not serve such a thing.
    record Unsupported<T>(String reason) implements Resolution<T> {}
}
