package dev.sluice.operator.manifest;

/// For which pools one picker works.
public enum PickerScope {
    /// All pools of the cluster.
    INSTALLATION,
    /// The pools of one namespace.
    NAMESPACE,
    /// One pool.
    POOL
}
