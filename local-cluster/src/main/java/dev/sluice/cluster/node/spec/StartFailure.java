package dev.sluice.cluster.node.spec;

/// The reason why a container cannot start now. It is tried again, as what is missing may come.
public final class StartFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final String reason;
    private final String message;

    /// @param reason the word that `kubectl get pods` shows
    public StartFailure(String reason, String message) {
        super(message);
        this.reason = reason;
        this.message = message;
    }

    static StartFailure config(String message) {
        return new StartFailure("CreateContainerConfigError", message);
    }

    public String reason() {
        return reason;
    }

    @Override
    public String getMessage() {
        return message;
    }
}
