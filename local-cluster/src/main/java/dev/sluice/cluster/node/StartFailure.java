package dev.sluice.cluster.node;

/// Why a container cannot start now. It is tried again, as what is missing may come.
final class StartFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final String reason;
    private final String message;

    /// @param reason the word that `kubectl get pods` shows
    StartFailure(String reason, String message) {
        super(message);
        this.reason = reason;
        this.message = message;
    }

    static StartFailure config(String message) {
        return new StartFailure("CreateContainerConfigError", message);
    }

    String reason() {
        return reason;
    }

    @Override
    public String getMessage() {
        return message;
    }
}
