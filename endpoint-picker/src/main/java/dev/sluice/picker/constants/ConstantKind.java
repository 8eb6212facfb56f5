package dev.sluice.picker.constants;

/// The kind of a constant of the cost model tells how it came to its value, and so what would change it.
public enum ConstantKind {
    /// Follows from arithmetic, statistics or what hardware does: another value would be wrong.
    PHYSICS,
    /// A vendor, an engine's default or a paper says so: it changes with them.
    PUBLISHED,
    /// A choice: what people notice, or how careful the picker is.
    HUMAN,
    /// Chosen because workloads of the lab ran best with it: other workloads may want another value.
    FITTED
}
