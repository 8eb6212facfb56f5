package dev.sluice.operator.manifest;

import dev.sluice.operator.resolve.resources.Installation.SharedPicker;

/// For which pools one picker works.
public enum PickerScope {
    /// All pools of the cluster.
    INSTALLATION,
    /// The pools of one namespace.
    NAMESPACE,
    /// A scope of one pool.
    POOL;

    private static final int GRPC_PORT = 9002;

    /// The address of the pickers of this scope.
    ///
    /// @param namespace of the installation
    public SharedPicker picker(String namespace) {
        return switch (this) {
            case INSTALLATION -> new SharedPicker(namespace, Names.PICKER, GRPC_PORT);
            case NAMESPACE -> new SharedPicker(null, Names.PICKER, GRPC_PORT);
            case POOL -> new SharedPicker(null, "*-endpoint-picker", GRPC_PORT);
        };
    }
}
