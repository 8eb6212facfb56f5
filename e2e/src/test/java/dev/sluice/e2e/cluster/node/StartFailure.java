package dev.sluice.e2e.cluster.node;

/// Why a container cannot start now. It is tried again, as what is missing may come.
final class StartFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final String reason;

    /// @param reason the word that `kubectl get pods` shows
    StartFailure(String reason, String message) {
        super(message);
        this.reason = reason;
    }

    static StartFailure config(String message) {
        return new StartFailure("CreateContainerConfigError", message);
    }

    String reason() {
        return reason;
    }
}
